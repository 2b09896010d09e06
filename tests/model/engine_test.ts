/** The engine beside references of its processes: files, requests, ends of children, kill -9. */
import fc from "fast-check";
import { check } from "./check.ts";
import { file, move } from "./engine_moves.ts";
import { EngineWorld } from "./engine_world.ts";

const RUNS = 1500;

const life = fc.record({ file, moves: fc.array(move, { maxLength: 25, size: "max" }) });

Deno.test("an engine does what the references of its processes say, through files and kill -9", () =>
  check("engine", RUNS, life, async ({ file, moves }) => {
    const world = await EngineWorld.begin(file);
    for (const move of moves) await world.play(move);
    await world.calmDown();
  }));
