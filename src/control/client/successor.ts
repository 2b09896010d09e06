/** After an upgrade: the new program, once it answers. */
import { err, ok, type Result } from "../../base/result.ts";
import type { SupervisorVersion } from "../../ports/controller.ts";
import { UnreachableError } from "../../ports/remote_errors.ts";
import type { Connection } from "./connection.ts";

const FIRST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 1000;
const LIMIT_MS = 30_000;

/** A program takes the place of `before` in the same process; only after a failure there is another. */
export async function waitForSuccessor(
  connection: Connection,
  before: SupervisorVersion,
): Promise<Result<SupervisorVersion, string>> {
  for (let waitedMs = 0, delayMs = FIRST_DELAY_MS; waitedMs < LIMIT_MS;) {
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    waitedMs += delayMs;
    delayMs = Math.min(2 * delayMs, LONGEST_DELAY_MS);
    try {
      const after = await connection.json<SupervisorVersion>("GET", "/v1/version");
      if (after.pid === before.pid) return ok(after);
      return err(
        "the new program ended before it had taken over; " +
          `taskmaster ${after.version} is back, with pid ${after.pid}`,
      );
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
    }
  }
  return err(`the new taskmaster does not answer on ${connection.path} after 30 s`);
}
