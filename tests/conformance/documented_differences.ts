/** The rows of the table in docs/supervisord.md. */
import { join } from "node:path";

export interface DocumentedDifference {
  /** What supervisord does, the first cell. */
  readonly row: string;
  readonly reason: string;
}

export async function documentedDifferences(): Promise<DocumentedDifference[]> {
  const text = await Deno.readTextFile(join(import.meta.dirname!, "../../docs/supervisord.md"));
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  return rows.slice(2).map((line) => {
    const [, row = "", , reason = ""] = line.split("|").map((cell) => cell.trim());
    return { row, reason };
  });
}
