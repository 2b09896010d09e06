/** What may happen to the real program: random files, requests, deaths of children and of itself. */
import fc from "fast-check";
import { shell } from "../programs/commands.ts";

/** Each with what becomes of it when it is wanted and nothing else happens. */
export const KINDS = {
  steady: { cmd: "sleep 1000", outcome: "RUNNING" },
  slow: {
    cmd: shell('trap "sleep 0.1; exit 0" TERM; while :; do sleep 0.02; done'),
    outcome: "RUNNING",
  },
  deaf: { cmd: shell('trap "" TERM; while :; do sleep 0.05; done'), outcome: "RUNNING" },
  family: { cmd: shell("sleep 1000 & exec sleep 1000"), outcome: "RUNNING" },
  once: { cmd: shell("exit 0"), outcome: "EXITED" },
  failing: { cmd: shell("exit 1"), outcome: "FATAL" },
  missing: { cmd: "/no/such/file", outcome: "FATAL" },
} as const;

export interface Settings {
  readonly name: string;
  readonly kind: keyof typeof KINDS;
  readonly numprocs: number;
  readonly autostart: boolean;
  readonly autorestart: "always" | "unexpected" | "never";
  readonly priority: number;
  /** Part of its environment: with another one its children are replaced. */
  readonly version: number;
}

export type File = readonly Settings[];

export type Move =
  | { readonly kind: "start" | "stop" | "restart"; readonly program: string }
  | { readonly kind: "reload"; readonly file: File }
  /** Of the first process of a child, by us or by taskmaster. */
  | { readonly kind: "kill child" | "signal"; readonly program: string }
  | { readonly kind: "kill taskmaster"; readonly file: File | null; readonly victim: string | null }
  | { readonly kind: "wait"; readonly ms: number }
  /** Until nothing more is to happen; then everything is looked at. */
  | { readonly kind: "rest" };

const name = fc.constantFrom("a", "b", "c");

const settings: fc.Arbitrary<Settings> = fc.record({
  name,
  kind: fc.constantFrom<keyof typeof KINDS>(
    ...["steady", "steady", "slow", "deaf", "family", "once", "failing", "missing"] as const,
  ),
  numprocs: fc.integer({ min: 1, max: 3 }),
  autostart: fc.boolean().map((isOff) => !isOff),
  autorestart: fc.constantFrom("unexpected" as const, "always" as const, "never" as const),
  priority: fc.constantFrom(999, 1),
  version: fc.integer({ min: 0, max: 1 }),
});

export const file: fc.Arbitrary<File> = fc.uniqueArray(settings, {
  maxLength: 3,
  size: "max",
  selector: ({ name }) => name,
});

export const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("start" as const, "stop" as const, "restart" as const),
      program: name,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("reload" as const), file }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("kill child" as const, "signal" as const),
      program: name,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("kill taskmaster" as const),
      file: fc.option(file, { freq: 3 }),
      victim: fc.option(name, { freq: 2 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.integer({ max: 150, min: 0 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rest" as const) }) },
);
