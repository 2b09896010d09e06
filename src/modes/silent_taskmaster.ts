/** What can be said of a taskmaster that takes connections and does not answer. */
import { connect } from "node:net";
import { peerCredentials } from "../sys/peer_credentials.ts";
import { readStat } from "../sys/process/proc_stat.ts";

/** A line for who waits for the one behind a socket; never rejects. */
export async function describeSilence(socket: string): Promise<string> {
  const pid = await pidBehind(socket);
  const which = pid === null ? `taskmaster on ${socket}` : `taskmaster (pid ${pid})`;
  const isStopped = pid !== null && readStat(pid)?.state === "T";
  const why = isStopped ? `is stopped ("kill -CONT ${pid}" lets it go on)` : "does not answer";
  return `${which} ${why}; it is waited for, Ctrl-C gives up\n`;
}

/** Who listens there; null when it cannot be told. */
function pidBehind(path: string): Promise<number | null> {
  const { promise, resolve } = Promise.withResolvers<number | null>();
  const socket = connect(path);
  socket.on("error", () => resolve(null));
  socket.on("connect", () => {
    const pid = peerCredentials(socket)?.pid ?? 0;
    resolve(pid > 0 ? pid : null); // 0 is somebody in another PID namespace
    socket.destroy();
  });
  return promise;
}
