/** Results as Markdown. */
import { renderNumber } from "./render_number.ts";
import type { Results, Summary, Unit } from "./results.ts";
import type { Target } from "./targets.ts";

/**
 * One row for each figure that they have, one column for each of the peers: median, least and most,
 * and how many times that of the first peer it is.
 */
export function renderTable(results: Results, peers: readonly string[]): string {
  const figures = results.figures.filter((figure) =>
    peers.some((peer) => results.summary(figure, peer) !== undefined)
  );
  const rows = figures.map((figure) => {
    const first = results.summary(figure, peers[0] ?? "");
    const cells = peers.map((peer, index) =>
      renderCell(results.summary(figure, peer), index === 0 ? undefined : first)
    );
    return [`${figure.title}${unitText(figure.unit)}`, ...cells];
  });
  return table(["", ...peers], rows);
}

export function renderTargets(targets: readonly Target[], results: Results): string {
  const rows = targets.map(({ text, judge }) => {
    const { verdict, because } = judge(results);
    return [text, verdict === "missed" ? "**missed**" : verdict, because];
  });
  return table(["target", "", "measured"], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  return [head, head.map(() => "---"), ...rows].map(line).join("");
}

function unitText(unit: Unit): string {
  return unit === "times" ? "" : `, ${unit}`;
}

function renderCell(summary: Summary | undefined, first: Summary | undefined): string {
  if (summary === undefined) return "";
  const { median, least, most } = summary;
  const spread = least === most ? "" : ` (${renderNumber(least)}–${renderNumber(most)})`;
  const ratio = first === undefined || first.median === 0
    ? ""
    : `; ${renderNumber(median / first.median)}×`;
  return `${renderNumber(median)}${spread}${ratio}`;
}
