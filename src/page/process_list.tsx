/** All processes: what they do, and what can be done with them. */
import type { VNode } from "preact";
import { useCallback, useState } from "preact/hooks";
import { STATES } from "../core/state.ts";
import { Actions } from "./actions.tsx";
import { counted } from "./format.ts";
import { type Filter, type Group, groupProcesses } from "./group_processes.ts";
import { useGradually, useStore } from "./hooks.ts";
import { ProcessGroup } from "./process_group.tsx";
import type { Store, Verb } from "./store.ts";

const COLUMNS = ["State", "Uptime", "PID", "Restarts", "CPU", "Memory", "Last exit"];
/** Larger programs are folded until somebody opens them. */
const MOST_OPEN = 4;

export function ProcessList(): VNode {
  const store = useStore();
  const [filter, setFilter] = useState<Filter>({ text: "", state: "" });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const onVerb = useCallback((verb: Verb, name: string) => void store.operate(verb, [name]), []);
  const onSelect = useCallback((names: readonly string[], isSelected: boolean) => {
    setSelected((before) => changed(before, names, isSelected));
  }, []);
  const onToggle = useCallback((program: string) => {
    setToggled((before) => changed(before, [program], !before.has(program)));
  }, []);
  const most = useGradually(store.processes.size, [filter, toggled]);
  if (store.processes.size === 0) return <NoProcesses store={store} />;
  const groups = groupProcesses(store.processes.values(), filter);
  const visible = groups.flatMap(({ processes }) => processes.map(({ name }) => name));
  const chosen = visible.filter((name) => selected.has(name));
  const isAll = chosen.length === 0;
  const shares = shareRows(groups, toggled, most);
  return (
    <main tabIndex={-1}>
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
      <table role="table" aria-label="Processes">
        <thead role="rowgroup">
          <tr role="row">
            <td role="cell" class="select">
              {store.mayOperate && (
                <input
                  type="checkbox"
                  aria-label="Select all that are shown"
                  checked={!isAll && chosen.length === visible.length}
                  onChange={({ currentTarget }) =>
                    setSelected(changed(selected, visible, currentTarget.checked))}
                />
              )}
            </td>
            <th role="columnheader" scope="col">Name</th>
            {COLUMNS.map((name) => <th role="columnheader" key={name} scope="col">{name}</th>)}
            <td role="cell" />
          </tr>
        </thead>
        {shares.map(({ group, rows, isOpen }) => (
          <ProcessGroup
            key={group.program}
            processes={group.processes}
            rows={rows}
            isOpen={isOpen}
            uses={store.uses}
            faults={store.faults}
            busy={store.busy}
            selected={selected}
            offer={store.offer}
            onToggle={onToggle}
            onSelect={onSelect}
            onVerb={onVerb}
          />
        ))}
      </table>
      {visible.length === 0 && <p class="empty">No process matches the filter.</p>}
    </main>
  );
}

function NoProcesses({ store }: { readonly store: Store }): VNode {
  if (store.phase === "loading" || store.supervisor === null) {
    return (
      <main tabIndex={-1}>
        <p class="empty" role="status">Loading…</p>
      </main>
    );
  }
  return (
    <main tabIndex={-1}>
      <p class="empty">
        There are no programs yet. Add some below <code>programs:</code> in{" "}
        <code>{store.supervisor.config}</code>, then{" "}
        {store.mayAdminister ? <a href="#/reload">reload</a> : "reload"}.
      </p>
    </main>
  );
}

interface Share {
  readonly group: Group;
  readonly isOpen: boolean;
  /** Of its processes, so many are drawn. */
  readonly rows: number;
}

/** As many groups, and of the last one as many rows, as may be drawn. */
function shareRows(
  groups: readonly Group[],
  toggled: ReadonlySet<string>,
  most: number,
): Share[] {
  const shares: Share[] = [];
  for (let next = 0, left = most; left > 0 && next < groups.length; next++) {
    const group = groups[next]!;
    const isOpen = toggled.has(group.program) !== group.processes.length <= MOST_OPEN;
    const rows = isOpen ? Math.min(left, group.processes.length) : 0;
    shares.push({ group, isOpen, rows });
    left -= Math.max(1, rows);
  }
  return shares;
}

function changed(
  before: ReadonlySet<string>,
  names: readonly string[],
  isIn: boolean,
): ReadonlySet<string> {
  return isIn ? before.union(new Set(names)) : before.difference(new Set(names));
}
