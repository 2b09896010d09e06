/** The controller for front ends in another process than the supervisor. */
import { err, ok, type Result } from "../../base/result.ts";
import type { Fault } from "../../core/fault.ts";
import type { JournalRecord } from "../../core/record.ts";
import type { SignalName } from "../../core/signal.ts";
import type { Snapshot } from "../../core/snapshot.ts";
import type { AlertStatus } from "../../core/alert/status.ts";
import type {
  AlertTestReply,
  ConfigRefusal,
  Controller,
  Following,
  FollowReply,
  OperationReply,
  PlanReply,
  RecordQuery,
  SettingsView,
  SupervisorVersion,
  TailReply,
  UsageReply,
} from "../../ports/controller.ts";
import type { AttachListener, Attachment, AttachOptions } from "../../ports/attachment.ts";
import type { OutputPiece } from "../../ports/output_logs.ts";
import type { OutputStream } from "../../ports/spawner.ts";
import { RefusedError, UnreachableError } from "../../ports/remote_errors.ts";
import type {
  AlertTestRequest,
  OperationRequest,
  ShutdownRequest,
  SignalRequest,
  UpgradeRequest,
} from "../requests.ts";
import {
  pieceFromWire,
  tailFromWire,
  type WireFollowed,
  type WirePiece,
  type WireTails,
} from "../wire.ts";
import type { Connection } from "./connection.ts";
import { readEvents, type ServerEvent } from "./event_reader.ts";
import { waitForSuccessor } from "./successor.ts";

const GONE = "taskmaster has gone away";

/** Every method may throw an UnreachableError, or a RefusedError that says what is wrong. */
export class RemoteController implements Controller {
  readonly #connection: Connection;

  /** The connection stays the caller's. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  snapshot(
    selectors: readonly string[] = [],
  ): Promise<Snapshot & Pick<OperationReply, "unknown">> {
    return this.#connection.json("GET", "/v1/processes", { query: { select: selectors } });
  }

  usage(selectors: readonly string[] = []): Promise<UsageReply> {
    return this.#connection.json("GET", "/v1/usage", { query: { select: selectors } });
  }

  start(selectors: readonly string[], options?: { wait?: boolean }): Promise<OperationReply> {
    return this.#operate("start", selectors, options);
  }

  stop(selectors: readonly string[], options?: { wait?: boolean }): Promise<OperationReply> {
    return this.#operate("stop", selectors, options);
  }

  restart(selectors: readonly string[], options?: { wait?: boolean }): Promise<OperationReply> {
    return this.#operate("restart", selectors, options);
  }

  signal(selectors: readonly string[], signal: SignalName): Promise<OperationReply> {
    const body: SignalRequest = { selectors: [...selectors], signal };
    return this.#connection.json("POST", "/v1/processes/signal", { body });
  }

  async tail(
    selectors: readonly string[],
    wanted: { stream: OutputStream; lines: number },
  ): Promise<TailReply> {
    const query = { select: selectors, ...wanted };
    return tailFromWire(await this.#connection.json<WireTails>("GET", "/v1/logs", { query }));
  }

  async followOutput(
    selectors: readonly string[],
    wanted: { stream: OutputStream; lines: number },
    listener: (name: string, piece: OutputPiece) => void | Promise<void>,
  ): Promise<FollowReply> {
    const abort = new AbortController();
    const query = { select: selectors, ...wanted };
    const events = await this.#events("/v1/logs/follow", query, abort.signal);
    const first = await events.next();
    if (first.done) throw new UnreachableError(GONE);
    const followed = first.value.data as WireFollowed;
    if (followed.names.length === 0) {
      // The server has ended this; for the caller it ends when he says so, as anywhere.
      await events.return();
      return { ...followed, ...untilTold() };
    }
    // The caller learns first what it is going to hear of.
    const isTold = new Promise<void>((resolve) => setTimeout(resolve));
    const following = this.#following(events, abort, async ({ event, data }) => {
      await isTold;
      const piece = data as WirePiece;
      if (event === "piece") await listener(piece.name, pieceFromWire(piece));
    });
    return { ...followed, ...following };
  }

  async attach(
    name: string,
    options: AttachOptions,
    listener: AttachListener,
  ): Promise<Result<Attachment, Fault>> {
    const { attachRemotely } = await import("./remote_attachment.ts");
    return await attachRemotely({ path: this.#connection.path, name, options, listener });
  }

  clear(selectors: readonly string[]): Promise<OperationReply> {
    return this.#connection.json("POST", "/v1/processes/clear", { body: { selectors } });
  }

  plan(): Promise<PlanReply> {
    return this.#plan("GET", "/v1/plan");
  }

  reload(): Promise<PlanReply> {
    return this.#plan("POST", "/v1/reload");
  }

  records({ selectors, limit, level }: RecordQuery): Promise<readonly JournalRecord[]> {
    const query = { select: selectors, limit: limit ?? EVERY_RECORD, level };
    return this.#connection.json("GET", "/v1/events", { query });
  }

  follow(listener: (record: JournalRecord) => void): Following {
    const abort = new AbortController();
    const events = this.#events("/v1/events/follow", {}, abort.signal);
    // Told by `ended`, whenever somebody looks.
    events.catch(() => {});
    return this.#following(events, abort, ({ event, data }) => {
      if (event === "record") listener(data as JournalRecord);
    });
  }

  noteCommand(): Promise<void> {
    return Promise.resolve();
  }

  alerts(): Promise<readonly AlertStatus[]> {
    return this.#connection.json("GET", "/v1/alerts");
  }

  testAlerts(name?: string): Promise<AlertTestReply> {
    const body: AlertTestRequest = name === undefined ? {} : { name };
    return this.#connection.json("POST", "/v1/alerts/test", { body, mayTakeLong: true });
  }

  async shutdown({ leaveRunning = false }: { leaveRunning?: boolean } = {}): Promise<void> {
    const body: ShutdownRequest = { leaveRunning };
    await this.#connection.json("POST", "/v1/shutdown", { body, mayTakeLong: true });
  }

  async upgrade(executable?: string): Promise<Result<SupervisorVersion, string>> {
    const body: UpgradeRequest = executable === undefined ? {} : { executable };
    const before = await this.version();
    try {
      const options = { body, mayTakeLong: true };
      return ok(await this.#connection.json<SupervisorVersion>("POST", "/v1/upgrade", options));
    } catch (error) {
      if (error instanceof RefusedError && error.code === "not_upgraded") {
        return err(error.message);
      }
      // The one that was asked is no more: that is how it ends when it worked.
      if (error instanceof UnreachableError) {
        return await waitForSuccessor(this.#connection, before);
      }
      throw error;
    }
  }

  /** Of the one that answers now. */
  version(): Promise<SupervisorVersion> {
    return this.#connection.json("GET", "/v1/version");
  }

  settings(): Promise<SettingsView> {
    return this.#connection.json("GET", "/v1/config");
  }

  #operate(
    verb: "start" | "stop" | "restart",
    selectors: readonly string[],
    { wait = true }: { wait?: boolean } = {},
  ): Promise<OperationReply> {
    const body: OperationRequest = { selectors: [...selectors], wait };
    return this.#connection.json("POST", `/v1/processes/${verb}`, { body, mayTakeLong: wait });
  }

  async #plan(method: "GET" | "POST", path: string): Promise<PlanReply> {
    try {
      return ok(await this.#connection.json(method, path));
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code !== "config_refused") throw error;
      const { report } = error.details as Pick<ConfigRefusal, "report">;
      return err({ message: error.message, report });
    }
  }

  async #events(
    path: string,
    query: Readonly<Record<string, string | number | readonly string[]>>,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<ServerEvent, void>> {
    const { body } = await this.#connection.open("GET", path, { query, signal });
    if (body === null) throw new UnreachableError(GONE);
    return readEvents(body, signal);
  }

  #following(
    events:
      | AsyncGenerator<ServerEvent, void>
      | Promise<AsyncGenerator<ServerEvent, void>>,
    abort: AbortController,
    take: (event: ServerEvent) => void | Promise<void>,
  ): Following {
    const next = async (): Promise<IteratorResult<ServerEvent, string | null>> => {
      try {
        const result = await (await events).next();
        if (!result.done) return result;
        return { done: true, value: abort.signal.aborted ? null : GONE };
      } catch (error) {
        const reason = error instanceof RefusedError ? error.message : GONE;
        return { done: true, value: abort.signal.aborted ? null : reason };
      }
    };
    const work = async (): Promise<string | null> => {
      try {
        for (;;) {
          const { done, value } = await next();
          if (done) return value;
          await take(value);
        }
      } finally {
        abort.abort();
      }
    };
    const ended = work();
    // What the listener throws is told by `ended`, whenever somebody looks.
    ended.catch(() => {});
    return { ended, end: () => abort.abort() };
  }
}

function untilTold(): Following {
  const { promise: ended, resolve } = Promise.withResolvers<null>();
  return { ended, end: () => resolve(null) };
}

/** The journal keeps fewer. */
const EVERY_RECORD = 1_000_000;
