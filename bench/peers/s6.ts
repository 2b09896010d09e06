import { tryCommand } from "../run_command.ts";
import { packageVersion } from "./package_version.ts";
import type { Peer } from "./peer.ts";
import { writeServices } from "./service_directories.ts";

/** It refuses more services than this, unless told otherwise. */
const MOST_SERVICES = "2000";

export const s6: Peer = {
  name: "s6",
  async version() {
    if (await tryCommand(["which", "s6-svscan", "s6-svc"]) === undefined) return undefined;
    return await packageVersion("s6");
  },
  async prepare(fleet) {
    const services = await writeServices(fleet);
    const each = (command: string) => [
      ...["sh", "-c", `for service in "$0"/*; do ${command} "$service" || exit; done`],
      services,
    ];
    return {
      start: ["s6-svscan", "-c", MOST_SERVICES, services],
      status: each("s6-svstat"),
      stop: each("s6-svc -d"),
      reload: (changed) => ["s6-svc", "-wR", "-r", `${services}/${changed}`],
      end: "SIGTERM",
      logOf: () => null,
    };
  },
};
