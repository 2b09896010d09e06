/**
 * Becomes the user that the argument names, and prints as JSON what it is then. Run as a process of
 * its own by privileges_test.ts, because there is no way back.
 */
import { decidePrivileges } from "../../../src/sys/privileges/decide_privileges.ts";
import { libc } from "../../../src/sys/libc.ts";
import { becomeUser, forbidNewPrivileges } from "../../../src/sys/privileges/privileges.ts";
import {
  credentialsOfAllThreads,
  ownCredentials,
} from "../../../src/sys/privileges/thread_credentials.ts";
import { lookUpUser, type User } from "../../../src/sys/privileges/user_database.ts";

function print(outcome: unknown): void {
  const text = JSON.stringify(
    outcome,
    (_key, value) => typeof value === "bigint" ? Number(value) : value,
  );
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

/** The text of the error, if the change fails. */
function become(user: User): string | undefined {
  try {
    becomeUser(user);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

async function observe(): Promise<Record<string, unknown>> {
  const child = await new Deno.Command("/bin/cat", {
    args: ["/proc/self/status"],
    detached: true,
  }).output();
  const variables = ["HOME", "USER", "LOGNAME", "SHELL"];
  return {
    threads: Object.fromEntries(credentialsOfAllThreads()),
    child: new TextDecoder().decode(child.stdout),
    regained: [libc().setuid(0), libc().setgid(0)].filter((result) => result !== -1),
    env: Object.fromEntries(variables.map((name) => [name, Deno.env.get(name)])),
    uid: Deno.uid(),
    gid: Deno.gid(),
  };
}

const [userOption = "", ...flags] = Deno.args;
const { uids, gids } = ownCredentials();
const decision = decidePrivileges({
  uids,
  gids,
  userOption,
  configUser: null,
  allowRoot: false,
  lookUp: lookUpUser,
});
if (decision.kind === "become") {
  // Some more threads: these calls run on the runtime's pool.
  await Promise.all(Array.from({ length: 8 }, () => Deno.stat("/proc")));
  const error = become(decision.user);
  if (error === undefined && flags.includes("nnp")) forbidNewPrivileges();
  print(error === undefined ? await observe() : { error });
} else {
  print({ decision });
}
