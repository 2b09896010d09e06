/** Whoever started us and wants to be told how we do: systemd, by sd_notify(3). */
import { sendDatagram } from "./datagram.ts";
import { check, libc } from "./libc.ts";

const SOCKET = "NOTIFY_SOCKET";
const WATCHDOG_TIME = "WATCHDOG_USEC";
const WATCHDOG_PID = "WATCHDOG_PID";
const CLOCK_MONOTONIC = 1;

/** Assignments of sd_notify(3). */
export type Notice = Readonly<Record<string, string>>;

export class ServiceManager {
  /** As they were in our environment, for the program that an upgrade makes of us. */
  readonly variables: Readonly<Record<string, string>>;
  /** Milliseconds between two signs of life that it wants; null = it wants none. */
  readonly watchdogMs: number | null;
  readonly #address: string;

  /** null when nobody wants to know. Takes what says so out of our environment, and so of children's. */
  static take(): ServiceManager | null {
    const variables: Record<string, string> = {};
    for (const name of [SOCKET, WATCHDOG_TIME, WATCHDOG_PID]) {
      const value = Deno.env.get(name);
      if (value !== undefined) variables[name] = value;
      Deno.env.delete(name);
    }
    const socket = variables[SOCKET];
    return socket === undefined || !/^[/@]./.test(socket)
      ? null
      : new ServiceManager(socket, variables);
  }

  private constructor(socket: string, variables: Readonly<Record<string, string>>) {
    this.variables = variables;
    this.#address = socket.replace(/^@/, "\0");
    const watched = Number(variables[WATCHDOG_PID] ?? Deno.pid);
    const microseconds = Number(variables[WATCHDOG_TIME] ?? 0);
    const isWatched = watched === Deno.pid && microseconds > 0;
    this.watchdogMs = isWatched ? microseconds / 1000 / 2 : null;
  }

  /** Never waits. The result is undefined, or what went wrong, in one line. */
  notify(notice: Notice): string | undefined {
    const lines = Object.entries(notice).map(([name, value]) => `${name}=${value}\n`);
    return sendDatagram(this.#address, new TextEncoder().encode(lines.join("")));
  }
}

/** CLOCK_MONOTONIC in microseconds, by which systemd tells a new reload from an old one. */
export function monotonicMicroseconds(): bigint {
  const time = new BigInt64Array(2);
  check(libc().clock_gettime(CLOCK_MONOTONIC, time), { call: "clock_gettime" });
  return time[0]! * 1_000_000n + time[1]! / 1000n;
}
