/**
 * What is answered, as schemas: for the document, and for the tests, which hold real answers
 * against them. The compiler sees to it that they agree with the types of the program.
 */
import * as z from "zod";
import type { ExitStatus } from "../core/exit_status.ts";
import type { FaultCode } from "../core/fault.ts";
import type { Plan } from "../core/plan.ts";
import { RECORD_LEVELS } from "../core/record.ts";
import type { ProcessSnapshot, Snapshot } from "../core/snapshot.ts";
import { STATES } from "../core/state.ts";
import type { AlertStatus } from "../core/alert/status.ts";
import type {
  AlertTestReply,
  OperationReply,
  SettingsView,
  UsageReply,
} from "../ports/controller.ts";
import type { WireFollowed, WirePiece, WireTails } from "./wire.ts";

const name = z.string().describe('"web", or "web:0" when the program has several processes.');
const ms = z.number().nonnegative();
const count = z.int().nonnegative();
const pid = z.int().positive();

const exitStatus = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("code"), code: z.int() }),
  z.strictObject({ kind: z.literal("signal"), signal: z.string().describe('"KILL"') }),
  z.strictObject({ kind: z.literal("unknown") }),
]) satisfies z.ZodType<ExitStatus>;

export const processSnapshot = z.strictObject({
  name,
  program: z.string(),
  num: count,
  state: z.enum(STATES as [typeof STATES[number]]),
  wish: z.enum(["up", "down"]).describe("The operator's; no automatic rule changes it."),
  priority: z.int(),
  hasTerminal: z.boolean().describe("Somebody can attach to it."),
  pid: pid.nullable(),
  startedAt: z.iso.datetime().nullable(),
  uptimeMs: ms.nullable(),
  starts: count,
  failedStarts: count,
  startretries: count,
  nextStartMs: ms.nullable(),
  lastExit: z.strictObject({
    pid,
    exit: exitStatus,
    expected: z.boolean(),
    uptimeMs: ms,
    ranMs: ms.nullable(),
  }).nullable(),
  outputLost: count.describe("Bytes of output that could not be written to a log."),
  outputTrouble: z.string().nullable(),
  reason: z.string().nullable(),
}) satisfies z.ZodType<ProcessSnapshot>;

const unknown = z.array(z.strictObject({
  selector: z.string(),
  suggestion: z.string().nullable(),
})).describe("Selectors that match nothing.");

export const snapshot = z.strictObject({
  processes: z.array(processSnapshot),
  supervisor: z.strictObject({
    pid,
    version: z.string(),
    config: z.string(),
    user: z.string(),
    uptimeMs: ms,
    shuttingDown: z.boolean(),
  }),
  unknown,
}) satisfies z.ZodType<Snapshot & Pick<OperationReply, "unknown">>;

export const usage = z.strictObject({
  processes: z.array(z.strictObject({
    name,
    cpuSeconds: z.number().nonnegative().describe("Since they were started."),
    memoryBytes: count.describe("Resident; what processes share is counted for each."),
    processes: count.describe("The process and all that descend from it."),
  })).describe("Of those that run."),
  unknown,
}) satisfies z.ZodType<UsageReply>;

const FAULT_CODES = {
  "no_such_process": "no_such_process",
  "already_started": "already_started",
  "not_running": "not_running",
  "spawn_failed": "spawn_failed",
  "exited_too_early": "exited_too_early",
  "superseded": "superseded",
  "signal_refused": "signal_refused",
  "output_refused": "output_refused",
  "no_terminal": "no_terminal",
  "several_processes": "several_processes",
  "shutting_down": "shutting_down",
} as const satisfies { readonly [Code in FaultCode]: Code };

export const operationReply = z.strictObject({
  results: z.array(z.strictObject({
    name,
    fault: z.strictObject({ code: z.enum(FAULT_CODES), message: z.string() }).nullable()
      .describe("null = done."),
    pid: pid.nullable(),
  })),
  unknown,
}) satisfies z.ZodType<OperationReply>;

export const bytes = z.string().describe(
  "The bytes of the log. The header X-Problem says why they may not be all.",
);

const base64 = z.base64();

export const text = z.string();

export const tails = z.strictObject({
  tails: z.array(z.strictObject({ name, bytes: base64, problem: z.string().nullable() })),
  unknown,
}) satisfies z.ZodType<WireTails>;

export const logEvents = {
  followed: z.strictObject({
    names: z.array(name),
    refused: z.array(z.strictObject({ name, reason: z.string() })),
    unknown,
  }) satisfies z.ZodType<WireFollowed>,
  piece: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("bytes"), name, bytes: base64 }),
    z.strictObject({ kind: z.literal("gap"), name, bytes: count }),
    z.strictObject({ kind: z.literal("lost"), name, bytes: count, reason: z.string() }),
  ]) satisfies z.ZodType<WirePiece>,
};

const record = z.looseObject({
  seq: count.describe("Counts up in the order of happening."),
  time: z.iso.datetime(),
  level: z.enum(RECORD_LEVELS as [typeof RECORD_LEVELS[number]]),
  process: name.optional(),
  program: z.string().optional(),
  num: count.optional(),
  kind: z.string().describe("What happened; the further fields depend on it."),
});

export const records = z.array(record);

export const recordEvents = {
  record,
  gap: z.strictObject({ missed: count }).describe("The reader was too slow for so many."),
};

const keys = z.array(z.string());

const diagnosticSpan = z.strictObject({ start: count, end: count });

const report = z.strictObject({
  source: z.strictObject({ path: z.string(), text: z.string() })
    .describe("Of the text only the lines that are named; the others are blank."),
  diagnostics: z.array(z.strictObject({
    severity: z.enum(["error", "warning"]),
    code: z.string(),
    message: z.string(),
    span: diagnosticSpan,
    help: z.string().optional(),
    related: z.strictObject({ message: z.string(), span: diagnosticSpan }).optional(),
  })),
});

const change = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("update"), keys }),
  z.strictObject({ kind: z.literal("restart"), keys }),
  z.strictObject({ kind: z.literal("update_at_rest"), keys }),
  z.strictObject({ kind: z.literal("add"), start: z.boolean() }),
  z.strictObject({ kind: z.literal("remove") }),
]);

export const plan = z.strictObject({
  plan: z.strictObject({
    changes: z.array(z.strictObject({ program: z.string(), num: count, name, change })),
    unchanged: count,
    needsDaemonRestart: keys,
    daemonUpdates: keys,
    alerts: z.array(z.strictObject({
      name: z.string(),
      change: z.enum(["add", "update", "remove"]),
    })),
  }) satisfies z.ZodType<Plan>,
  warnings: report,
});

export const alerts = z.array(
  z.strictObject({
    name: z.string(),
    type: z.enum(["email", "http", "syslog"]),
    target: z.string().describe("Where it goes, without secrets."),
    on: z.array(z.string()),
    programs: z.array(z.string()).describe("Selectors; none = every program."),
    failures: count.describe("Attempts that failed in a row."),
    lastSuccess: z.iso.datetime().nullable(),
    lastFailure: z.strictObject({ at: z.iso.datetime(), reason: z.string() }).nullable(),
    sent: count.describe("Messages that were delivered."),
    waiting: count.describe("Messages that wait to be delivered."),
    gathered: count.describe("Events that are gathered for the next message."),
    givenUp: count.describe("Events whose message was given up."),
    nextMs: ms.nullable().describe("Time to the next attempt or message."),
    problem: z.string().nullable().describe("What is known to be wrong with its settings."),
  }) satisfies z.ZodType<AlertStatus>,
);

export const alertTests = z.strictObject({
  results: z.array(z.strictObject({
    name: z.string(),
    target: z.string(),
    failure: z.string().nullable().describe("null = delivered, as far as can be known."),
  })),
  unknown: z.strictObject({ name: z.string(), suggestion: z.string().nullable() }).nullable()
    .describe("When there is no alert of the name that was asked for."),
}) satisfies z.ZodType<AlertTestReply>;

export const settings = z.strictObject({
  path: z.string(),
  taskmaster: z.record(z.string(), z.unknown()),
  programs: z.array(z.record(z.string(), z.unknown())),
}) satisfies z.ZodType<SettingsView>;

export const version = z.strictObject({ version: z.string(), pid });

export const openApi = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.unknown()),
});

export const nothing = z.strictObject({});

export const problem = z.looseObject({
  status: z.int(),
  code: z.string().describe("Never given a new meaning."),
  detail: z.string(),
});
