import assert from "node:assert/strict";
import { err, ok, type Result } from "../../../src/base/result.ts";
import {
  decidePrivileges,
  type PrivilegeQuestion,
} from "../../../src/sys/privileges/decide_privileges.ts";
import type { Ids } from "../../../src/sys/privileges/thread_credentials.ts";
import type { User } from "../../../src/sys/privileges/user_database.ts";

const ROOT: Ids = [0, 0, 0, 0];
const ME: Ids = [1000, 1000, 1000, 1000];

function user(name: string, uid: number, gid: number): User {
  return { name, uid, gid, group: `g${gid}`, groups: [gid], home: "/", shell: "/bin/sh" };
}

const USERS: Record<string, User> = {
  "root": user("root", 0, 0),
  "root:adm": user("root", 0, 4),
  "toor": user("toor", 0, 0),
  "nobody": user("nobody", 65534, 65534),
  "www:web": user("www", 33, 80),
  "me": user("me", 1000, 1000),
  "me:audio": user("me", 1000, 29),
  "me:me": user("me", 1000, 1000),
};

function lookUp(text: string): Result<User, string> {
  const found = USERS[text];
  return found === undefined ? err(`unknown user "${text}"`) : ok(found);
}

/** Who starts it, --user, taskmaster.user, --allow-root, and what comes of it. */
type Case = [Ids, string | null, string | null, boolean, string | RegExp];

Deno.test.each<Case>([
  [ROOT, null, null, false, /^refuse: refusing to run as root: .*--user NAME.*--allow-root$/],
  [ROOT, null, null, true, "stay"],
  [ROOT, "nobody", null, false, "become nobody"],
  [ROOT, null, "nobody", false, "become nobody"],
  [ROOT, "www:web", "nobody", false, "become www"],
  [ROOT, "nobody", null, true, "become nobody"],
  [ROOT, null, "nobody", true, "become nobody"],
  [ROOT, "ghost", null, false, 'refuse: unknown user "ghost" (--user)'],
  [ROOT, "ghost", null, true, 'refuse: unknown user "ghost" (--user)'],
  [ROOT, null, "ghost", false, /^refuse: unknown user "ghost" \(taskmaster\.user/],
  [ROOT, "ghost", "nobody", false, 'refuse: unknown user "ghost" (--user)'],
  [ROOT, "root", null, false, /^refuse: .*--user names: .*--user NAME.*--allow-root$/],
  [ROOT, null, "root", false, /^refuse: .*taskmaster\.user in the configuration names/],
  [ROOT, "toor", null, false, /^refuse: /],
  [ROOT, "root", null, true, "stay"],
  [ROOT, null, "root", true, "stay"],
  [ROOT, "root:adm", null, true, /^refuse: cannot stay root with group "g4"/],
  [ME, null, null, false, "stay"],
  [ME, null, null, true, "stay"],
  [ME, "me", null, false, "stay"],
  [ME, "me:me", null, false, "stay"],
  [ME, "me:audio", null, false, /^refuse: cannot become "me:audio": only root can/],
  [ME, "nobody", null, false, /^refuse: cannot become "nobody": only root can.*sudo.*--user out$/],
  [ME, "nobody", null, true, /^refuse: cannot become "nobody"/],
  [ME, "root", null, true, /^refuse: cannot become "root"/],
  [ME, "ghost", null, false, 'refuse: unknown user "ghost" (--user)'],
  [ME, null, "me", false, "stay"],
  [
    ME,
    null,
    "nobody",
    false,
    /^warning: .*"nobody", but only root can.*carrying on with uid 1000$/,
  ],
  [ME, null, "ghost", false, /^warning: .*"ghost", but unknown user "ghost"; carrying on/],
  [ME, "me", "nobody", false, "stay"],
  [[1000, 0, 0, 0], "nobody", null, false, /^refuse: .*uid 1000, 0, 0, 0.*setuid programs/],
  [[1000, 0, 0, 0], null, null, true, /^refuse: /],
  [[0, 1000, 1000, 1000], null, null, false, /^refuse: /],
  [[1000, 1000, 0, 1000], null, null, false, /^refuse: /],
])("decidePrivileges() for uids %j, --user %s, user: %s, --allow-root %s", (...testCase) => {
  const [uids, userOption, configUser, allowRoot, expected] = testCase;
  const gids = uids[0] === uids[1] ? uids : ME;
  const decision = describe({ uids, gids, userOption, configUser, allowRoot, lookUp });
  if (typeof expected === "string") assert.equal(decision, expected);
  else assert.match(decision, expected);
});

Deno.test("decidePrivileges() refuses different group ids as well", () => {
  const base = { userOption: null, configUser: null, allowRoot: true, lookUp };
  assert.match(describe({ ...base, uids: ME, gids: [1000, 0, 0, 0] }), /^refuse: .*gid 1000, 0/);
});

function describe(question: PrivilegeQuestion): string {
  const decision = decidePrivileges(question);
  switch (decision.kind) {
    case "stay":
      return "stay";
    case "become":
      return `become ${decision.user.name}`;
    case "refuse":
      return `refuse: ${decision.message}`;
    case "stay-with-warning":
      return `warning: ${decision.message}`;
  }
}
