import assert from "node:assert/strict";
import { lookUpUser, type User } from "../../../src/sys/privileges/user_database.ts";

function find(text: string): User {
  const result = lookUpUser(text);
  assert.ok(result.ok, `${text}: ${JSON.stringify(result)}`);
  return result.value;
}

function fault(text: string): string {
  const result = lookUpUser(text);
  assert.ok(!result.ok, `${text}: ${JSON.stringify(result)}`);
  return result.error;
}

Deno.test("lookUpUser() finds root", () => {
  const { name, uid, gid, group, groups, home } = find("root");
  assert.deepEqual({ name, uid, gid, group, home }, {
    name: "root",
    uid: 0,
    gid: 0,
    group: "root",
    home: "/root",
  });
  assert.ok(groups.includes(0));
});

Deno.test("lookUpUser() agrees with id(1) about every user in /etc/passwd", async () => {
  const passwd = await Deno.readTextFile("/etc/passwd");
  const names = passwd.split("\n").filter(Boolean).map((line) => line.split(":")[0]!);
  assert.ok(names.length > 0);
  for (const name of names) {
    const output = await new Deno.Command("/bin/sh", {
      args: ["-c", 'id -u "$0"; id -g "$0"; id -gn "$0"; id -G "$0"', name],
    }).output();
    const user = find(name);
    const groups = [...user.groups].sort();
    const [uid, gid, group, ids] = new TextDecoder().decode(output.stdout).trim().split("\n");
    assert.deepEqual([user.uid, user.gid, user.group], [Number(uid), Number(gid), group]);
    assert.deepEqual(groups, ids!.split(" ").map(Number).sort());
  }
});

Deno.test("lookUpUser() takes a number for a uid and finds its name", () => {
  assert.deepEqual(find("0"), find("root"));
});

Deno.test("lookUpUser() lets the group be chosen, by name and by number", () => {
  const user = find("root:daemon");
  assert.equal(user.gid, 1);
  assert.equal(user.group, "daemon");
  assert.ok(user.groups.includes(1));
  assert.deepEqual(find("0:1"), user);
});

Deno.test("lookUpUser() takes numbers without entries when both are given", () => {
  const { name, uid, gid, group, groups, home } = find("54321:54322");
  assert.deepEqual({ name, uid, gid, group, groups, home }, {
    name: "54321",
    uid: 54321,
    gid: 54322,
    group: "54322",
    groups: [54322],
    home: "/",
  });
});

Deno.test.each<[string, RegExp]>([
  ["no-such-user", /^unknown user "no-such-user"$/],
  ["no-such-user:daemon", /^unknown user "no-such-user"$/],
  ["root:no-such-group", /^unknown group "no-such-group"$/],
  ["54321", /^unknown user "54321": .* needs a group, as in 54321:54321$/],
  ["4294967295:0", /^unknown user "4294967295"$/],
  ["0:4294967295", /^unknown group "4294967295"$/],
  ["99999999999:0", /^unknown user "99999999999"$/],
  ["-1", /^unknown user "-1"$/],
  ["", /NAME or NAME:GROUP/],
  ["root:", /NAME or NAME:GROUP/],
  [":root", /NAME or NAME:GROUP/],
  ["a\0b", /NAME or NAME:GROUP/],
  ["a:b:c", /NAME or NAME:GROUP/],
])("lookUpUser() refuses %s", (text, message) => {
  assert.match(fault(text), message);
});
