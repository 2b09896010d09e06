import { dirname, resolve } from "node:path";
import { print, runCommand } from "../run_command.ts";
import { commandOf, type Fleet, namesOf, type Peer } from "./peer.ts";

const VERSION = "7.0.4";

/** pm2 from npm, put into the directory; PM2 in the environment names another one. */
export function pm2In(directory: string): Peer {
  const installed = Deno.env.get("PM2");
  const pm2 = installed ?? `${directory}/node_modules/.bin/pm2`;
  return {
    name: "pm2",
    async version() {
      if (installed === undefined && !await install(directory)) return undefined;
      return await versionOf(pm2);
    },
    async prepare(fleet) {
      const apps = `${fleet.directory}/apps.json`;
      await Deno.writeTextFile(apps, JSON.stringify({ apps: applications(fleet) }));
      return {
        // It has nothing to start a daemon for without a program, but for being asked.
        start: fleet.count === 0 ? [pm2, "ping"] : [pm2, "start", apps],
        pidFile: `${fleet.directory}/pm2/pm2.pid`,
        env: { PM2_HOME: `${fleet.directory}/pm2` },
        status: [pm2, "status"],
        stop: [pm2, "stop", "all"],
        reload: (changed) => [pm2, "startOrRestart", apps, "--only", changed],
        end: [pm2, "kill"],
        logOf: (name) => `${fleet.directory}/${name}.log`,
      };
    },
  };
}

/** Not asked of itself, for it starts a daemon that stays even for that. */
async function versionOf(pm2: string): Promise<string> {
  const manifest = resolve(dirname(await Deno.realPath(pm2)), "../package.json");
  const { version } = JSON.parse(await Deno.readTextFile(manifest)) as { version: string };
  return version;
}

async function install(directory: string): Promise<boolean> {
  const npm = ["npm", "install", "--no-audit", "--no-fund", "--prefix", directory];
  try {
    await runCommand([...npm, `pm2@${VERSION}`]);
    return true;
  } catch (error) {
    print(`pm2 cannot be installed: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

function applications(fleet: Fleet): unknown[] {
  return namesOf(fleet).map((name) => {
    const [script, ...args] = commandOf(fleet, name);
    const log = `${fleet.directory}/${name}.log`;
    return {
      ...{ name, script, args, interpreter: "none", exec_mode: "fork" },
      ...{ cwd: fleet.directory, out_file: log, error_file: `${log}.err` },
    };
  });
}
