/** The state of alerts for people. */
import stringWidth from "fast-string-width";
import { visible } from "../base/visible.ts";
import { type AlertStatus, type AlertTest, isFailing } from "../core/alert/status.ts";
import { duration } from "./duration.ts";
import { localTime } from "./record.ts";
import { type Colour, style } from "./style.ts";

interface Look {
  readonly colour: boolean;
}

const NARROWEST_NAME = 10;
const STATE_COLUMN = "untried".length + 2;

/** A few lines for each alert. Ends with a newline. */
export function alertTable(alerts: readonly AlertStatus[], look: Look): string {
  const column = Math.max(NARROWEST_NAME, ...alerts.map(({ name }) => stringWidth(name))) + 2;
  return alerts.map((alert) => {
    const [first = "", ...rest] = linesOf(alert, look);
    const name = alert.name.padEnd(column);
    return [name + first, ...rest.map((line) => " ".repeat(column) + line)].join("\n") + "\n";
  }).join("");
}

function linesOf(alert: AlertStatus, look: Look): string[] {
  const { type, target, on, programs, problem, lastFailure } = alert;
  const [state, colour] = stateOf(alert);
  const about = programs.length === 0 ? "" : ` of ${programs.join(", ")}`;
  const lines = [
    `${style(colour, state.padEnd(STATE_COLUMN), look.colour)}${type} to ${visible(target)}`,
    visible(`tells ${on.join(", ")}${about}`),
    numbersOf(alert),
  ];
  if (lastFailure !== null) {
    lines.push(`last failure ${second(lastFailure.at)}: ${visible(lastFailure.reason)}`);
  }
  if (problem !== null) lines.push(style("red", visible(problem), look.colour));
  return lines;
}

function stateOf(alert: AlertStatus): [string, Colour] {
  if (isFailing(alert)) return ["failing", "red"];
  if (alert.problem !== null) return ["problem", "red"];
  return alert.lastSuccess === null ? ["untried", "dim"] : ["well", "green"];
}

function numbersOf(alert: AlertStatus): string {
  const { sent, waiting, gathered, givenUp, nextMs, failures, lastSuccess } = alert;
  const last = lastSuccess === null ? "no success yet" : `last success ${second(lastSuccess)}`;
  const parts = [`${count(sent, "message")} sent, ${last}`];
  if (waiting > 0) parts.push(`${count(waiting, "message")} waiting`);
  if (gathered > 0) parts.push(`${count(gathered, "event")} gathered`);
  if (nextMs !== null) {
    parts.push(`${failures > 0 ? "next attempt" : "next message"} in ${duration(nextMs)}`);
  }
  if (givenUp > 0) parts.push(`${count(givenUp, "event")} given up`);
  return parts.join("; ");
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

function second(iso: string): string {
  return localTime(iso).slice(0, -".000".length);
}

/** What came of a test message. Ends with a newline. */
export function alertTestLine({ name, target, failure }: AlertTest, look: Look): string {
  return failure === null
    ? `${name}: sent to ${visible(target)}\n`
    : `${name}: ${style("red", "ERROR", look.colour)} (${visible(failure)})\n`;
}
