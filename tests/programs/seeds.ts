/** What is to become of the programs in tests/config/seeds on a machine that has none of them. */
import type { HappeningKind } from "../../src/core/record.ts";

export interface Outcome {
  readonly kind: HappeningKind;
  readonly reason?: RegExp;
}

export interface Seed {
  readonly file: string;
  /** By the name of the process. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /**
   * Made before it is run: places below the test's own directory instead of shared ones, a command
   * that is on every machine, and less waiting between the attempts.
   */
  readonly changes: readonly (readonly [string | RegExp, string])[];
}

const PRIVATE: Seed["changes"] = [
  [/\/tmp\/(\w+\.std)/g, "out/$1"],
  ["/var/logs", "out"],
  [/workingdir: \/taskmaster/g, "workingdir: /no/such/directory"],
  ["startretries: 3", "startretries: 1"],
];

const MISSING = (path: string): Outcome => ({
  kind: "fatal",
  reason: new RegExp(`^no such file: "${path}"$`),
});

function each(program: string, numprocs: number, outcome: Outcome): Record<string, Outcome> {
  const names = Array.from({ length: numprocs }, (_, num) => `${program}:${num}`);
  return Object.fromEntries(names.map((name) => [name, outcome]));
}

const NOWHERE: Outcome = { kind: "fatal", reason: /"\/no\/such\/directory" does not exist/ };

export const configurations: readonly Seed[] = [
  {
    file: "subject-example-fixed.conf",
    outcomes: {
      nginx: MISSING("/usr/local/bin/nginx"),
      ...each("vogsphere", 8, MISSING("/usr/local/bin/vogsphere-worker")),
    },
    changes: PRIVATE,
  },
  {
    file: "no-programs-key.conf",
    outcomes: {
      ...each("nginx", 2, { kind: "running" }),
      // Lists the directory and is done, before its starttime and with a code that is expected.
      ...each("vogsphere", 2, { kind: "exited" }),
    },
    changes: [...PRIVATE, ["ping google.com", "sleep 1000"], ["starttime: 5", "starttime: 0.5"]],
  },
  {
    file: "two-short-programs.conf",
    outcomes: each("ls", 3, NOWHERE),
    changes: PRIVATE,
  },
  {
    file: "two-short-programs.conf",
    outcomes: each("ls", 3, { kind: "exited" }),
    changes: [[/workingdir: \/taskmaster/g, "workingdir: /"], ...PRIVATE],
  },
];
