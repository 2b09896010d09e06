/**
 * Who may write to a disk now. Each write occupies a thread of the runtime's small pool, and with a
 * disk that hangs it does so for long: a few for each device leave the rest to the others. And two
 * paths may lead to one file, which must not be written to twice at the same place.
 */

const WRITES_PER_DEVICE = 4;

export class TurnGate {
  readonly #files = new Set<string>();
  readonly #devices = new Map<string, number>();
  #waiting: { readonly identity: string; readonly enter: () => void }[] = [];

  /** Resolves with the function that gives the turn back. `identity` is that of a FileStatus. */
  async enter(identity: string): Promise<() => void> {
    if (!this.#isFree(identity)) {
      await new Promise<void>((enter) => this.#waiting.push({ identity, enter }));
    } else this.#occupy(identity);
    return () => this.#leave(identity);
  }

  #isFree(identity: string): boolean {
    const writes = this.#devices.get(deviceOf(identity)) ?? 0;
    return !this.#files.has(identity) && writes < WRITES_PER_DEVICE;
  }

  #occupy(identity: string): void {
    const device = deviceOf(identity);
    this.#files.add(identity);
    this.#devices.set(device, (this.#devices.get(device) ?? 0) + 1);
  }

  #leave(identity: string): void {
    const device = deviceOf(identity);
    this.#files.delete(identity);
    this.#devices.set(device, this.#devices.get(device)! - 1);
    const next = this.#waiting.find((waiting) => this.#isFree(waiting.identity));
    if (next === undefined) return;
    this.#waiting = this.#waiting.filter((waiting) => waiting !== next);
    this.#occupy(next.identity);
    next.enter();
  }
}

/** "8:1" of "8:1:4711". */
function deviceOf(identity: string): string {
  return identity.slice(0, identity.lastIndexOf(":"));
}
