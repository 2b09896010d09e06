/** Makes text of unknown origin safe to show: it cannot move the cursor or pass for other output. */

// Control characters, invisible ones that reorder or hide text, line ends that are not "\n", and
// halves of surrogate pairs.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * `text` with every such character written out: tab as `\t`, line end as `\n`, the others as
 * `\x1b` or `\u202e`. Letters of any script stay as they are; so does a backslash, so the result
 * is for eyes only.
 */
export function visible(text: string): string {
  return text.replace(UNSAFE, describe);
}

function describe(character: string): string {
  if (character === "\t") return "\\t";
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  const code = character.codePointAt(0)!;
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, "0")}` : `\\u{${digits}}`;
}

/** Colours and the like (SGR); everything else that begins with ESC can do mischief. */
// deno-lint-ignore no-control-regex
export const COLOUR = /\u001b\[[0-9;:]*m/g;

/** The same for whole lines; their ends stay, and colours where they are wanted. */
export function visibleLines(text: string, { colour }: { readonly colour: boolean }): string {
  const shown = (part: string) => part.split("\n").map(visible).join("\n");
  if (!colour) return shown(text);
  const colours = text.match(COLOUR) ?? [];
  return text.split(COLOUR).map((part, index) => shown(part) + (colours[index] ?? "")).join("");
}

/**
 * One line of JSON that is as harmless: what JSON leaves as it is of such characters is written as
 * escapes, so that reading it gives the same.
 */
export function jsonLine(value: unknown): string {
  const text = JSON.stringify(value).replace(
    UNSAFE,
    (character) =>
      character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
        .join(""),
  );
  return `${text}\n`;
}
