/** A real process tree for a test: /bin/sh as the leader of its own process group. */
import { closePidfd, openPidfd, type ProcessGroup } from "../../../src/sys/process/pidfd.ts";

export class ShellChild implements AsyncDisposable {
  readonly pid: number;
  readonly group: ProcessGroup & { readonly leaderPidfd: number };
  readonly status: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #output: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #text = "";

  constructor(script: string) {
    this.#child = new Deno.Command("/bin/sh", {
      args: ["-c", script],
      detached: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.pid = this.#child.pid;
    this.status = this.#child.status;
    this.group = { pgid: this.pid, leaderPidfd: openPidfd(this.pid)! };
    this.#output = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#input = this.#child.stdin.getWriter();
  }

  /** The next line of output. */
  async line(): Promise<string> {
    while (!this.#text.includes("\n")) {
      const { value, done } = await this.#output.read();
      if (done) throw new Error(`the child's output ended after ${JSON.stringify(this.#text)}`);
      this.#text += value;
    }
    const end = this.#text.indexOf("\n");
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return line;
  }

  async write(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      Deno.kill(-this.pid, "SIGKILL");
    } catch {
      // Nobody is left.
    }
    await this.status;
    await this.#output.cancel();
    await this.#input.close().catch(() => {});
    closePidfd(this.group.leaderPidfd);
  }
}
