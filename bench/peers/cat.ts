import { commandOf, type Peer } from "./peer.ts";

/** No supervisor: `program | cat >log`, the least that moving output can cost. */
export const cat: Peer = {
  name: "cat",
  version: () => Promise.resolve(""),
  prepare(fleet) {
    const log = `${fleet.directory}/w0.log`;
    const nothing = ["true"];
    return Promise.resolve({
      start: ["sh", "-c", `${commandOf(fleet, "w0").join(" ")} | cat >${log}; :`],
      status: nothing,
      stop: nothing,
      reload: () => nothing,
      end: "SIGTERM",
      logOf: () => log,
    });
  },
};
