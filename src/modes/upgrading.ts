/** Upgrades of a running supervisor: the one that it came from, and the one that it goes to. */
import type { Alerts } from "../alert/alerts.ts";
import { VERSION } from "../base/version.ts";
import type { Actor } from "../core/record.ts";
import type { Journal } from "../supervisor/journal.ts";
import { LAST_ALERTS_MS } from "./alerts.ts";
import type { Ending } from "./ending.ts";
import type { Started } from "./start_up.ts";
import { handOver, rehearse } from "./upgrade.ts";
import { UpgradeGuard } from "./upgrade_guard.ts";

export interface UpgradingParts {
  readonly started: Started;
  readonly journal: Journal;
  readonly alerts: Alerts;
  readonly ending: Ending;
}

export class Upgrading {
  readonly #parts: UpgradingParts;
  #isUnderWay = false;
  #beforeHandOver: () => Promise<void> = () => Promise.resolve();

  constructor(parts: UpgradingParts) {
    this.#parts = parts;
  }

  /** Tells of the upgrade that this program was started by, if there was one. */
  recordLast(): void {
    const { started: { handover }, journal } = this.#parts;
    if (handover === null) return;
    const { from, failed } = handover;
    const message = failed === null
      ? `upgraded from ${from} to ${VERSION}`
      : `the upgrade failed: ${failed} ended before it had taken over; this is ${from} again`;
    journal.append({ kind: "note", message }, undefined, failed === null ? "info" : "error");
  }

  /** Nothing can go wrong with the start any more: the program before us is not needed again. */
  confirmLast(): void {
    const guard = this.#parts.started.handover?.guard;
    if (guard) new UpgradeGuard(guard).dismiss();
  }

  /** Work to be done right before this program becomes another: giving the terminal back. */
  beforeHandOver(work: () => Promise<void>): void {
    this.#beforeHandOver = work;
  }

  /** Does not return when it succeeds; resolves with what went wrong. One at a time. */
  async upgrade(by: Actor, path: string | undefined): Promise<string> {
    // The new program would have a child that it knows nothing of: the other one's rehearsal.
    if (this.#isUnderWay) return "not upgraded: another upgrade is under way";
    this.#isUnderWay = true;
    try {
      return await this.#upgrade(by, path);
    } finally {
      this.#isUnderWay = false;
    }
  }

  /** Nothing has to be closed before: what a crash cannot harm, this cannot either. */
  async #upgrade(by: Actor, path: string | undefined): Promise<string> {
    const { started, journal, alerts, ending } = this.#parts;
    const { startedAs, isStartedAsRoot: startedAsRoot } = started;
    // The new program would know nothing of it, and start again what is being stopped.
    const objection = () => ending.isAskedFor ? "taskmaster is shutting down" : null;
    const executable = path ?? startedAs.executable;
    const problem = objection() ?? await rehearse(executable, startedAs, startedAsRoot) ??
      objection();
    if (problem !== null) return `not upgraded: ${problem}`;
    journal.append({ kind: "upgrading", executable, by });
    await alerts.finish(LAST_ALERTS_MS);
    await this.#beforeHandOver();
    const reason = await handOver({
      executable,
      started: startedAs,
      startedAsRoot,
      stateDir: started.configuration.daemon.stateDir,
      secrets: started.secrets.kept,
      variables: started.serviceManager?.variables ?? {},
      objection,
    });
    return `not upgraded: ${reason}`;
  }
}
