/** The rows of the table in docs/supervisord.md, each by its first cell. */
import { join } from "node:path";

export async function documentedDifferences(): Promise<string[]> {
  const text = await Deno.readTextFile(join(import.meta.dirname!, "../../docs/supervisord.md"));
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  return rows.slice(2).map((row) => row.split(/(?<!\\)\|/)[1]!.trim());
}
