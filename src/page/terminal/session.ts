/// <reference lib="dom" />
/** One use of the terminal of a process in the page: its screen, its connection, the keys to leave. */
import {
  DEFAULT_DETACH_KEYS,
  describeDetachKeys,
  DetachDetector,
  parseDetachKeys,
} from "../../base/detach_keys.ts";
import { recordText } from "../../render/record.ts";
import { Connection, type Ending } from "./connection.ts";
import type { Screen } from "./screen.ts";

export type Stage = { readonly kind: "loading" | "attached" } | Ending;

export interface SessionOptions {
  readonly box: HTMLElement;
  readonly name: string;
  readonly isReadOnly: boolean;
  onStage(stage: Stage): void;
  /** The user has typed the keys to leave. */
  onLeave(): void;
}

const parsedKeys = parseDetachKeys(DEFAULT_DETACH_KEYS);
/** "Ctrl-] d" */
export const KEYS_TO_LEAVE = parsedKeys.ok ? describeDetachKeys(parsedKeys.value) : "";
const DETACH_KEYS = parsedKeys.ok ? parsedKeys.value : [];

export class Session {
  readonly #options: SessionOptions;
  readonly #detector = new DetachDetector(DETACH_KEYS);
  #screen: Screen | null = null;
  #connection: Connection | null = null;
  #isOver = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Rejects when the code for it cannot be had. */
  async open(): Promise<void> {
    const { Screen } = await import("./screen.ts");
    if (this.#isOver) return;
    const { box, name, isReadOnly } = this.#options;
    this.#screen = new Screen({
      box,
      label: `Terminal of ${name}${isReadOnly ? "" : `; ${KEYS_TO_LEAVE} leaves it`}`,
      isReadOnly,
      onKeys: (bytes) => this.#type(bytes),
      onSize: (size) => this.#connection?.resize(size),
    });
    this.#screen.focus();
    this.connect();
  }

  /** Also after the connection was lost: the screen is drawn anew then. */
  connect(): void {
    const screen = this.#screen;
    if (screen === null) return;
    const { name, isReadOnly, onStage } = this.#options;
    this.#connection?.close();
    const connection = new Connection({
      name,
      isReadOnly,
      size: screen.size,
      onAttached: () => onStage({ kind: "attached" }),
      onBytes: (bytes) => screen.write(bytes, () => connection.confirm(bytes.length)),
      onRecord: (record) =>
        screen.write(new TextEncoder().encode(`\r\n\x1b[0m[${recordText(record)}]\r\n`)),
      onEnd: onStage,
    });
    this.#connection = connection;
  }

  focus(): void {
    this.#screen?.focus();
  }

  speak(isOn: boolean): void {
    this.#screen?.speak(isOn);
  }

  close(): void {
    this.#isOver = true;
    this.#connection?.close();
    this.#screen?.close();
  }

  #type(bytes: Uint8Array): void {
    const { keys, isDetached } = this.#detector.feed(bytes);
    if (keys.length > 0) this.#connection?.write(keys);
    if (isDetached) this.#options.onLeave();
  }
}
