/**
 * A short run of chaos, as part of the gate; `deno task chaos` is the same for as long as wanted. A
 * failed run says its seed; TASKMASTER_SEED runs it again.
 */
import assert from "node:assert/strict";
import { canMount } from "../support/taskmaster_place.ts";
import { runChaos } from "./run.ts";
import { describeCheck } from "./verdict.ts";

const SECONDS = 40;
const SHOWN_LINES = 150;

const name =
  "a hundred hostile programs, killers, reloads and bad clients: all that is said stays true";

Deno.test(await canMount() ? name : `${name} (without a full disk, which needs root)`, async () => {
  const seed = Number(Deno.env.get("TASKMASTER_SEED") ?? Math.floor(Math.random() * 2 ** 32));
  const { checks, chronicle, place } = await runChaos({ seconds: SECONDS, seed, niceness: 5 });
  try {
    const failed = checks.filter(({ complaints }) => complaints.length > 0).map(describeCheck);
    const report = () => [`with TASKMASTER_SEED=${seed}`, ...failed, chronicle.tail(SHOWN_LINES)];
    assert.ok(failed.length === 0, failed.length === 0 ? "" : report().join("\n"));
  } finally {
    chronicle[Symbol.dispose]();
    await place.remove();
  }
});
