/**
 * What the documentation promises of one process, told a second time and in another way: there is
 * no table of transitions here. The reference is told what was asked and what became of children,
 * as somebody at the side would note it; which state must be shown, when a child may be started and
 * which signals are due follow from that. Times are milliseconds.
 */
import assert from "node:assert/strict";
import type { ExitStatus } from "../../src/core/exit_status.ts";
import type { Program } from "../../src/core/program.ts";
import type { SignalName } from "../../src/core/signal.ts";
import { deadlineOf, type Process, type State, type Wish } from "../../src/core/state.ts";
import { type Child, childFrom } from "./reference_child.ts";

/** The settings that decide about a process; those of a reload count from then on. */
export type Rules = Pick<
  Program,
  | "autorestart"
  | "exitcodes"
  | "startretries"
  | "starttimeMs"
  | "stopsignal"
  | "stoptimeMs"
  | "stopasgroup"
  | "killasgroup"
>;

/** When a start is due: no sooner than `from`, no later than `until`. */
interface Due {
  readonly from: number;
  readonly until: number;
}

const KILL_AGAIN_MS = 10_000;
const QUICK_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** What an engine knows of a process. */
interface Made {
  readonly process: Process;
  readonly program: Rules;
  readonly isAsked: boolean;
}

export class Reference {
  #wish: Wish = "down";
  /** Somebody has changed it, or it has been acted upon: it is not autostart's any more. */
  #isWishSettled = false;
  /** Starts that were tried since it began, or began again after an orderly end. */
  starts = 0;
  #rules: Rules;
  #child: Child | null = null;
  #atRest: "STOPPED" | "EXITED" | "BACKOFF" | "FATAL" = "STOPPED";
  #due: Due | null = null;
  /** It is due because somebody asked for it. */
  #isAskedFor = false;
  #askedAgainAt: number | null = null;
  #failures = 0;
  #quickEnds = 0;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  get wish(): Wish {
    return this.#wish;
  }

  /** It comes with the file, or comes back. */
  isConfiguredAnew(autostart: boolean): void {
    this.#wish = autostart ? "up" : "down";
    this.#isWishSettled = false;
  }

  // What is asked for.

  start(now: number): void {
    this.#pass(now);
    this.#hear("up");
    if (this.#child === null) return this.#startAnew(now);
    if (this.#isStopping) this.#child.next = "start";
  }

  /** It is asked for, and its turn may come later. */
  want(wish: Wish, now: number): void {
    this.#pass(now);
    this.#hear(wish);
    if (wish === "down" && !this.isUp(now)) this.stop(wish, now);
  }

  /** `wish`: what is wanted afterwards. */
  stop(wish: Wish, now: number): void {
    this.#pass(now);
    this.#hear(wish);
    const child = this.#child;
    if (child === null) {
      if (this.#due === null) return; // it rests, and goes on resting as it is
      this.#atRest = "STOPPED";
      this.#due = null;
      this.#isAskedFor = false;
    } else {
      if (!this.#isStopping) this.#endBy(child, now, true);
      child.next = "rest";
    }
  }

  follow(rules: Rules, now: number): void {
    this.#pass(now);
    this.#rules = rules;
  }

  // What becomes of children.

  /** The child that was asked for is there, or could not be started at all. */
  started(isThere: boolean, now: number): void {
    this.#pass(now);
    assert.equal(this.#child, null, "a second copy is started");
    assert.ok(this.#due !== null, "started although nothing asks for it");
    assert.ok(now >= this.#due.from, `started ${this.#due.from - now} ms too early`);
    this.starts++;
    this.#due = null;
    this.#isAskedFor = false;
    if (!isThere) return this.#fail(now);
    this.#child = {
      bornAt: now,
      upAt: now + this.#rules.starttimeMs,
      isSaidToBeUp: false,
      isLeaderAlive: true,
      ownEnd: null,
      next: null,
      isStopSignalDue: false,
      killAt: null,
    };
  }

  /** It is said to be up, perhaps by one that has not come to its end yet. */
  running(now: number): void {
    const child = this.#child;
    if (child === null) return;
    assert.ok(now >= child.upAt, `said to be up ${child.upAt - now} ms too early`);
    child.isSaidToBeUp = true;
  }

  ended(exit: ExitStatus, groupRemains: boolean, now: number): void {
    this.#pass(now);
    const child = this.#theChild();
    const { killasgroup } = this.#rules;
    const wasStopping = this.#isStopping;
    child.isLeaderAlive = false;
    child.isStopSignalDue = false;
    if (!wasStopping) {
      const isExpected = this.#isExpected(exit);
      child.ownEnd = { exit, isEarly: now < child.upAt, isExpected, ranMs: now - child.upAt };
    }
    if (!groupRemains || !killasgroup) return this.#gone(now);
    if (!wasStopping) this.#endBy(child, now, this.#rules.stopasgroup);
  }

  /** The last of its group has ended, after the leader. */
  groupEnded(now: number): void {
    this.#pass(now);
    this.#theChild();
    this.#gone(now);
  }

  /** taskmaster has sent it a signal that no operator asked for. */
  signalled(signal: SignalName, target: "leader" | "group", now: number): void {
    this.#pass(now);
    const { stopsignal, stoptimeMs, stopasgroup, killasgroup } = this.#rules;
    if (now === this.#askedAgainAt && this.#child?.isLeaderAlive !== true) {
      if (signal === stopsignal && !this.#child?.isStopSignalDue) return;
      // With no stoptime at all it follows at once, also to one that turns out to be gone.
      if (signal === "KILL" && stoptimeMs === 0 && this.#child === null) return;
    }
    const child = this.#theChild();
    if (child.isStopSignalDue) {
      assert.equal(signal, stopsignal, "another signal than the stop signal");
      assert.equal(target, stopasgroup ? "group" : "leader", "the stop signal goes elsewhere");
      child.isStopSignalDue = false;
      return;
    }
    assert.equal(signal, "KILL", "a signal that nobody asked for");
    assert.ok(child.killAt !== null, "killed although nobody asked it to stop, or twice");
    assert.ok(now >= child.killAt, `killed ${child.killAt - now} ms too early`);
    assert.equal(target, killasgroup ? "group" : "leader", "SIGKILL goes elsewhere");
    child.killAt = null;
  }

  /** The system would not deliver it. */
  refused(signal: SignalName, now: number): void {
    if (signal === "KILL" && this.#child !== null) this.#child.killAt = now + KILL_AGAIN_MS;
  }

  // The life of the supervisor.

  /** The file no longer has it, which the next supervisor reads. */
  isNoLongerWanted(now: number): void {
    this.#hear("down");
    if (this.#isStopping) this.stop("down", now);
  }

  /** It comes up by itself, and has its new settings then. */
  isAboutToStart(now: number): boolean {
    return this.#due !== null && this.#due.from <= now && this.#atRest !== "BACKOFF";
  }

  /** What is left of an earlier one may be asked once more to end, before it is let go. */
  comesAfterAnother(now: number): void {
    this.#askedAgainAt = now;
  }

  /**
   * Another supervisor has taken over. What waits need not wait its full time again, and what is
   * being stopped is asked once more.
   */
  takenOver(killedAt: number, now: number): void {
    this.#pass(killedAt);
    this.comesAfterAnother(now);
    const child = this.#child;
    if (child !== null) {
      const upAt = child.bornAt + this.#rules.starttimeMs;
      child.isSaidToBeUp = killedAt >= child.upAt;
      child.upAt = killedAt < child.upAt ? upAt : Math.min(upAt, now);
      // Nothing has followed from its end yet, so the rules that hold by now judge it.
      const { ownEnd } = child;
      if (ownEnd !== null) child.ownEnd = { ...ownEnd, isExpected: this.#isExpected(ownEnd.exit) };
      if (!child.isLeaderAlive && !this.#rules.killasgroup) return this.#gone(now);
      if (this.#isStopping) this.#endBy(child, now, child.isLeaderAlive);
    } else if (this.#due !== null) {
      const isFailing = this.#atRest === "BACKOFF";
      this.#due = { from: now, until: now + (isFailing ? this.#failures * 1000 : this.#waitMs()) };
    }
  }

  /** Everything was stopped in order; the next supervisor begins with the wishes alone. */
  beginAgain(autostart: boolean): void {
    assert.equal(this.#child, null, "something is left after an orderly end");
    this.#atRest = "STOPPED";
    this.#due = null;
    this.#isWishSettled ||= this.starts > 0;
    if (!this.#isWishSettled) this.#wish = autostart ? "up" : "down";
    if (this.#wish === "down") return;
    this.starts = 0;
    this.#failures = 0;
    this.#quickEnds = 0;
  }

  /** Nothing is to be started any more without being asked for. */
  callOff(now: number): void {
    this.#pass(now);
    if (this.#child === null) this.stop(this.wish, now);
  }

  /** Believes what an engine has made of being killed in the middle of something. */
  static from({ process, program, isAsked }: Made, bornAt: number): Reference {
    const reference = new Reference(program);
    reference.#wish = process.wish;
    reference.#isWishSettled = isAsked;
    reference.starts = process.generation;
    reference.#failures = process.failedStarts;
    reference.#quickEnds = process.quickExits;
    const { state } = process;
    if (state === "STARTING" || state === "RUNNING" || state === "STOPPING") {
      reference.#child = childFrom(process, bornAt);
    } else {
      reference.#atRest = state;
      const deadline = deadlineOf(process);
      if (deadline !== null) reference.#due = { from: deadline, until: deadline };
    }
    return reference;
  }

  // What must be shown.

  state(now: number): State {
    this.#pass(now);
    const child = this.#child;
    if (child === null) return this.#atRest;
    if (this.#isStopping) return "STOPPING";
    return now < child.upAt ? "STARTING" : "RUNNING";
  }

  get rules(): Rules {
    return this.#rules;
  }

  get failures(): number {
    return this.#failures;
  }

  /** Something of it is left. */
  get isHeld(): boolean {
    return this.#child !== null;
  }

  /** Who waits for it to be up, or down, has to wait on. */
  isOnItsWay(goal: "up" | "down", now: number): boolean {
    this.#pass(now);
    const child = this.#child;
    if (child === null) return goal === "up" && this.#isAskedFor;
    if (this.#isStopping) return child.next !== (goal === "up" ? "rest" : "start");
    return goal === "up" && !child.isSaidToBeUp;
  }

  /** It is up, or was started and may come to be. */
  isUp(now: number): boolean {
    const state = this.state(now);
    return state === "STARTING" || state === "RUNNING";
  }

  /** Nothing of it is left, and nothing will be started. */
  isAtRest(now: number): boolean {
    this.#pass(now);
    return this.#child === null && this.#due === null;
  }

  /** What has to be done by now has been done. */
  checkNothingIsOverdue(now: number): void {
    this.#pass(now);
    assert.ok(this.#due === null || now < this.#due.until, "not started though it is time");
    const child = this.#child;
    assert.ok(child?.isStopSignalDue !== true, "the stop signal was not sent");
    assert.ok(
      child === null || child.killAt === null || now < child.killAt,
      "stoptime has passed, and SIGKILL was not sent",
    );
  }

  #isExpected(exit: ExitStatus): boolean {
    return exit.kind === "code" && this.#rules.exitcodes.includes(exit.code);
  }

  get #isStopping(): boolean {
    const child = this.#child;
    return child !== null && (!child.isLeaderAlive || child.next !== null);
  }

  #theChild(): Child {
    assert.ok(this.#child !== null, "something happens to a child that there is not");
    return this.#child;
  }

  #endBy(child: Child, now: number, isStopSignalDue: boolean): void {
    child.isStopSignalDue = isStopSignalDue;
    child.killAt = now + this.#rules.stoptimeMs;
  }

  #gone(now: number): void {
    const { next, ownEnd } = this.#theChild();
    this.#child = null;
    if (next === "start") return this.#startAnew(now);
    if (next === "rest" || ownEnd === null) {
      this.#atRest = "STOPPED";
      return;
    }
    const { autorestart } = this.#rules;
    const { isEarly, isExpected, ranMs } = ownEnd;
    if (isEarly && (!isExpected || autorestart === "always")) return this.#fail(now);
    const isRestarted = this.wish === "up" && !isEarly &&
      (autorestart === "always" || (autorestart === "unexpected" && !isExpected));
    this.#atRest = "EXITED";
    this.#quickEnds = isRestarted && ranMs < QUICK_MS ? this.#quickEnds + 1 : 0;
    if (isRestarted) this.#waitFrom(now);
  }

  #fail(now: number): void {
    this.#failures++;
    this.#atRest = this.wish === "up" ? "BACKOFF" : "STOPPED"; // a stop waits for its turn
    if (this.wish === "down") return;
    this.#waitFrom(now);
    this.#pass(now);
  }

  #startAnew(now: number): void {
    this.#failures = 0;
    this.#quickEnds = 0;
    this.#due = { from: now, until: now };
    this.#isAskedFor = true;
  }

  #waitFrom(now: number): void {
    const at = now + this.#waitMs();
    this.#due = { from: at, until: at };
  }

  #waitMs(): number {
    if (this.#atRest === "EXITED") return Math.min(this.#quickEnds * 1000, LONGEST_WAIT_MS);
    if (this.#atRest !== "BACKOFF" || this.#failures > this.#rules.startretries) return 0;
    return this.#failures * 1000;
  }

  #hear(wish: Wish): void {
    if (wish !== this.#wish) this.#isWishSettled = true;
    this.#wish = wish;
  }

  /** What time alone brings about. */
  #pass(now: number): void {
    const child = this.#child;
    if (child !== null && child.isLeaderAlive && now >= child.upAt && !this.#isStopping) {
      this.#failures = 0;
    }
    const { killasgroup, startretries } = this.#rules;
    const killAt = child?.killAt ?? Infinity;
    // What is left of its group is not to be killed any more.
    if (now >= killAt && child?.isLeaderAlive === false && !killasgroup) this.#gone(killAt);
    const isOut = this.#due !== null && now >= this.#due.until && this.#atRest === "BACKOFF";
    if (isOut && this.#failures > startretries) {
      this.#atRest = "FATAL";
      this.#due = null;
    }
  }
}
