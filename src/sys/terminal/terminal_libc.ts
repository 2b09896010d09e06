/** The calls to libc that terminal handling needs. */
import { invariant } from "../../base/invariant.ts";

const symbols = {
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  pthread_sigmask: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32", nonblocking: true },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize", nonblocking: true },
} as const;

export type TerminalLibc = Deno.DynamicLibrary<typeof symbols>["symbols"];

let library: Deno.DynamicLibrary<typeof symbols> | undefined;

/** Opened on first use and kept: a program without a terminal never needs it. */
export function terminalLibc(): TerminalLibc {
  invariant(Deno.build.os === "linux", "terminals are handled on Linux only");
  library ??= Deno.dlopen("libc.so.6", symbols);
  return library.symbols;
}
