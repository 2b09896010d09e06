/** One process in the list. Drawn again only when something of it changes: there may be thousands. */
import { Component, type VNode } from "preact";
import { describeExit } from "../core/exit_status.ts";
import { uptime } from "../render/duration.ts";
import { VERBS } from "./actions.tsx";
import { bytes, percent } from "./format.ts";
import { useEverySecond } from "./hooks.ts";
import type { Offer, Shown, Verb } from "./store.ts";
import type { Use } from "./uses.ts";

export interface ProcessRowProps {
  readonly process: Shown;
  readonly use: Use | undefined;
  readonly fault: string | undefined;
  readonly isBusy: boolean;
  readonly isSelected: boolean;
  readonly isMember: boolean;
  readonly offer: Offer;
  /** As `onSelect`, the same at each drawing. */
  readonly onVerb: (verb: Verb, name: string) => void;
  readonly onSelect: (names: readonly string[], isSelected: boolean) => void;
}

export class ProcessRow extends Component<ProcessRowProps> {
  override shouldComponentUpdate(next: ProcessRowProps): boolean {
    const { props } = this;
    return (Object.keys(next) as (keyof ProcessRowProps)[]).some((key) => next[key] !== props[key]);
  }

  override render(): VNode {
    const { process, use, fault, isBusy, isSelected, isMember, offer, onSelect, onVerb } =
      this.props;
    const { name, state, pid, starts, lastExit, reason } = process;
    return (
      <tr role="row" class={isMember ? "member" : ""} data-process={name} aria-busy={isBusy}>
        <td role="cell" class="select">
          {offer !== "none" && (
            <input
              type="checkbox"
              aria-label={`Select ${name}`}
              checked={isSelected}
              onChange={({ currentTarget }) => onSelect([name], currentTarget.checked)}
            />
          )}
        </td>
        <th role="rowheader" scope="row">
          <a href={`#/process/${encodeURIComponent(name)}`}>{name}</a>
        </th>
        <td role="cell">
          <StateMark state={state} />
          {isBusy && <span class="busy">working…</span>}
        </td>
        <td role="cell" data-label="Uptime" class="number">
          <Uptime since={process.upSince} />
        </td>
        <td role="cell" data-label="PID" class="number">{pid ?? ""}</td>
        <td role="cell" data-label="Restarts" class="number">{Math.max(0, starts - 1)}</td>
        <td role="cell" data-label="CPU" class="number">
          {use?.cpu === undefined || use.cpu === null ? "" : percent(use.cpu)}
        </td>
        <td role="cell" data-label="Memory" class="number">
          {use === undefined ? "" : bytes(use.memoryBytes)}
        </td>
        <td role="cell" data-label="Last exit" class={lastExit?.expected === false ? "bad" : ""}>
          {lastExit === null ? "" : describeExit(lastExit.exit)}
          {reason !== null && <span class="reason">{reason}</span>}
          {fault !== undefined && <span class="problem" role="alert">{fault}</span>}
        </td>
        <td role="cell" class="do">
          {offer !== "none" && VERBS.map(([verb, label]) => (
            <button
              key={verb}
              type="button"
              disabled={offer === "off"}
              aria-label={`${label} ${name}`}
              onClick={() => onVerb(verb, name)}
            >
              {label}
            </button>
          ))}
        </td>
      </tr>
    );
  }
}

export function StateMark({ state }: { readonly state: string }): VNode {
  return <span class={`state ${state}`}>{state}</span>;
}

export function Uptime({ since }: { readonly since: number | null }): VNode {
  const element = useEverySecond<HTMLSpanElement>();
  return <span ref={element}>{since === null ? "" : uptime(performance.now() - since)}</span>;
}
