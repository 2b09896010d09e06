/** A small disk that a test can fill, in a mount namespace of its own. Needs root: see `canMount`. */
import { NOBODY } from "./taskmaster_place.ts";

const CHUNK_BYTES = 1_048_576;

export class SmallDisk implements AsyncDisposable {
  /** Where those see it that are started with `prefix`. */
  readonly path: string;
  /** A process that sleeps, and keeps the namespace. */
  readonly #keeper: Deno.ChildProcess;

  private constructor(path: string, keeper: Deno.ChildProcess) {
    this.path = path;
    this.#keeper = keeper;
  }

  /** Below a directory, in which everybody may write to it. */
  static async create(directory: string, size: string): Promise<SmallDisk> {
    const path = `${directory}/disk`;
    await Deno.mkdir(path);
    const options = `size=${size},mode=755,uid=${NOBODY.uid},gid=${NOBODY.gid}`;
    const script = `mount -t tmpfs -o ${options} none "$0" && echo && exec sleep 1000000`;
    const keeper = new Deno.Command("unshare", {
      args: ["--mount", "sh", "-c", script, path],
      stdout: "piped",
    }).spawn();
    const reader = keeper.stdout.getReader();
    const { done } = await reader.read();
    await reader.cancel();
    if (done) throw new Error("there is no small disk");
    return new SmallDisk(path, keeper);
  }

  /** Words in front of a command that is to see it. */
  get prefix(): readonly string[] {
    return ["nsenter", `--mount=/proc/${this.#keeper.pid}/ns/mnt`, "--"];
  }

  /** As the test sees what is on it: "small.log". */
  see(name: string): string {
    return `/proc/${this.#keeper.pid}/root${this.path}/${name}`;
  }

  /** To the last byte. */
  fill(): void {
    const chunk = new Uint8Array(CHUNK_BYTES);
    using file = Deno.openSync(this.see("filler"), { create: true, append: true });
    for (let size = CHUNK_BYTES; size > 0;) {
      try {
        file.writeSync(chunk.subarray(0, size));
      } catch {
        // What is left is less than that.
        size = Math.floor(size / 2);
      }
    }
  }

  async free(): Promise<void> {
    await Deno.remove(this.see("filler"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#keeper.kill("SIGKILL");
    await this.#keeper.status;
  }
}
