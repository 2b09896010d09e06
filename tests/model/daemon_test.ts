/**
 * The real program with real children: whatever is asked and done to it, kill -9 included, no
 * process is ever there twice, and when nothing more is to happen each is as its wish and its rules
 * say, with the pid it had if nothing was done to it, and nothing else is left.
 */
import fc from "fast-check";
import { check } from "./check.ts";
import { file, move } from "./daemon_moves.ts";
import { DaemonWorld } from "./daemon_world.ts";

/** A few, for they take a second each; `deno task model daemon --runs 300` plays more. */
const RUNS = 5;

const life = fc.record({ file, moves: fc.array(move, { maxLength: 12, size: "max" }) });

Deno.test("the real program does what is asked of it, and rests as it is to", async () => {
  let world: DaemonWorld | null = null;
  try {
    await check("daemon", RUNS, life, async ({ file, moves }) => {
      world ??= await DaemonWorld.begin();
      try {
        await world.play(file, moves);
      } catch (error) {
        // What is wrong with it must not spoil the shorter sequences.
        await world[Symbol.asyncDispose]();
        world = null;
        throw error;
      }
    });
  } finally {
    await (world as DaemonWorld | null)?.[Symbol.asyncDispose]();
  }
});
