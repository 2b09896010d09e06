/** Clients take all descriptors of the real program: it stops accepting, and goes on to. */
import assert from "node:assert/strict";
import { descriptorsOf } from "../support/proc.ts";
import { takeDescriptorsAway } from "../support/resource_limits.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";

const TOKEN = "a-secret-of-0123456789";
const LEFT = 10;
const CLIENTS = 40;

interface Door {
  connect(): Promise<Deno.Conn>;
  /** Whether `status` is answered. */
  answers(): Promise<boolean>;
  readonly note: RegExp;
}

function unixDoor(tm: Taskmaster): Door {
  return {
    connect: () => Deno.connect({ transport: "unix", path: tm.place.socket }),
    answers: async () => (await tm.client("status", "web")).code === 0,
    note: /^the control socket had stopped accepting, for want of descriptors; it does again$/,
  };
}

async function tcpDoor(tm: Taskmaster): Promise<Door> {
  const { message } = await tm.next(null, "note");
  const [, hostname = "", port] = /on http:\/\/(.*):(\d+)$/.exec(message) ?? [];
  return {
    connect: () => Deno.connect({ hostname, port: Number(port) }),
    answers: async () => {
      using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
      const headers = { authorization: `Bearer ${TOKEN}` };
      const url = `http://${hostname}:${port}/v1/processes/web`;
      const answer = await fetch(url, { client, headers });
      await answer.body?.cancel();
      return answer.status === 200;
    },
    note: /^the control interface on TCP had stopped accepting, .*; it does again$/,
  };
}

/** Clients take what is left of the descriptors, twice: those who go again, and those who stay. */
async function isHeardAgain(doorOf: (tm: Taskmaster) => Door | Promise<Door>): Promise<void> {
  await using tm = await startTaskmaster({
    programs: "web: {cmd: sleep 1000, starttime: 0}",
    daemon: `http: {listen: "127.0.0.1:0", tokens: {ci: {token: ${TOKEN}}}}`,
  });
  const door = await doorOf(tm);
  await tm.next("web", "running");
  await tm.until(() => tm.log.some(({ kind }) => kind === "note"));
  assert.ok(await door.answers());
  const giveBack = await takeDescriptorsAway(tm.pid, LEFT);
  const used = Object.keys(descriptorsOf(tm.pid)).length;
  for (const stay of [false, true]) {
    const after = tm.now;
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => door.connect()));
    await tm.until(() => Object.keys(descriptorsOf(tm.pid)).length >= used + LEFT / 2);
    if (!stay) { for (const client of clients) client.close(); }
    const { message } = await tm.next(null, "note", { after });
    assert.match(message, door.note);
    assert.ok(await door.answers());
    if (stay) { for (const client of clients) client.close(); }
  }
  await giveBack();
  assert.deepEqual(tm.kindsOf("web"), ["started", "running"]);
  await tm.end();
}

Deno.test("the control socket answers again after clients took all descriptors", () =>
  isHeardAgain(unixDoor));

Deno.test("the control interface on TCP answers again after clients took all descriptors", () =>
  isHeardAgain(tcpDoor));
