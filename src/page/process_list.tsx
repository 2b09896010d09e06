/** All processes: what they do, and what can be done with them. */
import type { VNode } from "preact";
import { useCallback, useState } from "preact/hooks";
import { STATES } from "../core/state.ts";
import { Actions } from "./actions.tsx";
import { bytes, counted, percent } from "./format.ts";
import { countStates, type Filter, type Group, groupProcesses } from "./group_processes.ts";
import { useStore } from "./hooks.ts";
import { ProcessRow } from "./process_row.tsx";
import type { Store, Use, Verb } from "./store.ts";

const COLUMNS = ["State", "Uptime", "PID", "Restarts", "CPU", "Memory", "Last exit"];
/** Larger programs are folded until somebody opens them. */
const MOST_OPEN = 4;

export function ProcessList(): VNode {
  const store = useStore();
  const [filter, setFilter] = useState<Filter>({ text: "", state: "" });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const onVerb = useCallback((verb: Verb, name: string) => void store.operate(verb, [name]), []);
  const onSelect = useCallback((name: string, isSelected: boolean) => {
    setSelected((before) => changed(before, [name], isSelected));
  }, []);
  if (store.processes.size === 0) return <NoProcesses store={store} />;
  const groups = groupProcesses(store.processes.values(), filter);
  const visible = groups.flatMap(({ processes }) => processes.map(({ name }) => name));
  const chosen = visible.filter((name) => selected.has(name));
  const isAll = chosen.length === 0;
  const mayAct = store.mayOperate && store.phase === "live";
  return (
    <main>
      <div class="toolbar">
        <input
          type="search"
          placeholder="Filter by name"
          aria-label="Filter by name"
          value={filter.text}
          onInput={({ currentTarget }) => setFilter({ ...filter, text: currentTarget.value })}
        />
        <select
          aria-label="Filter by state"
          value={filter.state}
          onChange={({ currentTarget }) =>
            setFilter({ ...filter, state: currentTarget.value as Filter["state"] })}
        >
          <option value="">All states</option>
          {STATES.map((state) => <option key={state} value={state}>{state}</option>)}
        </select>
        <span class="count" role="status">
          {isAll ? counted(visible.length, "process") : `${chosen.length} selected`}
        </span>
        <Actions
          names={isAll ? visible : chosen}
          about={isAll ? "all that are shown" : "the selection"}
          isAsked={isAll || chosen.length > 1}
        />
      </div>
      <table>
        <thead>
          <tr>
            <td class="select">
              <input
                type="checkbox"
                aria-label="Select all that are shown"
                checked={!isAll && chosen.length === visible.length}
                onChange={({ currentTarget }) =>
                  setSelected(changed(selected, visible, currentTarget.checked))}
              />
            </td>
            <th scope="col">Name</th>
            {COLUMNS.map((name) => <th key={name} scope="col">{name}</th>)}
            <td />
          </tr>
        </thead>
        {groups.map((group) => {
          const { program, processes } = group;
          const isSingle = processes.length === 1 && processes[0]!.name === program;
          const isOpen = toggled.has(program) !== processes.length <= MOST_OPEN;
          return (
            <tbody key={program}>
              {!isSingle && (
                <GroupRow
                  group={group}
                  uses={store.uses}
                  selected={selected}
                  isOpen={isOpen}
                  onToggle={() => setToggled(changed(toggled, [program], !toggled.has(program)))}
                  onSelect={(names, isOn) => setSelected(changed(selected, names, isOn))}
                />
              )}
              {(isSingle || isOpen) && processes.map((process) => (
                <ProcessRow
                  key={process.name}
                  process={process}
                  use={store.uses.get(process.name)}
                  fault={store.faults.get(process.name)}
                  isBusy={store.busy.has(process.name)}
                  isSelected={selected.has(process.name)}
                  isMember={!isSingle}
                  mayAct={mayAct}
                  onSelect={onSelect}
                  onVerb={onVerb}
                />
              ))}
            </tbody>
          );
        })}
      </table>
      {visible.length === 0 && <p class="empty">No process matches the filter.</p>}
    </main>
  );
}

interface GroupRowProps {
  readonly group: Group;
  readonly uses: ReadonlyMap<string, Use>;
  readonly selected: ReadonlySet<string>;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onSelect: (names: readonly string[], isSelected: boolean) => void;
}

function GroupRow({ group, uses, selected, isOpen, onToggle, onSelect }: GroupRowProps): VNode {
  const { program, processes } = group;
  const names = processes.map(({ name }) => name);
  const used = names.flatMap((name) => uses.get(name) ?? []);
  const cpu = used.reduce((sum, use) => sum + (use.cpu ?? 0), 0);
  const memory = used.reduce((sum, use) => sum + use.memoryBytes, 0);
  const restarts = processes.reduce((sum, { starts }) => sum + Math.max(0, starts - 1), 0);
  return (
    <tr class="group">
      <td class="select">
        <input
          type="checkbox"
          aria-label={`Select all of ${program}`}
          checked={names.every((name) => selected.has(name))}
          onChange={({ currentTarget }) => onSelect(names, currentTarget.checked)}
        />
      </td>
      <th scope="row">
        <button type="button" class="fold" aria-expanded={isOpen} onClick={onToggle}>
          {program} <small>{counted(processes.length, "process")}</small>
        </button>
      </th>
      <td colSpan={3}>
        {countStates(processes).map(([state, count]) => (
          <span key={state} class={`state ${state}`}>{count} {state}</span>
        ))}
      </td>
      <td data-label="Restarts" class="number">{restarts}</td>
      <td data-label="CPU" class="number">{used.length === 0 ? "" : percent(cpu)}</td>
      <td data-label="Memory" class="number">{used.length === 0 ? "" : bytes(memory)}</td>
      <td colSpan={2} />
    </tr>
  );
}

function NoProcesses({ store }: { readonly store: Store }): VNode {
  if (store.phase === "loading" || store.supervisor === null) {
    return (
      <main>
        <p class="empty" role="status">Loading…</p>
      </main>
    );
  }
  return (
    <main>
      <p class="empty">
        There are no programs yet. Add some below <code>programs:</code> in{" "}
        <code>{store.supervisor.config}</code>, then <a href="#/reload">reload</a>.
      </p>
    </main>
  );
}

function changed(
  before: ReadonlySet<string>,
  names: readonly string[],
  isIn: boolean,
): ReadonlySet<string> {
  return isIn ? before.union(new Set(names)) : before.difference(new Set(names));
}
