/** Lists of names in a sentence. */
import { visible } from "../base/visible.ts";

/** "web", "web and db", "web, db and cron", or "12 processes" when naming them would not help. */
export function listNames(names: readonly string[]): string {
  const shown = names.map(visible);
  if (shown.length > 5) return `${shown.length} processes`;
  const last = shown.pop();
  if (last === undefined) return "nothing";
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}
