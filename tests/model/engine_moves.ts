/** What may happen to an engine: random files, requests, ends of children, deaths of the supervisor. */
import fc from "fast-check";
import type { ExitStatus } from "../../src/core/exit_status.ts";
import type { Program } from "../../src/core/program.ts";
import type { SignalName } from "../../src/core/signal.ts";
import type { Behaviour } from "./engine_machine.ts";
import { rules, someTime } from "./rules.ts";

/** The programs of a file. */
export type File = readonly Partial<Program>[];

export type Move =
  | { readonly kind: "start" | "stop" | "restart"; readonly programs: readonly string[] }
  | { readonly kind: "reload"; readonly file: File }
  /** A reload of the same file, in which these have another umask. */
  | { readonly kind: "change"; readonly programs: readonly string[] }
  | { readonly kind: "signal"; readonly program: string; readonly signal: SignalName }
  | { readonly kind: "behave"; readonly program: string; readonly behaviour: Behaviour }
  | {
    readonly kind: "end";
    readonly num: number;
    readonly program: string;
    readonly exit: ExitStatus;
  }
  | { readonly kind: "end group"; readonly program: string }
  | { readonly kind: "wait"; readonly ms: number }
  /** `kill -9` of the supervisor now; meanwhile things happen; then the next one. */
  | {
    readonly kind: "kill";
    readonly meanwhile: readonly Meanwhile[];
    /** What the next one reads; null = the same. */
    readonly file: File | null;
    /** The next one is killed, too, after so many deeds. */
    readonly deeds: number | null;
  }
  /** `kill -9` in the middle of the next move, after so many deeds. */
  | { readonly kind: "kill later"; readonly deeds: number }
  | { readonly kind: "shut down"; readonly file: File | null; readonly deeds: number | null };

export type Meanwhile = Extract<Move, { readonly kind: "end" | "end group" | "behave" | "wait" }>;

const NAMES = ["a", "b", "c"];
const name = fc.constantFrom(...NAMES);

function fileOf(settings: fc.Arbitrary<Partial<Program>>): fc.Arbitrary<File> {
  return fc.uniqueArray(fc.tuple(name, settings), {
    maxLength: 3,
    size: "max",
    selector: ([name]) => name,
  })
    .map((all) => all.map(([name, settings]) => ({ name, ...settings })));
}

export const file: fc.Arbitrary<File> = fileOf(
  fc.tuple(
    rules,
    fc.record({
      numprocs: fc.integer({ min: 1, max: 3 }),
      autostart: fc.boolean().map((isOff) => !isOff),
      umask: fc.constantFrom(null, 0o22),
      priority: fc.constantFrom(999, 1, 500),
    }),
  ).map(([rules, others]) => ({ ...rules, ...others })),
);

const exit = fc.oneof(
  fc.integer({ min: 0, max: 2 }).map((code): ExitStatus => ({ kind: "code", code })),
  fc.constant<ExitStatus>({ kind: "signal", signal: "SEGV" }),
);

const meanwhile: fc.Arbitrary<Meanwhile> = fc.oneof(
  fc.record({
    kind: fc.constant("end" as const),
    program: name,
    num: fc.integer({ min: 0, max: 2 }),
    exit,
  }),
  fc.record({ kind: fc.constant("end group" as const), program: name }),
  fc.record({ kind: fc.constant("wait" as const), ms: someTime }),
  fc.record({
    kind: fc.constant("behave" as const),
    program: name,
    behaviour: fc.record({
      cannotStart: fc.boolean(),
      isDeaf: fc.boolean(),
      leavesGroup: fc.boolean(),
      isUntouchable: fc.constantFrom(false, false, false, true),
    }),
  }),
);

const deeds = fc.integer({ min: 0, max: 8 });
const programs = fc.uniqueArray(name, { minLength: 1, maxLength: 3 });

export const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: meanwhile },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("start" as const, "stop" as const, "restart" as const),
      programs,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("reload" as const), file }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("change" as const), programs }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("signal" as const),
      program: name,
      signal: fc.constantFrom<SignalName>("HUP", "TERM", "KILL"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("kill" as const),
      meanwhile: fc.array(meanwhile, { maxLength: 3 }),
      file: fc.option(file, { freq: 3 }),
      deeds: fc.option(deeds, { freq: 2 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("kill later" as const),
      deeds,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("shut down" as const),
      file: fc.option(file, { freq: 3 }),
      deeds: fc.option(deeds, { freq: 2 }),
    }),
  },
);
