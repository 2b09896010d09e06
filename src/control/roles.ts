/** Which role may do what. */
import type { Need } from "./api.ts";
import type { Role } from "../core/http_settings.ts";

const MAY: Readonly<Record<Role, readonly Need[]>> = {
  "read-only": ["read"],
  operator: ["read", "operate"],
  admin: ["read", "operate", "administer"],
};

/**
 * To look; to change processes (start, stop, restart, signal, clear); to change taskmaster itself
 * (reload, shutdown, upgrade).
 */
export function mayDo(role: Role, need: Need): boolean {
  return MAY[role].includes(need);
}
