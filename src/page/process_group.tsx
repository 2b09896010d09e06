/** The processes of one program in the list. Drawn again only when something of them changes. */
import { Component, type VNode } from "preact";
import { bytes, counted, percent } from "./format.ts";
import { countStates } from "./group_processes.ts";
import { ProcessRow } from "./process_row.tsx";
import type { Offer, Shown, Verb } from "./store.ts";
import type { Use } from "./uses.ts";

export interface ProcessGroupProps {
  /** Of one program, at least one. */
  readonly processes: readonly Shown[];
  /** Of these, so many have a row. */
  readonly rows: number;
  readonly isOpen: boolean;
  readonly uses: ReadonlyMap<string, Use>;
  readonly faults: ReadonlyMap<string, string>;
  readonly busy: ReadonlySet<string>;
  readonly selected: ReadonlySet<string>;
  readonly offer: Offer;
  /** As all that follow, the same at each drawing. */
  readonly onToggle: (program: string) => void;
  readonly onVerb: (verb: Verb, name: string) => void;
  readonly onSelect: (names: readonly string[], isSelected: boolean) => void;
}

export class ProcessGroup extends Component<ProcessGroupProps> {
  override shouldComponentUpdate(next: ProcessGroupProps): boolean {
    const { props } = this;
    if (next.processes.length !== props.processes.length) return true;
    if (next.rows !== props.rows || next.isOpen !== props.isOpen || next.offer !== props.offer) {
      return true;
    }
    return next.processes.some((process, index) => {
      const { name } = process;
      return process !== props.processes[index] ||
        next.uses.get(name) !== props.uses.get(name) ||
        next.faults.get(name) !== props.faults.get(name) ||
        next.busy.has(name) !== props.busy.has(name) ||
        next.selected.has(name) !== props.selected.has(name);
    });
  }

  override render(): VNode {
    const { processes, rows, uses, faults, busy, selected, offer, onSelect, onVerb } = this.props;
    const isSingle = isAlone(processes);
    return (
      <tbody role="rowgroup">
        {!isSingle && <GroupRow {...this.props} />}
        {processes.slice(0, isSingle ? 1 : rows).map((process) => (
          <ProcessRow
            key={process.name}
            process={process}
            use={uses.get(process.name)}
            fault={faults.get(process.name)}
            isBusy={busy.has(process.name)}
            isSelected={selected.has(process.name)}
            isMember={!isSingle}
            offer={offer}
            onSelect={onSelect}
            onVerb={onVerb}
          />
        ))}
      </tbody>
    );
  }
}

/** A program with one process has no row of its own. */
function isAlone([first, ...others]: readonly Shown[]): boolean {
  return others.length === 0 && first!.name === first!.program;
}

function GroupRow(
  { processes, uses, faults, busy, selected, isOpen, offer, onToggle, onSelect }: ProcessGroupProps,
): VNode {
  const { program } = processes[0]!;
  const names = processes.map(({ name }) => name);
  const used = names.flatMap((name) => uses.get(name) ?? []);
  const cpu = used.reduce((sum, use) => sum + (use.cpu ?? 0), 0);
  const memory = used.reduce((sum, use) => sum + use.memoryBytes, 0);
  const working = names.filter((name) => busy.has(name)).length;
  const refused = names.flatMap((name) => faults.get(name) ?? []);
  const restarts = processes.reduce((sum, { starts }) => sum + Math.max(0, starts - 1), 0);
  return (
    <tr role="row" class="group">
      <td role="cell" class="select">
        {offer !== "none" && (
          <input
            type="checkbox"
            aria-label={`Select all of ${program}`}
            checked={names.every((name) => selected.has(name))}
            onChange={({ currentTarget }) => onSelect(names, currentTarget.checked)}
          />
        )}
      </td>
      <th role="rowheader" scope="row">
        <button
          type="button"
          class="fold"
          aria-expanded={isOpen}
          onClick={() => onToggle(program)}
        >
          {program} <small>{counted(processes.length, "process")}</small>
        </button>
      </th>
      <td role="cell" class="span-3" colSpan={3}>
        {countStates(processes).map(([state, count]) => (
          <span key={state} class={`state ${state}`}>{count} {state}</span>
        ))}
        {working > 0 && <span class="busy">{working} working…</span>}
      </td>
      <td role="cell" data-label="Restarts" class="number">{restarts}</td>
      <td role="cell" data-label="CPU" class="number">{used.length === 0 ? "" : percent(cpu)}</td>
      <td role="cell" data-label="Memory" class="number">
        {used.length === 0 ? "" : bytes(memory)}
      </td>
      <td role="cell">
        {!isOpen && refused.length > 0 && (
          <span class="problem" role="alert">{refused.length} refused: {refused[0]}</span>
        )}
      </td>
    </tr>
  );
}
