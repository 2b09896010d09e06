/**
 * Run as a process of its own by limits_test.ts: changes what all of a process has, and shows a
 * child's view of it.
 */
import {
  closeInheritedOnExec,
  markOneByOne,
  resetIgnoredSignals,
  settleOpenFileLimit,
} from "../../src/sys/limits.ts";

const [way, most] = Deno.args;
const limit = most === undefined ? settleOpenFileLimit() : settleOpenFileLimit(Number(most));
if (way === "one by one") markOneByOne();
if (way === "at once") closeInheritedOnExec();
if (way === "signals") resetIgnoredSignals();

const child = await new Deno.Command("/bin/sh", {
  args: ["-c", "ulimit -Sn; grep SigIgn /proc/self/status; ls /proc/self/fd"],
  detached: true,
}).output();
const [childLimit, ignored, ...descriptors] = new TextDecoder().decode(child.stdout).trim().split(
  "\n",
);
const outcome = {
  limit,
  childLimit: Number(childLimit),
  ignoredSignals: ignored?.split("\t")[1],
  descriptors: descriptors.map(Number),
};
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(outcome)));
