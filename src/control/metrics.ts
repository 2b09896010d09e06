/** The text format of Prometheus (exposition format 0.0.4). Pure. */
import type { AlertStatus } from "../core/alert/status.ts";
import type { ProcessSnapshot, Snapshot } from "../core/snapshot.ts";
import { STATES } from "../core/state.ts";
import type { UsageReply } from "../ports/controller.ts";

/** As Prometheus expects it. */
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export interface Measured {
  readonly snapshot: Snapshot;
  readonly usage: UsageReply["processes"];
  readonly alerts: readonly AlertStatus[];
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

/** Ends with a newline. A process that does not run has no figures of its use. */
export function metricsText({ snapshot, usage, alerts }: Measured): string {
  const { processes, supervisor } = snapshot;
  const labels = new Map(processes.map((process) => [process.name, labelsOf(process)]));
  const each = (value: (process: ProcessSnapshot) => number): Sample[] =>
    processes.map((process) => [labels.get(process.name)!, value(process)]);
  const used = (value: (usage: UsageReply["processes"][number]) => number): Sample[] =>
    // One that has come between the two readings has no labels yet.
    usage.flatMap((one) => labels.has(one.name) ? [[labels.get(one.name)!, value(one)]] : []);
  const byAlert = (value: (alert: AlertStatus) => number): Sample[] =>
    alerts.map((alert) => [{ alert: alert.name, type: alert.type }, value(alert)]);
  return [
    gauge("info", "Version of taskmaster.", [[{ version: supervisor.version }, 1]]),
    gauge("uptime_seconds", "Time since taskmaster was started.", [
      [{}, supervisor.uptimeMs / 1000],
    ]),
    gauge("processes", "Processes by state.", countStates(processes)),
    gauge(
      "process_state",
      "1 for the state that the process is in; there is no line for the others.",
      processes.map((process) => [{ ...labels.get(process.name)!, state: process.state }, 1]),
    ),
    gauge("process_wanted", "1 if the process is wanted up.", each(({ wish }) => +(wish === "up"))),
    counter("process_restarts_total", "Starts after the first.", each(restartsOf)),
    gauge(
      "process_uptime_seconds",
      "Time since the present child was started; 0 without one.",
      each(({ uptimeMs }) => (uptimeMs ?? 0) / 1000),
    ),
    counter(
      "process_output_lost_bytes_total",
      "Output that could not be written to its log.",
      each(({ outputLost }) => outputLost),
    ),
    counter(
      "process_cpu_seconds_total",
      "CPU time of the process and all that descend from it; a restart begins at 0.",
      used(({ cpuSeconds }) => cpuSeconds),
    ),
    gauge(
      "process_resident_memory_bytes",
      "Resident memory of the process and all that descend from it.",
      used(({ memoryBytes }) => memoryBytes),
    ),
    gauge(
      "process_tree_size",
      "The process and all that descend from it.",
      used((one) => one.processes),
    ),
    counter("alert_sent_total", "Messages that were delivered.", byAlert(({ sent }) => sent)),
    counter(
      "alert_given_up_total",
      "Events whose message was given up.",
      byAlert(({ givenUp }) => givenUp),
    ),
    gauge("alert_failures", "Attempts that failed in a row.", byAlert(({ failures }) => failures)),
    gauge("alert_waiting", "Messages that wait.", byAlert(({ waiting }) => waiting)),
  ].join("");
}

function labelsOf({ name, program }: ProcessSnapshot): Labels {
  return { process: name, program };
}

function restartsOf({ starts }: ProcessSnapshot): number {
  return Math.max(0, starts - 1);
}

function countStates(processes: readonly ProcessSnapshot[]): Sample[] {
  const counts = Map.groupBy(processes, ({ state }) => state);
  return STATES.map((state) => [{ state }, counts.get(state)?.length ?? 0]);
}

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  return family("gauge", name, help, samples);
}

function counter(name: string, help: string, samples: readonly Sample[]): string {
  return family("counter", name, help, samples);
}

function family(type: string, name: string, help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return "";
  const full = `taskmaster_${name}`;
  const lines = samples.map(([labels, value]) => `${full}${labelText(labels)} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join("")}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
