/**
 * A directory of its own for each taskmaster that a test starts, and the mark by which every process
 * that comes of it can be found again, whatever became of its parents.
 */
import { join } from "node:path";

const MARK = "TASKMASTER_TEST";
const SWEEP_LIMIT_MS = 5000;
const SWEEP_CHECK_MS = 10;

export const isRoot: boolean = Deno.uid() === 0;

/** Of the user that tests become when they are run by root; the ids are the kernel's own choice. */
export const NOBODY = { uid: 65534, gid: 65534 } as const;

export interface MarkedProcess {
  readonly pid: number;
  readonly command: string;
}

export class Place {
  readonly directory: string;
  /** Programs may write here, whoever runs them. */
  readonly out: string;
  readonly config: string;
  readonly logfile: string;
  readonly stateDir: string;
  readonly #mark = crypto.randomUUID();

  private constructor(directory: string, stateDir: string) {
    this.directory = directory;
    this.out = join(directory, "out");
    this.config = join(directory, "conf.yaml");
    this.logfile = join(directory, "log/taskmaster.log");
    this.stateDir = stateDir;
  }

  /** `stateDir`: in place of one in the directory. */
  static async create(options: { readonly stateDir?: string } = {}): Promise<Place> {
    const directory = await Deno.makeTempDir({ prefix: "taskmaster_test_" });
    const place = new Place(directory, options.stateDir ?? join(directory, "state"));
    // Whom taskmaster becomes has to get in.
    await Deno.chmod(place.directory, 0o755);
    for (const path of [place.out, join(place.directory, "log")]) {
      await Deno.mkdir(path);
      if (isRoot) await Deno.chown(path, NOBODY.uid, NOBODY.gid);
    }
    return place;
  }

  /** Where clients find the taskmaster of this place. */
  get socket(): string {
    return join(this.stateDir, "control.sock");
  }

  /** Added to the environment of whatever the test starts. */
  get env(): Record<string, string> {
    return {
      [MARK]: this.#mark,
      // Deno looks for its modules below the variables that are about to change.
      DENO_DIR: denoDirectory(),
      XDG_RUNTIME_DIR: this.directory,
      XDG_STATE_HOME: this.directory,
      XDG_CONFIG_HOME: this.directory,
      XDG_DATA_HOME: this.directory,
    };
  }

  /** The directories that files of interest to a test appear in. */
  get watched(): string[] {
    return [this.directory, this.out, join(this.directory, "log")];
  }

  /** Writes the configuration: the lines of its sections, more of them for `taskmaster:`. */
  async configure(programs: string, daemon = "", alerts = ""): Promise<void> {
    const settings = [
      `state_dir: ${this.stateDir}`,
      `logdir: ${join(this.directory, "log")}`,
      `logfile: ${this.logfile}`,
      "log_format: json",
      "loglevel: debug",
    ];
    const own = settings.filter((line) => !hasKey(daemon, line.slice(0, line.indexOf(":"))));
    const text = `taskmaster:\n${indent(own.join("\n"))}${indent(daemon)}` +
      `programs:\n${indent(programs)}` +
      (alerts === "" ? "" : `alerts:\n${indent(alerts)}`);
    await Deno.writeTextFile(this.config, text);
  }

  /**
   * What is alive of all that was started with `env`, and of what has none but was told of our
   * directory.
   */
  processes(): MarkedProcess[] {
    const found: MarkedProcess[] = [];
    for (const { name } of Deno.readDirSync("/proc")) {
      const pid = Number(name);
      if (!Number.isInteger(pid)) continue;
      try {
        const command = Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
        const variables = Deno.readTextFileSync(`/proc/${pid}/environ`).split("\0");
        const isOurs = variables.includes(`${MARK}=${this.#mark}`) ||
          // What holds the terminals of programs has an environment of its own.
          variables.some((variable) =>
            variable.startsWith(`TASKMASTER_TERMINAL=${this.stateDir} `)
          ) ||
          command.includes(`${this.directory}/`) || command.includes(`${this.stateDir}/`);
        if (isOurs) found.push({ pid, command });
      } catch {
        // It has ended meanwhile, or is somebody else's.
      }
    }
    return found;
  }

  /** Kills everything that is left and removes the directory. */
  async remove(): Promise<void> {
    const deadline = Date.now() + SWEEP_LIMIT_MS;
    for (let left = this.processes(); left.length > 0; left = this.processes()) {
      if (Date.now() > deadline) throw new Error(`cannot be killed: ${JSON.stringify(left)}`);
      for (const { pid } of left) tryKill(pid, "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, SWEEP_CHECK_MS));
    }
    await Deno.remove(this.directory, { recursive: true });
  }
}

/** False when there is no such process any more. */
export function tryKill(pid: number, signal: Deno.Signal): boolean {
  try {
    Deno.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

function denoDirectory(): string {
  const { DENO_DIR, XDG_CACHE_HOME, HOME = "/" } = Deno.env.toObject();
  return DENO_DIR || join(XDG_CACHE_HOME || join(HOME, ".cache"), "deno");
}

function hasKey(yaml: string, key: string): boolean {
  return new RegExp(`^\\s*${key}:`, "m").test(yaml);
}

function indent(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const margin = Math.min(...lines.map((line) => line.search(/\S/)));
  return lines.map((line) => `  ${line.slice(margin)}\n`).join("");
}

/** A test that only root can do; for others its name says why it was left out. */
export function testAsRoot(name: string, run: () => Promise<void>): void {
  Deno.test({ name: isRoot ? name : `${name} (skipped: needs root)`, ignore: !isRoot, fn: run });
}

/** Whether this machine lets us have namespaces and mounts. */
export async function canMount(): Promise<boolean> {
  if (!isRoot) return false;
  const [program, ...args] = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"];
  const { success } = await new Deno.Command(program!, { args, stderr: "null" }).output();
  return success;
}
