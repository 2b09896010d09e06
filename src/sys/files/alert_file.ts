/** What alerts have still to tell, on disk. */
import { isObject } from "../../base/shape.ts";
import type { StoredAlert } from "../../core/alert/stored_alert.ts";
import { storedAlertShape } from "../../core/alert/stored_shape.ts";
import type { AlertStore } from "../../ports/alerts.ts";
import { KeptFile, type KeptFileOptions } from "./kept_file.ts";

const WHAT_IS_LOST = "alerts that were not sent are lost";

interface Content {
  readonly alerts: Readonly<Record<string, StoredAlert>>;
}

export type AlertFileOptions = Pick<KeptFileOptions<Content>, "path" | "onProblem">;

export class AlertFile implements AlertStore {
  readonly #file: KeptFile<Content>;

  constructor(options: AlertFileOptions) {
    this.#file = new KeptFile({
      ...options,
      version: 1,
      parse: ({ alerts }) => ({ alerts: wholeOnes(alerts, options) }),
      whatIsLost: WHAT_IS_LOST,
      whatFails: "what alerts have to tell cannot be kept on disk",
    });
  }

  load(): ReadonlyMap<string, StoredAlert> {
    return new Map(Object.entries(this.#file.load()?.alerts ?? {}));
  }

  save(collect: () => Content["alerts"]): void {
    this.#file.save(() => ({ alerts: collect() }));
  }

  flushed(): Promise<void> {
    return this.#file.flushed();
  }
}

/** What is whole of it; what is not is told. */
function wholeOnes(alerts: unknown, { path, onProblem }: AlertFileOptions): Content["alerts"] {
  const file = JSON.stringify(path);
  if (!isObject(alerts)) throw new Error(`${file} is damaged`);
  const whole: [string, StoredAlert][] = [];
  for (const [name, alert] of Object.entries(alerts)) {
    if (storedAlertShape(alert)) whole.push([name, alert]);
    else onProblem(`${WHAT_IS_LOST}: ${JSON.stringify(name)} in ${file} is damaged`);
  }
  return Object.fromEntries(whole);
}
