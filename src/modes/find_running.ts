/** Which running taskmaster a client means: the one it names, or the only one there is. */
import type { TargetOptions } from "../cli/arguments.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { err, ok, type Result } from "../base/result.ts";
import { visible } from "../base/visible.ts";

export interface NotFound {
  readonly message: string;
  readonly exitCode: ExitCode;
}

interface Candidate {
  readonly name: string;
  readonly socket: string;
}

/** Has a directory for each taskmaster, with its name. */
export interface UsualPlace {
  readonly directory: string;
  /** In such a directory. */
  readonly socket: string;
}

type Answer = "answers" | "forbidden" | "silent";

const SOCKET = "control.sock";

/** The path of its socket. `places` matter unless the target says where it is. */
export async function findRunning(
  target: TargetOptions,
  places: readonly UsualPlace[] = usualPlaces(),
): Promise<Result<string, NotFound>> {
  if (target.socket !== undefined) return await bySocket(target.socket);
  if (target.config !== undefined) return await byConfiguration(target.config);
  const candidates = places.flatMap(candidatesIn).filter(({ name }) =>
    target.name === undefined || target.name === name
  );
  const answers = await Promise.all(candidates.map(({ socket }) => ask(socket)));
  const running = candidates.filter((_, index) => answers[index] === "answers");
  const [only, ...others] = running;
  if (only !== undefined && others.length === 0) return ok(only.socket);
  if (only !== undefined) return err(severalRun(running));
  const forbidden = candidates.filter((_, index) => answers[index] === "forbidden");
  return err(forbidden.length > 0 ? notYours(forbidden) : noneRuns(target.name));
}

/** Whether it answers is found out by asking it. */
async function bySocket(socket: string): Promise<Result<string, NotFound>> {
  if (await ask(socket) !== "forbidden") return ok(socket);
  const message = `${socket} belongs to another user: ask as that user or as root (sudo)`;
  return err({ message, exitCode: EXIT.notPermitted });
}

/** Of all that answer in the usual places. */
export async function namesOfRunning(): Promise<string[]> {
  const candidates = usualPlaces().flatMap(candidatesIn);
  const answers = await Promise.all(candidates.map(({ socket }) => ask(socket)));
  return candidates.filter((_, index) => answers[index] === "answers").map(({ name }) => name);
}

function severalRun(running: readonly Candidate[]): NotFound {
  const list = running.map(({ name, socket }) => `  --name ${name}  (${socket})`).join("\n");
  return {
    message: `several taskmasters are running; say which one is meant:\n${list}`,
    exitCode: EXIT.usage,
  };
}

function notYours(forbidden: readonly Candidate[]): NotFound {
  const names = forbidden.map(({ name }) => name).join(", ");
  return {
    message: `taskmaster ${names} belongs to another user: ask as that user or as root (sudo)`,
    exitCode: EXIT.notPermitted,
  };
}

function noneRuns(name: string | undefined): NotFound {
  const which = name === undefined
    ? "no taskmaster is running"
    : `no taskmaster "${visible(name)}" runs`;
  return {
    message: `${which} in the usual places; start one with "taskmaster daemon -c FILE", or name ` +
      "it with -c FILE or --socket PATH when it keeps its socket elsewhere",
    exitCode: EXIT.unreachable,
  };
}

/** Where taskmasters have their sockets that were given no other place. */
function usualPlaces(): UsualPlace[] {
  const { HOME, XDG_RUNTIME_DIR, XDG_STATE_HOME } = Deno.env.toObject();
  const stateHome = XDG_STATE_HOME || (HOME ? `${HOME}/.local/state` : "");
  return [
    { directory: "/run/taskmaster", socket: SOCKET },
    ...(XDG_RUNTIME_DIR ? [{ directory: `${XDG_RUNTIME_DIR}/taskmaster`, socket: SOCKET }] : []),
    ...(stateHome ? [{ directory: `${stateHome}/taskmaster`, socket: `run/${SOCKET}` }] : []),
  ];
}

function candidatesIn({ directory, socket }: UsualPlace): Candidate[] {
  try {
    return [...Deno.readDirSync(directory)].map(({ name }) => ({
      name,
      socket: `${directory}/${name}/${socket}`,
    }));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    if (error instanceof Deno.errors.NotCapable) throw error;
    // A directory of somebody else's says nothing to us.
    if (error instanceof Deno.errors.PermissionDenied) return [];
    throw error;
  }
}

async function ask(socket: string): Promise<Answer> {
  try {
    (await Deno.connect({ transport: "unix", path: socket })).close();
    return "answers";
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied ? "forbidden" : "silent";
  }
}

async function byConfiguration(config: string): Promise<Result<string, NotFound>> {
  const sockets = await socketsOf(config);
  if (!sockets.ok) return sockets;
  const places = [...new Set(sockets.value)];
  const answers = await Promise.all(places.map(ask));
  const found = places.find((_, index) => answers[index] === "answers");
  if (found !== undefined) return ok(found);
  const forbidden = places.find((_, index) => answers[index] === "forbidden");
  if (forbidden !== undefined) {
    return err(notYours([{ name: forbidden.split("/").at(-2) ?? "", socket: forbidden }]));
  }
  return err({
    message: `no taskmaster is running with the configuration ${JSON.stringify(config)}; ` +
      `nobody answers on ${places.join(" or ")}`,
    exitCode: EXIT.unreachable,
  });
}

/** A file says where its taskmaster has the socket; but that depends on who has started it. */
async function socketsOf(config: string): Promise<Result<string[], NotFound>> {
  const { readText } = await import("../config/read.ts");
  const { locateSocket } = await import("../config/locate_socket.ts");
  const { configContext } = await import("./config_context.ts");
  const context = configContext(config, { user: undefined, allowRoot: true });
  const text = readText(context.configPath, config);
  if (!text.ok) return err({ message: text.error, exitCode: EXIT.configRefused });
  const sockets = [true, false].flatMap((startedAsRoot) =>
    locateSocket(text.value, { ...context, startedAsRoot }) ?? []
  );
  if (sockets.length > 0) return ok(sockets);
  return err({
    message: `configuration ${JSON.stringify(config)} does not tell where its taskmaster is; ` +
      "`taskmaster check` tells why, --name NAME or --socket PATH finds it all the same",
    exitCode: EXIT.configRefused,
  });
}
