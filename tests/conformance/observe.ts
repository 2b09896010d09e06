/** What is seen of a scenario, as lines that can be compared. */
import type { Scenario, State } from "./scenario.ts";
import type { Note, Stage } from "./run_scenario.ts";

export function observe(stage: Stage, scenario: Scenario): string[] {
  const changes = stage.ours(stage.side.changes());
  const ends = stage.ours(stage.side.ends());
  const notes = stage.notes();
  const names = new Set([...changes.map(({ process }) => process), ...notes.map(whose)]);
  const lines = [...names].sort().flatMap((name) => {
    const states = changes.filter(({ process }) => process === name).map(({ state }) => state);
    const hows = ends.filter(({ process }) => process === name).map(({ how }) => how);
    const noted = notes.filter((note) => whose(note) === name);
    return [
      ...line(name, states.slice(states.length - (scenario.lastStates ?? states.length))),
      ...scenario.lastStates === undefined ? line(`${name} ended`, hows, ", ") : [],
      ...line(`${name} noted`, scenario.lastStates === undefined ? noted.map(what) : []),
      ...waited(name, noted, scenario.waits?.[name]),
    ];
  });
  return [
    ...lines,
    ...scenario.order === undefined ? [] : line("order", inOrder(changes, scenario.order), ", "),
    ...stage.answers,
    ...(scenario.files ?? []).map((name) => fileLine(stage, name)),
  ];
}

function fileLine(stage: Stage, name: string): string {
  if (!name.endsWith("*")) return `file ${name}: ${JSON.stringify(stage.file(name))}`;
  const files = stage.logFiles(name.slice(0, -1));
  return `files ${name}: ${JSON.stringify(files.join(""))}, ${
    files.length > 1 ? "rotated" : "not rotated"
  }`;
}

function whose({ text }: Note): string {
  return text.slice(0, text.indexOf(" "));
}

function what({ text }: Note): string {
  return text.slice(text.indexOf(" ") + 1);
}

function line(head: string, words: readonly string[], separator = " "): string[] {
  return words.length === 0 ? [] : [`${head}: ${words.join(separator)}`];
}

/** How long it took from one start to the next, but never more than the scenario asks about. */
function waited(name: string, notes: readonly Note[], wanted: readonly number[] = []): string[] {
  const starts = notes.filter((note) => what(note) === "up").map(({ uptime }) => uptime);
  const gaps = wanted.map((seconds, at) => {
    const gap = (starts[at + 1] ?? NaN) - starts[at]!;
    return gap >= seconds ? `${seconds} s` : `less than ${seconds} s`;
  });
  return line(`${name} waited`, gaps, ", ");
}

function inOrder(
  changes: readonly { process: string; state: State }[],
  states: readonly State[],
): string[] {
  return changes.filter(({ state }) => states.includes(state))
    .map(({ process, state }) => `${process} ${state}`);
}
