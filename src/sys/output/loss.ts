/** What of one stream could not be written, and telling others about it now and then. */

/** Reported at once when it begins, then at most this often. */
const REPORT_EVERY_MS = 60_000;

export interface LossReport {
  readonly key: string;
  /** Lost since the last report. */
  readonly bytes: number;
  /** `cannot write to "/var/log/web.log": no space left on device (ENOSPC)` */
  readonly reason: string;
}

export interface RecoveryReport {
  readonly key: string;
  /** Lost since writing had last worked. */
  readonly bytesLost: number;
}

export interface LossListener {
  onLoss(report: LossReport): void;
  onRecovered(report: RecoveryReport): void;
}

export interface LossState {
  /** Lost since the stream was opened. */
  readonly bytes: number;
  /** Why bytes are being lost now; null when the last ones were written. */
  readonly reason: string | null;
}

export const NO_LOSS: LossState = { bytes: 0, reason: null };

/** The account of one stream, to be opened at its first loss. */
export class Loss {
  #bytes = 0;
  #reason: string | null = null;
  #sinceReport = 0;
  #sinceWritten = 0;
  #reportAfter = 0;

  get state(): LossState {
    return { bytes: this.#bytes, reason: this.#reason };
  }

  add(key: string, bytes: number, reason: string, listener: LossListener): void {
    if (bytes === 0) return;
    this.#bytes += bytes;
    this.#sinceReport += bytes;
    this.#sinceWritten += bytes;
    this.#reason = reason;
    const now = performance.now();
    if (now < this.#reportAfter) return;
    this.#reportAfter = now + REPORT_EVERY_MS;
    listener.onLoss({ key, bytes: this.#sinceReport, reason });
    this.#sinceReport = 0;
  }

  /** Bytes of the stream were written. */
  end(key: string, listener: LossListener): void {
    if (this.#reason === null) return;
    const bytesLost = this.#sinceWritten;
    this.#reason = null;
    this.#sinceReport = 0;
    this.#sinceWritten = 0;
    this.#reportAfter = 0;
    listener.onRecovered({ key, bytesLost });
  }
}
