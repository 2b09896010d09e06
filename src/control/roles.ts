/** Which role may do what. */
import type { Role } from "../core/http_settings.ts";

/**
 * What a request takes: to look; to change processes (start, stop, restart, signal, clear); to change
 * taskmaster itself (reload, shutdown, upgrade).
 */
export type Need = "read" | "operate" | "administer";

const MAY: Readonly<Record<Role, readonly Need[]>> = {
  "read-only": ["read"],
  operator: ["read", "operate"],
  admin: ["read", "operate", "administer"],
};

export function mayDo(role: Role, need: Need): boolean {
  return MAY[role].includes(need);
}
