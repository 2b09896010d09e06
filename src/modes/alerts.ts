/** Alerts in a real process: the journal in, messages out, what waits in the state directory. */
import { hostname } from "node:os";
import { Alerts } from "../alert/alerts.ts";
import { loadMailer } from "../alert/email.ts";
import { SystemAlertSender } from "../alert/send_alert.ts";
import { VERSION } from "../base/version.ts";
import type { OutputExcerpt } from "../core/alert/message.ts";
import type { Configuration } from "../core/configuration.ts";
import { processId } from "../core/name.ts";
import { OutputText } from "../render/output_text.ts";
import type { Journal } from "../supervisor/journal.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { AlertFile } from "../sys/files/alert_file.ts";
import { SystemAlertSecrets } from "../sys/privileges/alert_secrets.ts";
import { streamKey } from "../sys/output/child_output.ts";
import { systemClock } from "../sys/clock.ts";
import { sendDatagram } from "../sys/datagram.ts";
import type { Handover } from "./upgrade.ts";
import type { CapturedOutput } from "./captured_output.ts";

/** How long what a process has written may take to reach its log. */
const DRAIN_LIMIT_MS = 500;
const LONGEST_LINE = 300;
/** Before an end: what has not been sent by then is sent by the next start. */
export const LAST_ALERTS_MS = 3000;

/**
 * Does what is out of reach when root is given up: reads passwords, and loads what e-mail needs, if
 * there is e-mail. What fails is told when the alerts are started.
 */
export async function prepareAlerts(
  configuration: Configuration,
  handover: Handover | null,
): Promise<SystemAlertSecrets> {
  const secrets = new SystemAlertSecrets(handover?.secrets);
  secrets.keep(configuration.alerts.values());
  await prepareMailer(configuration);
  return secrets;
}

/** null, or why e-mail cannot be sent. */
export async function prepareMailer({ alerts }: Configuration): Promise<string | null> {
  if (![...alerts.values()].some(({ type }) => type === "email")) return null;
  const mailer = await loadMailer();
  return mailer.ok ? null : mailer.error;
}

export interface AlertParts {
  readonly supervisor: Supervisor;
  readonly journal: Journal;
  readonly output: CapturedOutput;
  readonly secrets: SystemAlertSecrets;
}

/** Reads the journal from now on, and follows the supervisor's configuration. */
export function startAlerts(
  { supervisor, journal, output, secrets }: AlertParts,
): Alerts {
  const { daemon, path: config } = supervisor.configuration;
  const origin = { host: hostname(), config, name: daemon.name, version: VERSION };
  const alerts = new Alerts({
    clock: systemClock,
    store: new AlertFile({
      path: `${daemon.stateDir}/alerts`,
      onProblem: (problem) =>
        journal.append({
          kind: "note",
          message: problem ?? "what alerts have to tell is kept on disk again",
        }),
    }),
    sender: new SystemAlertSender({ secrets, origin, sendDatagram }),
    record: (happening) => journal.append(happening),
    factsOf(program, num) {
      const entry = supervisor.table.get(processId(program, num));
      return entry === undefined ? null : { starts: entry.process.generation };
    },
    outputOf: (program, num, lines) => lastLines(output, program, num, lines),
  });
  journal.subscribe((record) => alerts.take(record));
  const configure = (configuration: Configuration): void => {
    alerts.configure(configuration);
    void prepareMailer(configuration).then(() => noteProblems(alerts, journal));
  };
  configure(supervisor.configuration);
  supervisor.onConfigured(configure);
  return alerts;
}

/** What nobody would find out before the first message. */
function noteProblems(alerts: Alerts, journal: Journal): void {
  for (const { name, problem } of alerts.status()) {
    if (problem !== null) journal.append({ kind: "note", message: `alert ${name}: ${problem}` });
  }
}

async function lastLines(
  output: CapturedOutput,
  program: string,
  num: number,
  lines: number,
): Promise<OutputExcerpt[]> {
  const excerpts = await Promise.all((["stderr", "stdout"] as const).map(async (stream) => {
    try {
      await output.hub.drain(streamKey(program, num, stream), { limitMs: DRAIN_LIMIT_MS });
      const { bytes } = await output.tail({ program, num, stream }, lines);
      return { stream, lines: linesOf(bytes) };
    } catch {
      // An alert without output is better than none.
      return { stream, lines: [] };
    }
  }));
  return excerpts.filter(({ lines }) => lines.length > 0);
}

function linesOf(bytes: Uint8Array): string[] {
  const text = new OutputText({ colour: false });
  const lines = (text.add(bytes) + text.end()).split("\n").slice(0, -1);
  return lines.map((line) => line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line);
}
