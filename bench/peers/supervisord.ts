import { tryCommand } from "../run_command.ts";
import { commandOf, type Fleet, namesOf, type Peer } from "./peer.ts";

/** Other places than those of the Debian package can be given in the environment. */
const SUPERVISORD = Deno.env.get("SUPERVISORD") ?? "/usr/bin/supervisord";
const SUPERVISORCTL = Deno.env.get("SUPERVISORCTL") ?? "/usr/bin/supervisorctl";

export const supervisord: Peer = {
  name: "supervisord",
  version: async () => (await tryCommand([SUPERVISORD, "--version"]))?.trim(),
  async prepare(fleet) {
    const { directory } = fleet;
    const options = ["-c", `${directory}/supervisord.conf`];
    await Deno.writeTextFile(`${directory}/supervisord.conf`, configuration(fleet));
    const client = [SUPERVISORCTL, ...options];
    return {
      start: [SUPERVISORD, ...options],
      status: [...client, "status"],
      stop: [...client, "stop", "all"],
      reload: () => [...client, "update"],
      end: "SIGTERM",
      logOf: (name) => `${directory}/${name}.log`,
    };
  },
};

function configuration(fleet: Fleet): string {
  const { directory } = fleet;
  const restart = fleet.mode === "exit" ? "" : "autorestart=true\n";
  const programs = namesOf(fleet).map((name) => {
    const output = fleet.mode === "write"
      ? `stdout_logfile=${directory}/${name}.log\nstdout_logfile_maxbytes=0\n`
      : "";
    return `[program:${name}]\ncommand=${commandOf(fleet, name).join(" ")}\n${restart}${output}`;
  });
  return "[supervisord]\nnodaemon=true\nminfds=20000\n" +
    (Deno.uid() === 0 ? "user=root\n" : "") +
    `logfile=${directory}/supervisord.log\npidfile=${directory}/supervisord.pid\n` +
    `childlogdir=${directory}\n` +
    `[unix_http_server]\nfile=${directory}/supervisor.sock\n` +
    `[supervisorctl]\nserverurl=unix://${directory}/supervisor.sock\n` +
    "[rpcinterface:supervisor]\n" +
    "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n" +
    programs.join("");
}
