/**
 * Each change of user happens in a process of its own, started as root: there is no way back.
 * Users and groups that the machine need not have come from files mounted over /etc/passwd and
 * /etc/group, in a mount namespace that ends with the process.
 */
import assert from "node:assert/strict";
import { becomeUser, PrivilegeError } from "../../../src/sys/privileges/privileges.ts";
import {
  type Credentials,
  parseCredentials,
} from "../../../src/sys/privileges/thread_credentials.ts";

const PASSWD = `root:x:0:0:root:/root:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
web:x:2001:2002:Web Server:/srv/web:/bin/dash
`;
const GROUP = `root:x:0:
nogroup:x:65534:
web:x:2002:
audio:x:2003:someone,web
video:x:2004:web
crowd:x:2005:${Array.from({ length: 4000 }, (_, index) => `member${index}`).join(",")},web
others:x:2006:someone
`;

interface Outcome {
  readonly decision?: { readonly kind: string; readonly message: string };
  readonly error?: string;
  readonly threads: Record<string, Credentials>;
  /** /proc/self/status of a program that was started afterwards. */
  readonly child: string;
  readonly regained: string[];
  readonly env: Record<string, string>;
  readonly uid: number;
  readonly gid: number;
}

/** Runs the program as root, with words such as `setpriv …` in front. */
async function become(user: string, { prefix = [] as string[], flags = [] as string[] } = {}) {
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/passwd`, PASSWD);
  await Deno.writeTextFile(`${directory}/group`, GROUP);
  const program = new URL("./become_user_program.ts", import.meta.url).pathname;
  const script = 'mount --bind "$0/passwd" /etc/passwd && mount --bind "$0/group" /etc/group && ' +
    'exec "$@"';
  const output = await new Deno.Command("unshare", {
    args: [
      ...["--mount", "/bin/sh", "-c", script, directory],
      ...prefix,
      ...[Deno.execPath(), "run", "-A", "--no-lock", "--quiet", program, user, ...flags],
    ],
    stderr: "inherit",
  }).output();
  await Deno.remove(directory, { recursive: true });
  return JSON.parse(new TextDecoder().decode(output.stdout)) as Outcome;
}

function asRoot(name: string, run: () => Promise<void>): void {
  const isRoot = Deno.uid() === 0;
  Deno.test({ name: isRoot ? name : `${name} (skipped: needs root)`, ignore: !isRoot, fn: run });
}

function assertIsOnly(credentials: Credentials, uid: number, gid: number, groups: number[]): void {
  assert.deepEqual(credentials.uids, [uid, uid, uid, uid]);
  assert.deepEqual(credentials.gids, [gid, gid, gid, gid]);
  assert.deepEqual(credentials.groups, groups);
  for (const set of Object.values(credentials.capabilities)) assert.equal(Number(set), 0);
}

asRoot("becomeUser() changes every thread, for good", async () => {
  const outcome = await become("nobody");
  const threads = Object.values(outcome.threads);
  assert.ok(threads.length > 2, `${threads.length} threads`);
  for (const thread of threads) assertIsOnly(thread, 65534, 65534, [65534]);
  assert.deepEqual(outcome.regained, []);
  assert.deepEqual([outcome.uid, outcome.gid], [65534, 65534]);
});

asRoot("becomeUser() leaves children started afterwards with nothing of root's", async () => {
  const { child } = await become("nobody");
  assertIsOnly(parseCredentials(child), 65534, 65534, [65534]);
});

asRoot("becomeUser() gives the user all of its groups and no others", async () => {
  const { threads, child } = await become("web");
  const groups = [2002, 2003, 2004, 2005];
  for (const thread of Object.values(threads)) assertIsOnly(thread, 2001, 2002, groups);
  assertIsOnly(parseCredentials(child), 2001, 2002, groups);
});

asRoot("becomeUser() takes the group that was asked for as the primary one", async () => {
  const { child } = await become("web:nogroup");
  assertIsOnly(parseCredentials(child), 2001, 65534, [2003, 2004, 2005, 65534]);
  const same = await become("nobody:nogroup");
  assertIsOnly(parseCredentials(same.child), 65534, 65534, [65534]);
});

asRoot("becomeUser() takes ids that have no entry", async () => {
  const { child, env } = await become("54321:54322");
  assertIsOnly(parseCredentials(child), 54321, 54322, [54322]);
  assert.deepEqual(env, { HOME: "/", USER: "54321", LOGNAME: "54321", SHELL: "/bin/sh" });
});

asRoot("becomeUser() sets the variables that name the user", async () => {
  const { env } = await become("web");
  assert.deepEqual(env, { HOME: "/srv/web", USER: "web", LOGNAME: "web", SHELL: "/bin/dash" });
});

asRoot("forbidNewPrivileges() binds the children", async () => {
  const free = await become("nobody");
  assert.match(free.child, /^NoNewPrivs:\s*0$/m);
  const bound = await become("nobody", { flags: ["nnp"] });
  assert.match(bound.child, /^NoNewPrivs:\s*1$/m);
});

asRoot("becomeUser() fails when the kernel keeps capabilities", async () => {
  const { error } = await become("nobody", {
    prefix: ["setpriv", "--securebits=+no_setuid_fixup"],
  });
  assert.match(error!, /cannot become "nobody": thread \d+ still has capabilities \(CapPrm /);
});

asRoot("becomeUser() fails when inheritable capabilities were passed in", async () => {
  const { error } = await become("nobody", { prefix: ["setpriv", "--inh-caps=+net_raw"] });
  assert.match(error!, /cannot become "nobody": .*CapInh 2000\); start it without them \(setpriv/);
});

asRoot("becomeUser() fails without the right to change groups, in one line", async () => {
  const { error } = await become("nobody", { prefix: ["setpriv", "--bounding-set=-setgid"] });
  assert.equal(error, 'SystemError: cannot become "nobody": operation not permitted (EPERM)');
});

asRoot("an unknown user or group is refused by name", async () => {
  const user = await become("ghost");
  assert.deepEqual(user.decision, {
    kind: "refuse",
    message: 'unknown user "ghost" (--user)',
  });
  const group = await become("nobody:ghosts");
  assert.deepEqual(group.decision, {
    kind: "refuse",
    message: 'unknown group "ghosts" (--user)',
  });
});

asRoot("a start with different real and effective ids is refused", async () => {
  for (const ids of [["--ruid", "65534"], ["--rgid", "65534"]]) {
    const { decision } = await become("nobody", { prefix: ["setpriv", "--clear-groups", ...ids] });
    assert.equal(decision?.kind, "refuse");
    assert.match(decision?.message ?? "", /more than one user or group id/);
  }
});

Deno.test("becomeUser() does not take root for giving up root", () => {
  const root = { name: "root", uid: 0, gid: 0, group: "root", groups: [0], home: "/", shell: "" };
  assert.throws(() => becomeUser(root), PrivilegeError);
});

Deno.test("parseCredentials() takes an empty list of groups for what it is", () => {
  const status = "Uid:\t1\t1\t1\t1\nGid:\t2\t2\t2\t2\nGroups:\t \nNStgid:\t27423\n" +
    ["CapInh", "CapPrm", "CapEff", "CapAmb"].map((name) => `${name}:\t00\n`).join("");
  assert.deepEqual(parseCredentials(status).groups, []);
});

Deno.test("parseCredentials() does not take missing lines for good ones", () => {
  assert.throws(() => parseCredentials("Name:\tx\nUid:\t0\t0\t0\t0\n"), /has no "Gid"/);
  assert.throws(() => parseCredentials("Uid:\t0\t0\n"), /cannot read the ids "0\t0"|has no/);
});
