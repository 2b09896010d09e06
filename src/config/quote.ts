/** How messages show what the user wrote. */
import { LOGIN_IN_URL } from "./likely_secrets.ts";

const LONGEST = 60;

/** In double quotes, on one line, cut when long. Control characters are shown as escapes, logins in URLs as stars. */
export function quote(text: string): string {
  const harmless = text.replaceAll(LOGIN_IN_URL, "***@");
  const shown = harmless.length > LONGEST ? `${harmless.slice(0, LONGEST - 1)}…` : harmless;
  return JSON.stringify(shown).replaceAll(
    /[\x7f-\x9f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Of the keys "url:https://…" and "A=b" the first word: what follows is a value really, and may be a secret. */
export function shownKey(key: string): string {
  return key.replace(/^([^:=]+[:=]).*$/s, "$1…");
}

/** "a", "a or b", "a, b or c". */
export function listOf(words: readonly string[], conjunction: "and" | "or" = "or"): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)}`;
}
