import { tryCommand } from "../run_command.ts";
import { packageVersion } from "./package_version.ts";
import type { Peer } from "./peer.ts";
import { writeServices } from "./service_directories.ts";

export const runit: Peer = {
  name: "runit",
  async version() {
    if (await tryCommand(["which", "runsvdir", "runsv", "sv"]) === undefined) return undefined;
    return await packageVersion("runit");
  },
  async prepare(fleet) {
    const services = await writeServices(fleet);
    const all = (...words: string[]) => ["sh", "-c", `exec sv ${words.join(" ")} "$0"/*`, services];
    return {
      start: ["runsvdir", services],
      status: all("status"),
      stop: all("-w", "60", "stop"),
      reload: (changed) => ["sv", "-w", "60", "restart", `${services}/${changed}`],
      end: "SIGHUP",
      logOf: () => null,
    };
  },
};
