/** Takes secrets out of text that others have written, such as a server's answer. */

/** Shorter ones would turn ordinary words into stars. */
const SHORTEST = 4;

/**
 * Also as they look in base64, by which passwords travel: there the whole word goes, as a part of
 * the secret may share a letter with what is beside it.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const long = secrets.filter((secret) => secret.length >= SHORTEST);
  const forms = long.flatMap((secret) => [secret, encodeURIComponent(secret)]);
  // The longest first: one may be part of another.
  forms.sort((a, b) => b.length - a.length);
  const rest = forms.reduce((rest, form) => rest.replaceAll(form, "***"), text);
  const encoded = long.flatMap(inBase64);
  return rest.replaceAll(/[A-Za-z0-9+/]{4,}={0,2}/g, (word) => {
    return encoded.some((form) => word.includes(form)) ? "***" : word;
  });
}

/**
 * The letters that a secret is sure to have wherever it begins in what is encoded, such as the
 * "\0user\0password" of AUTH PLAIN: three bytes are four letters, so there are three ways.
 */
function inBase64(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  return [0, 1, 2].map((before) => {
    const encoded = btoa("\0".repeat(before) + String.fromCharCode(...bytes));
    const first = Math.ceil(before * 8 / 6);
    return encoded.slice(first, Math.floor((before + bytes.length) * 8 / 6));
  });
}
