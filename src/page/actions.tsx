/** Buttons that do something to processes, one or many. */
import type { VNode } from "preact";
import { SIGNAL_NAMES } from "../core/signal.ts";
import { counted } from "./format.ts";
import { useStore } from "./hooks.ts";
import type { Verb } from "./store.ts";

export const VERBS: readonly (readonly [Verb, string])[] = [
  ["start", "Start"],
  ["stop", "Stop"],
  ["restart", "Restart"],
];

export interface ActionsProps {
  readonly names: readonly string[];
  /** "web:0", "3 selected": whom it concerns, for who cannot see where the buttons are. */
  readonly about: string;
  /** Asked first. */
  readonly isAsked?: boolean;
}

export function Actions({ names, about, isAsked = false }: ActionsProps): VNode | null {
  const store = useStore();
  if (store.offer === "none") return null;
  const isOff = store.offer === "off" || names.length === 0;
  const isSure = (what: string) =>
    !isAsked || confirm(`${what} ${counted(names.length, "process")}?`);
  return (
    <span class="actions" role="group" aria-label={`Actions for ${about}`}>
      {VERBS.map(([verb, label]) => (
        <button
          key={verb}
          type="button"
          disabled={isOff}
          aria-label={`${label} ${about}`}
          onClick={() => isSure(label) && void store.operate(verb, names)}
        >
          {label}
        </button>
      ))}
      <select
        disabled={isOff}
        aria-label={`Send a signal to ${about}`}
        value=""
        onChange={({ currentTarget }) => {
          const signal = currentTarget.value;
          currentTarget.value = "";
          if (signal !== "" && isSure(`Send SIG${signal} to`)) void store.signal(names, signal);
        }}
      >
        <option value="">Signal…</option>
        {SIGNAL_NAMES.map((name) => <option key={name} value={name}>{name}</option>)}
      </select>
    </span>
  );
}
