import { tryCommand } from "../run_command.ts";
import { type Command, commandOf, type Fleet, type Layout, namesOf, type Peer } from "./peer.ts";

export interface TaskmasterPeer extends Peer {
  /** What stands before the verb. */
  readonly run: Command;
}

export const EXECUTABLE = new URL("../../dist/taskmaster", import.meta.url).pathname;
const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** As it is installed: the compiled executable. */
export const taskmaster = taskmasterBy("taskmaster", [EXECUTABLE], {});

/** From the checkout, with what Deno keeps in its cache; flags as in the task "start". */
export const checkout = taskmasterBy(
  "deno run main.ts",
  [Deno.execPath(), "run", "--quiet", "--allow-all", MAIN],
  { DENO_V8_FLAGS: "--max-semi-space-size=1,--expose-gc" },
);

function taskmasterBy(name: string, run: Command, env: Layout["env"] & object): TaskmasterPeer {
  return {
    name,
    run,
    version: async () => (await tryCommand([...run, "--version"]))?.trim(),
    async prepare(fleet) {
      const { directory } = fleet;
      await Deno.writeTextFile(`${directory}/conf.yaml`, configuration(fleet));
      const client = [...run, "--socket", `${directory}/state/control.sock`];
      const allowRoot = Deno.uid() === 0 ? ["--allow-root"] : [];
      const daemon = ["daemon", "--foreground", ...allowRoot, "-c", `${directory}/conf.yaml`];
      return {
        start: [...run, ...daemon],
        env,
        status: [...client, "status"],
        stop: [...client, "stop", "all"],
        reload: () => [...client, "reload"],
        end: "SIGTERM",
        logOf: (program) => `${directory}/log/${program}.log`,
      };
    },
  };
}

function configuration(fleet: Fleet): string {
  const { directory } = fleet;
  const user = Deno.uid() === 0 ? ", user: root" : "";
  const restart = fleet.mode === "exit" ? "" : ", autorestart: always";
  const programs = namesOf(fleet).map((name) => {
    const output = fleet.mode === "write"
      ? `, stdout: ${directory}/log/${name}.log, stdout_maxbytes: 0`
      : "";
    return `  ${name}: {cmd: ${commandOf(fleet, name).join(" ")}${restart}${output}${user}}\n`;
  });
  // It wants one at least.
  const idle = `  idle: {cmd: ${fleet.program}, autostart: false${user}}\n`;
  return `taskmaster: {state_dir: ${directory}/state, logdir: ${directory}/log}\nprograms:\n` +
    (programs.length === 0 ? idle : programs.join(""));
}
