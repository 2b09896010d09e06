/** Clients that mean harm, or know no better. */
import { pauseFor } from "../../src/base/pause.ts";
import { readToEnd, requestText, writeAll } from "../support/raw_http.ts";
import { Random } from "./dice.ts";
import { ask, tryToClose, tryToConnect } from "./requests.ts";
import type { Trouble } from "./troubles.ts";
import type { World } from "./world.ts";

const WHO = "client";
const NEVER = new AbortController().signal;
const START = "POST /v1/processes/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
const REQUEST = `${START}Content-Length: 23\r\n\r\n{"selectors": ["nope"]}`;
const CROWD = 100;

const encode = (text: string) => new TextEncoder().encode(text);

type Harm = (dice: Random, world: World) => Promise<number>;

/** Each gives how many connections it had. */
const HARMS: Readonly<Record<string, Harm>> = {
  "garbage": (dice, world) =>
    connected(world, async (connection) => {
      const length = 1 + dice.below(3000);
      await writeAll(connection, Uint8Array.from({ length }, () => dice.below(256)));
      await connection.closeWrite().catch(() => {});
      await readToEnd(connection);
    }),

  "half a request": (dice, world) =>
    connected(world, async (connection) => {
      await writeAll(connection, encode(REQUEST.slice(0, 1 + dice.below(REQUEST.length - 1))));
      await pauseFor(dice.between(0, 500), NEVER);
    }),

  "a slow writer": (_dice, world) =>
    connected(world, async (connection) => {
      for (const letter of "GET /v1/processes HTTP/1.1\r\n") {
        if (!await writeAll(connection, encode(letter))) return;
        await pauseFor(20, NEVER);
      }
    }),

  "a slow reader": (_dice, world) =>
    connected(world, async (connection) => {
      await writeAll(connection, encode(requestText("GET", "/v1/events?limit=1000")));
      const few = new Uint8Array(1024);
      for (let count = 0; count < 30; count++) {
        const read = await connection.read(few).catch(() => null);
        if (read === null) return;
        await pauseFor(20, NEVER);
      }
    }),

  "a crowd that comes and goes": async (_dice, world) => {
    const all = await Promise.all(Array.from({ length: CROWD }, () => tryToConnect(world.place)));
    const there = all.filter((connection) => connection !== null);
    there.forEach(tryToClose);
    return there.length;
  },

  "a follower that never reads": (dice, world) =>
    connected(world, async (connection) => {
      const what = dice.oneOf([
        "events/follow",
        "logs/follow?select=torrent",
        "logs/follow?select=all",
      ]);
      await writeAll(connection, encode(requestText("GET", `/v1/${what}`)));
      await pauseFor(dice.between(500, 4000), NEVER);
    }),

  "attach and vanish": (dice, world) =>
    connected(world, async (connection) => {
      const headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": btoa("0123456789abcdef"),
      };
      const name = `terminal:${dice.below(2)}`;
      const target = `/v1/processes/${name}/attach?rows=24&cols=80`;
      await writeAll(connection, encode(requestText("GET", target, { headers })));
      await pauseFor(dice.between(0, 1500), NEVER);
    }),

  "a body that is said to be huge": (_dice, world) =>
    connected(world, async (connection) => {
      await writeAll(connection, encode(`${START}Content-Length: 1073741824\r\n\r\n{`));
      await readToEnd(connection);
    }),

  "a hundred requests at once": (_dice, world) =>
    connected(world, async (connection) => {
      const one = "GET /v1/processes HTTP/1.1\r\nHost: x\r\n\r\n";
      await writeAll(connection, encode(one.repeat(100)));
      await connection.read(new Uint8Array(1000)).catch(() => null);
    }),
};

export function misbehave(world: World): Trouble {
  const dice = Random.for(world.seed, WHO);
  return {
    name: WHO,
    everyMs: 400,
    dice,
    async act() {
      const name = dice.oneOf(Object.keys(HARMS));
      const count = await HARMS[name]!(dice, world);
      if (count === 0) return world.chronicle.note(WHO, "nobody listens", name);
      world.chronicle.note(WHO, name, "", count);
    },
  };
}

/** One who behaves, among them: is answered, unless taskmaster is dead. */
export class HonestClient {
  readonly complaints: string[] = [];
  answers = 0;
  slowestMs = 0;

  trouble({ place, seed, chronicle }: World): Trouble {
    return {
      name: "honest client",
      everyMs: 500,
      dice: Random.for(seed, "honest client"),
      act: async () => {
        const begun = performance.now();
        const answer = await ask(place, "GET", "/v1/processes");
        if (answer === null) return chronicle.note("honest client", "nobody answers");
        const tookMs = performance.now() - begun;
        this.answers++;
        this.slowestMs = Math.max(this.slowestMs, tookMs);
        chronicle.note("honest client", `answer ${answer.status}`, `${Math.round(tookMs)} ms`);
        if (answer.status !== 200) this.complaints.push(`${answer.status} ${answer.body}`);
      },
    };
  }
}

async function connected(
  { place }: World,
  harm: (connection: Deno.UnixConn) => Promise<void>,
): Promise<number> {
  const connection = await tryToConnect(place);
  if (connection === null) return 0;
  const limit = setTimeout(() => tryToClose(connection), CLIENT_LIMIT_MS);
  try {
    await harm(connection);
  } catch {
    // Taskmaster was killed, or has hung up.
  } finally {
    clearTimeout(limit);
    tryToClose(connection);
  }
  return 1;
}

const CLIENT_LIMIT_MS = 10_000;
