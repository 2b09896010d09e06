/** Takes secrets out of text that others have written, such as a server's answer. */

/** Shorter ones would turn ordinary words into stars. */
const SHORTEST = 4;

/** Also as they look in base64, by which passwords travel. */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = secrets.filter((secret) => secret.length >= SHORTEST).flatMap(formsOf);
  // The longest first: one may be part of another.
  forms.sort((a, b) => b.length - a.length);
  return forms.reduce((rest, form) => rest.replaceAll(form, "***"), text);
}

function formsOf(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  return [secret, btoa(String.fromCharCode(...bytes)), encodeURIComponent(secret)];
}
