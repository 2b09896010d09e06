/** What `attach` does with a process that has no terminal: shows what it writes. */
import type { AttachSession } from "./attach_session.ts";
import type { CommandContext, Output } from "./command.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { FollowSink } from "./follow_sink.ts";

const LINES = 20;
const CTRL_C = 3;
const NO_INPUT = "[what you type goes nowhere: it has no terminal]\n";

/** Gives what tells how it went, once the terminal is back. */
export async function followStreams(
  name: string,
  session: AttachSession,
  why: string,
  { controller, output }: CommandContext,
): Promise<() => ExitCode> {
  const screen = new ScreenOutput(session, output);
  screen.writeLive(`${why}; its output follows until ${session.keysToLeave}\n`);
  const sink = new FollowSink(screen);
  sink.isAlone = false;
  const streams = ["stdout", "stderr"] as const;
  const follows = await Promise.all(
    streams.map((stream) =>
      controller.followOutput([name], { stream, lines: LINES }, (process, piece) => {
        sink.take(`${process} ${stream}`, piece);
        return screen.written;
      })
    ),
  );
  for (const { names, ended } of follows) {
    if (names.length > 0) void ended.then((reason) => session.lose(reason));
  }
  const isFollowed = follows.some(({ names }) => names.length > 0);
  const reasons = new Set(follows.flatMap(({ refused }) => refused.map(({ reason }) => reason)));
  let isTold = false;
  const leaving = isFollowed
    ? await session.watch((keys) => {
      // There is no program that could get it; who follows a log expects it to end that.
      if (keys.includes(CTRL_C)) return session.detach();
      if (!isTold) screen.writeLive(NO_INPUT);
      isTold = true;
    })
    : null;
  for (const { end } of follows) end();
  return () => {
    if (leaving === null) {
      for (const reason of reasons) {
        output.writeError(`${name}: ${reason}\n`);
      }
    }
    return leaving === "detached" ? EXIT.done : EXIT.failed;
  };
}

/** Lines for a terminal that takes bytes as they are. */
class ScreenOutput implements Output {
  readonly #session: AttachSession;
  readonly colour: boolean;
  readonly width: number;
  /** Resolves when all of it is on the screen. */
  written: Promise<void> = Promise.resolve();

  constructor(session: AttachSession, { colour, width }: Output) {
    this.#session = session;
    this.colour = colour;
    this.width = width;
  }

  write(text: string): void {
    this.writeLive(text);
  }

  writeError(text: string): void {
    this.writeLive(text);
  }

  writeLive(text: string): void {
    this.written = this.#session.write(text.replaceAll("\n", "\r\n"));
  }
}
