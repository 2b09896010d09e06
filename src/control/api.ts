/**
 * The resources of the control interface, each once: router, checks, roles, journal and the
 * OpenAPI document are all made from this table.
 */
import type * as z from "zod";
import type { Controller } from "../ports/controller.ts";
import { ProblemError } from "./problem.ts";
import type { EventStream } from "./event_stream.ts";
import { followEvents, followLogs } from "./followed.ts";
import { METRICS_TYPE, metricsText } from "./metrics.ts";
import { withNamedLinesOnly } from "./named_lines.ts";
import * as replies from "./replies.ts";
import * as requests from "./requests.ts";
import { tailToWire } from "./wire.ts";

/** What a caller must be allowed to do. */
export type Need = "read" | "operate" | "administer";

export type Answer =
  | { readonly kind: "json"; readonly body: unknown }
  | { readonly kind: "text"; readonly type: string; readonly text: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly problem: string | null }
  /** Resolves when it is over; closing the stream is the caller's. */
  | { readonly kind: "events"; readonly run: (stream: EventStream) => Promise<void> };

interface Input<Query, Body> {
  readonly controller: Controller;
  /** The parts of the path in braces. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
}

interface RouteOf<Query extends z.ZodType, Body extends z.ZodType> {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly summary: string;
  readonly need: Need;
  readonly query?: Query;
  readonly body?: Body;
  /** The answer's schema; for events that of each event, by its name. */
  readonly reply: z.ZodType | Readonly<Record<string, z.ZodType>>;
  /** The line for the journal, of what changes something. */
  readonly note?: (body: z.output<Body>) => string;
  run(input: Input<z.output<Query>, z.output<Body>>): Promise<Answer>;
}

export type Route = RouteOf<z.ZodType, z.ZodType>;

/** The types of a route's own schemas are checked here and not needed after. */
function route<Query extends z.ZodType, Body extends z.ZodType>(
  definition: RouteOf<Query, Body>,
): Route {
  return definition as unknown as Route;
}

function json(body: unknown): Answer {
  return { kind: "json", body };
}

function operation(verb: "start" | "stop" | "restart", summary: string): Route {
  return route({
    method: "POST",
    path: `/v1/processes/${verb}`,
    summary,
    need: "operate",
    body: requests.operationBody,
    reply: replies.operationReply,
    note: ({ selectors }) => `${verb} ${selectors.join(" ")}`,
    run: async ({ controller, body: { selectors, wait } }) =>
      json(await controller[verb](selectors, { wait })),
  });
}

export const ROUTES: readonly Route[] = [
  route({
    method: "GET",
    path: "/v1/processes",
    summary: "all processes, or those that are selected",
    need: "read",
    query: requests.selectQuery,
    reply: replies.snapshot,
    run: async ({ controller, query }) => json(await controller.snapshot(query.select)),
  }),
  route({
    method: "GET",
    path: "/v1/processes/{name}",
    summary: "one process",
    need: "read",
    reply: replies.processSnapshot,
    run: async ({ controller, params: { name = "" } }) => json(await oneProcess(controller, name)),
  }),
  route({
    method: "GET",
    path: "/v1/usage",
    summary: "CPU and memory of processes, each with all that descends from it",
    need: "read",
    query: requests.selectQuery,
    reply: replies.usage,
    run: async ({ controller, query }) => json(await controller.usage(query.select)),
  }),
  operation("start", "start processes"),
  operation("stop", "stop processes and all they have left behind"),
  operation("restart", "stop, then start, as one operation"),
  route({
    method: "POST",
    path: "/v1/processes/signal",
    summary: "send a signal to the leader of each running process",
    need: "operate",
    body: requests.signalBody,
    reply: replies.operationReply,
    note: ({ selectors, signal }) => `signal ${signal} ${selectors.join(" ")}`,
    run: async ({ controller, body: { selectors, signal } }) =>
      json(await controller.signal(selectors, signal)),
  }),
  route({
    method: "POST",
    path: "/v1/processes/clear",
    summary: "empty the logs of processes; rotated files stay",
    need: "operate",
    body: requests.clearBody,
    reply: replies.operationReply,
    note: ({ selectors }) => `clear ${selectors.join(" ")}`,
    run: async ({ controller, body: { selectors } }) => json(await controller.clear(selectors)),
  }),
  route({
    method: "GET",
    path: "/v1/processes/{name}/logs/{stream}",
    summary: "the end of one log, as it is",
    need: "read",
    query: requests.linesQuery,
    reply: replies.bytes,
    run: async ({ controller, params, query: { lines } }) => {
      const { name = "", stream } = params;
      if (stream !== "stdout" && stream !== "stderr") {
        throw new ProblemError("not_found", "there is no such stream; there are stdout and stderr");
      }
      await oneProcess(controller, name);
      const { tails } = await controller.tail([name], { stream, lines });
      const { bytes = new Uint8Array(), problem = null } = tails[0] ?? {};
      return { kind: "bytes", bytes, problem };
    },
  }),
  route({
    method: "GET",
    path: "/v1/logs",
    summary: "the ends of the logs of processes",
    need: "read",
    query: requests.logsQuery,
    reply: replies.tails,
    run: async ({ controller, query: { select, ...wanted } }) =>
      json(tailToWire(await controller.tail(select, wanted))),
  }),
  route({
    method: "GET",
    path: "/v1/logs/follow",
    summary: "the same, and then what is written",
    need: "read",
    query: requests.logsQuery,
    reply: replies.logEvents,
    run: ({ controller, query }) =>
      Promise.resolve({ kind: "events", run: (stream) => followLogs(controller, query, stream) }),
  }),
  route({
    method: "GET",
    path: "/v1/events",
    summary: "what has happened, oldest first",
    need: "read",
    query: requests.eventsQuery,
    reply: replies.records,
    run: async ({ controller, query: { select, ...query } }) =>
      json(await controller.records({ ...query, ...(select.length > 0 && { selectors: select }) })),
  }),
  route({
    method: "GET",
    path: "/v1/events/follow",
    summary: "what happens from now on",
    need: "read",
    reply: replies.recordEvents,
    run: ({ controller }) =>
      Promise.resolve({ kind: "events", run: (stream) => followEvents(controller, stream) }),
  }),
  route({
    method: "GET",
    path: "/v1/plan",
    summary: "what a reload would do now",
    need: "administer",
    reply: replies.plan,
    run: async ({ controller }) => json(planOrProblem(await controller.plan())),
  }),
  route({
    method: "POST",
    path: "/v1/reload",
    summary: "read the configuration again and apply what changed",
    need: "administer",
    body: requests.emptyBody,
    reply: replies.plan,
    note: () => "reload",
    run: async ({ controller }) => json(planOrProblem(await controller.reload())),
  }),
  route({
    method: "GET",
    path: "/v1/alerts",
    summary: "the alerts and how they do",
    need: "read",
    reply: replies.alerts,
    run: async ({ controller }) => json(await controller.alerts()),
  }),
  route({
    method: "POST",
    path: "/v1/alerts/test",
    summary: "send a test message; answers when its outcome is known",
    need: "operate",
    body: requests.alertTestBody,
    reply: replies.alertTests,
    note: ({ name }) => `alerts test ${name ?? ""}`.trimEnd(),
    run: async ({ controller, body: { name } }) => json(await controller.testAlerts(name)),
  }),
  route({
    method: "POST",
    path: "/v1/shutdown",
    summary: "stop everything and end taskmaster; answers when everything is stopped",
    need: "administer",
    body: requests.shutdownBody,
    reply: replies.nothing,
    note: ({ leaveRunning }) => leaveRunning ? "shutdown --leave-running" : "shutdown",
    run: async ({ controller, body }) => {
      await controller.shutdown(body);
      return json({});
    },
  }),
  route({
    method: "POST",
    path: "/v1/upgrade",
    summary: "replace taskmaster itself; when it worked, the connection ends without an answer",
    need: "administer",
    body: requests.upgradeBody,
    reply: replies.nothing,
    note: ({ executable }) => `upgrade ${executable ?? ""}`.trimEnd(),
    run: async ({ controller, body: { executable } }) => {
      const upgraded = await controller.upgrade(executable);
      if (!upgraded.ok) throw new ProblemError("not_upgraded", upgraded.error);
      return json(upgraded.value);
    },
  }),
  route({
    method: "GET",
    path: "/metrics",
    summary: "everything that can be counted, for Prometheus",
    need: "read",
    reply: replies.text,
    run: async ({ controller }) => {
      const [snapshot, usage, alerts] = await Promise.all([
        controller.snapshot(),
        controller.usage(),
        controller.alerts(),
      ]);
      const text = metricsText({ snapshot, usage: usage.processes, alerts });
      return { kind: "text", type: METRICS_TYPE, text };
    },
  }),
  route({
    method: "GET",
    path: "/v1/config",
    summary: "the settings that hold now, without anything secret",
    need: "read",
    reply: replies.settings,
    run: async ({ controller }) => json(await controller.settings()),
  }),
  route({
    method: "GET",
    path: "/v1/version",
    summary: "the version of the running taskmaster",
    need: "read",
    reply: replies.version,
    run: async ({ controller }) => {
      const { supervisor: { version, pid } } = await controller.snapshot(["all"]);
      return json({ version, pid });
    },
  }),
];

async function oneProcess(controller: Controller, name: string) {
  const { processes, unknown } = await controller.snapshot([name]);
  const found = processes.find((process) => process.name === name);
  if (found !== undefined) return found;
  const suggestion = unknown[0]?.suggestion ?? null;
  const hint = suggestion === null ? "" : `; did you mean "${suggestion}"?`;
  throw new ProblemError("not_found", `no such process: ${JSON.stringify(name)}${hint}`, {
    suggestion,
  });
}

function planOrProblem(reply: Awaited<ReturnType<Controller["plan"]>>) {
  if (reply.ok) return { ...reply.value, warnings: withNamedLinesOnly(reply.value.warnings) };
  const { message, report } = reply.error;
  throw new ProblemError("config_refused", message, {
    report: report === null ? null : withNamedLinesOnly(report),
  });
}
