/** Killers: of children, of taskmaster, and of what taskmaster starts for itself. */
import { existsSync, readFileSync } from "node:fs";
import { pauseFor } from "../../src/base/pause.ts";
import { descriptorsOf } from "../support/proc.ts";
import { tryKill } from "../support/taskmaster_place.ts";
import { census } from "./census.ts";
import { Random } from "./dice.ts";
import type { Trouble } from "./troubles.ts";
import type { World } from "./world.ts";

const NEVER = new AbortController().signal;

const DEADLY: readonly Deno.Signal[] = [
  "SIGKILL",
  "SIGKILL",
  "SIGKILL",
  "SIGTERM",
  "SIGSEGV",
  "SIGINT",
  "SIGHUP",
  "SIGABRT",
];

/** Of any process of a program, its first one or a descendant. */
export function killChildren({ place, chronicle, seed, hitPids }: World): Trouble {
  const dice = Random.for(seed, "killer of children");
  return {
    name: "killer of children",
    everyMs: 700,
    dice,
    async act() {
      const victims = census(place).filter(({ process, isEscaped }) =>
        !process.startsWith("small") && !isEscaped
      );
      if (victims.length === 0) return;
      const { pid, process, isLeader } = dice.oneOf(victims);
      hitPids.add(pid);
      const detail = `${process} ${pid}${isLeader ? "" : " (a descendant)"}`;
      if (dice.chance(0.15)) {
        tryKill(pid, "SIGSTOP");
        chronicle.note("killer of children", "SIGSTOP, then SIGCONT", detail);
        await pauseFor(dice.between(0, 1500), NEVER);
        tryKill(pid, "SIGCONT");
        return;
      }
      const signal = dice.oneOf(DEADLY);
      tryKill(pid, signal);
      chronicle.note("killer of children", signal, detail);
    },
  };
}

export function killTaskmaster({ init, chronicle, seed, lifeTurns }: World): Trouble {
  const dice = Random.for(seed, "killer of taskmaster");
  return {
    name: "killer of taskmaster",
    everyMs: 3000,
    dice,
    async act() {
      // Also one that has just begun, and has not taken back everything.
      if (dice.chance(0.6)) await init.ready();
      await pauseFor(dice.between(0, 500), NEVER);
      await lifeTurns.take(async () => {
        chronicle.note("killer of taskmaster", "SIGKILL", String(init.pid));
        await init.kill();
      });
    },
  };
}

/** What an administrator does to it besides. */
export function shakeTaskmaster({ init, chronicle, seed }: World): Trouble {
  const dice = Random.for(seed, "shaker of taskmaster");
  return {
    name: "shaker of taskmaster",
    everyMs: 4000,
    dice,
    async act() {
      if (dice.chance(0.5)) {
        // Before it listens for signals they would end it, as they end any program; but neither
        // an upgrade nor an orderly end may be harmed by one.
        await init.ready();
        init.signal("SIGUSR2");
        chronicle.note("shaker of taskmaster", "SIGUSR2");
        return;
      }
      init.signal("SIGSTOP");
      chronicle.note("shaker of taskmaster", "SIGSTOP, then SIGCONT");
      await pauseFor(dice.between(0, 1000), NEVER);
      init.signal("SIGCONT");
    },
  };
}

/** The holder of the FIFOs. Only while taskmaster lives to start another one: see docs/survival.md. */
export function killHolder({ init, place, chronicle, seed, lifeTurns }: World): Trouble {
  const dice = Random.for(seed, "killer of holders");
  return {
    name: "killer of holders",
    everyMs: 8000,
    dice,
    async act() {
      await lifeTurns.take(async () => {
        await init.ready();
        const before = holderPid(place.stateDir);
        // One that ends at once after its start is taken for one that cannot run.
        await pauseFor(HOLDER_IS_GROWN_UP_MS, NEVER);
        if (before === null || before !== holderPid(place.stateDir)) return;
        tryKill(before, "SIGKILL");
        chronicle.note("killer of holders", "SIGKILL", String(before));
        await untilReplaced(place.stateDir, before, await init.ready());
      });
    },
  };
}

const HOLDER_IS_GROWN_UP_MS = 1500;
const REPLACED_LIMIT_MS = 20_000;

/** Until then what is unread would be lost with taskmaster: it alone has it. */
async function untilReplaced(stateDir: string, before: number, pid: number): Promise<void> {
  const deadline = performance.now() + REPLACED_LIMIT_MS;
  while (!isReplaced(stateDir, before, pid)) {
    if (performance.now() > deadline) throw new Error(`the holder ${before} was not replaced`);
    await pauseFor(50, NEVER);
  }
}

function isReplaced(stateDir: string, before: number, pid: number): boolean {
  const holder = holderPid(stateDir);
  if (holder === null || holder === before) return false;
  return fifosOf(pid, stateDir).isSubsetOf(fifosOf(holder, stateDir));
}

/** Those of programs that a process has open. */
function fifosOf(pid: number, stateDir: string): Set<string> {
  const directory = `${stateDir}/fifo/`;
  const paths = Object.values(descriptorsIfThere(pid)).filter((path) =>
    path.startsWith(directory) && !path.startsWith(`${directory}.`) && existsSync(path)
  );
  return new Set(paths);
}

function descriptorsIfThere(pid: number): Record<string, string> {
  try {
    return descriptorsOf(pid);
  } catch {
    return {}; // It has ended.
  }
}

function holderPid(stateDir: string): number | null {
  try {
    const { pid } = JSON.parse(readFileSync(`${stateDir}/holder`, "utf8")) as { pid: number };
    return pid;
  } catch {
    return null;
  }
}
