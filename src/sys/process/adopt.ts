/** Finding the children of an earlier taskmaster again. */
import { byAge, isBelievable, type Stray } from "../../core/stray.ts";
import type { ChildIdentity } from "../../core/stored.ts";
import type { Adopted, SpawnRequest } from "../../ports/spawner.ts";
import { LinuxChild, type LinuxChildOptions } from "./child.ts";
import { CHILD_TOKEN, childToken } from "./child_environment.ts";
import { evidenceOf } from "./evidence.ts";
import { closePidfd, openPidfd } from "./pidfd.ts";
import { ageMs, environmentOf, readStat } from "./proc_stat.ts";
import { liveMembers } from "./process_group.ts";
import { uidsOf } from "../privileges/run_as.ts";

/**
 * What is left of the child that `identity` names, or, without one, of the child that was perhaps
 * started for `request` and not noted any more. null when such a child never was.
 */
export function adopt(
  stateDir: string,
  request: SpawnRequest,
  identity: ChildIdentity | null,
  callbacks: Pick<LinuxChildOptions, "onExit" | "onReleased">,
): Adopted | null {
  const token = childToken(stateDir, request);
  const child = identity ?? findByToken(stateDir, request);
  if (child === null) return null;
  const startedAt = performance.now() - ageMs(child.startTicks);
  // Whatever a damaged table says: neither the whole machine, nor its first process, nor we.
  if (child.pid <= 1 || child.pid === Deno.pid) {
    return { child: null, remains: { kind: "nothing", pid: child.pid, startedAt } };
  }
  const leaderPidfd = openLeader(child, token);
  const span = request.program.tty ? "session" : "group";
  const options = { identity: child, leaderPidfd, span, ...callbacks } as const;
  if (leaderPidfd !== null) {
    const handle = new LinuxChild(options);
    return { child: handle, remains: { kind: "alive", pid: child.pid, startedAt } };
  }
  // The id of a group whose leader is gone may by now be another group's: the token tells.
  const members = liveMembers(child.pid, span);
  const isOurs = members.some((pid) => environmentOf(pid, CHILD_TOKEN) === token);
  if (!isOurs) return { child: null, remains: { kind: "nothing", pid: child.pid, startedAt } };
  const handle = new LinuxChild(options);
  return { child: handle, remains: { kind: "group", pid: child.pid, startedAt } };
}

/**
 * The pidfd is opened first and the start time compared afterwards, so that no re-use fits in. A
 * child of ours leads a session, and whoever has the token of another is that one.
 */
function openLeader({ pid, startTicks }: ChildIdentity, token: string): number | null {
  const pidfd = openPidfd(pid);
  if (pidfd === undefined) return null;
  const stat = readStat(pid);
  // One that has just ended counts: how it ended can be had from its pidfd.
  const isMeant = stat?.startTicks === startTicks && stat.session === pid;
  if (isMeant && !isOfAnother(environmentOf(pid, CHILD_TOKEN), token)) return pidfd;
  closePidfd(pidfd);
  return null;
}

/**
 * Programs may have lost their token (`env -i`, or the room of it used for a title). The directory
 * may have been reached by another name.
 */
function isOfAnother(found: string | undefined, token: string): boolean {
  return found !== undefined && nameIn(found) !== nameIn(token);
}

/** "web:0 1" of "/run/taskmaster/x web:0 1". */
function nameIn(token: string): string {
  return token.split(" ").slice(-2).join(" ");
}

/** Its leader, or else what is left of its group: with the leader a session has lost its name. */
function findByToken(stateDir: string, request: SpawnRequest): ChildIdentity | null {
  const { program, num, generation } = request;
  const uids = uidsOf(program.user);
  const isMeant = (stray: Stray) =>
    stray.program === program.name && stray.num === num && stray.generation === generation &&
    isBelievable(stray, uids);
  const found = findMembers(stateDir).filter(isMeant).toSorted(byAge);
  return (found.find(isLeader) ?? found[0])?.child ?? null;
}

/** Every process that leads a session and says a taskmaster with this state directory started it. */
export function findStrays(stateDir: string): Stray[] {
  return findMembers(stateDir).filter(isLeader);
}

interface Member extends Stray {
  readonly pid: number;
}

/** Its descendants have the token in their environments, too. */
function isLeader({ pid, child }: Member): boolean {
  return pid === child.pid;
}

function findMembers(stateDir: string): Member[] {
  const pids = [...Deno.readDirSync("/proc")].map(({ name }) => Number(name));
  return pids.filter(Number.isInteger).flatMap((pid) => memberAt(pid, stateDir) ?? []);
}

/** A leader of a session, or somebody in a session that has lost its leader. */
function memberAt(pid: number, stateDir: string): Member | null {
  const token = environmentOf(pid, CHILD_TOKEN);
  if (!token?.startsWith(`${stateDir} `)) return null;
  const [, program = "", num, generation] =
    /^(.*):(\d+) (\d+)$/.exec(token.slice(stateDir.length + 1)) ?? [];
  const stat = readStat(pid);
  const isAlive = stat !== null && stat.state !== "Z" && stat.state !== "X";
  if (generation === undefined || !isAlive) return null;
  if (stat.session !== pid && readStat(stat.session) !== null) return null;
  const evidence = evidenceOf(pid, stateDir, { program, num: Number(num) });
  // All that has to be of one process, not of two that had the pid one after the other.
  const isSame = environmentOf(pid, CHILD_TOKEN) === token &&
    readStat(pid)?.startTicks === stat.startTicks;
  if (!isSame) return null;
  // No younger than any of its descendants.
  const child = { pid: stat.session, startTicks: stat.startTicks };
  return { program, num: Number(num), generation: Number(generation), child, pid, ...evidence };
}
