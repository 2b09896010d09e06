/** Template tag for texts in tests: strips the indentation that all lines have, and the first line break. */
export function source(strings: TemplateStringsArray, ...values: unknown[]): string {
  const text = String.raw({ raw: strings.map((part) => part) }, ...values);
  const lines = text.replace(/^\n/, "").replace(/\n[ ]*$/, "\n").split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const indent = indents.length === 0 ? 0 : Math.min(...indents);
  return lines.map((line) => line.slice(indent)).join("\n");
}
