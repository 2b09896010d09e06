/** Templates of HTTP alerts: text with `{{words}}` in it. */

export const TEMPLATE_WORDS = [
  "subject",
  "text",
  "event",
  "program",
  "process",
  "time",
  "level",
  "host",
  "config",
  "name",
  "count",
] as const;

export type TemplateWord = typeof TEMPLATE_WORDS[number];

const PLACEHOLDER = /\{\{\s*([a-z]+)\s*\}\}/g;

/**
 * In a template of JSON a placeholder stands inside quotes, and what it stands for is escaped for
 * that place.
 */
export function fillTemplate(
  template: string,
  values: Readonly<Record<TemplateWord, string>>,
  isJson: boolean,
): string {
  return template.replaceAll(PLACEHOLDER, (_placeholder, word: TemplateWord) => {
    const value = values[word];
    return isJson ? JSON.stringify(value).slice(1, -1) : value;
  });
}

/** Whether a template has to be JSON: it is unless the headers say otherwise. */
export function isJsonBody(headers: Readonly<Record<string, string>>): boolean {
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type");
  return found === undefined || /\bjson\b/i.test(found[1]);
}
