/** Which fleets are made, and what is asked of each of them. */
import { cat } from "./peers/cat.ts";
import type { Mode, Peer } from "./peers/peer.ts";
import { crash } from "./questions/crash.ts";
import { idle } from "./questions/idle.ts";
import { memory } from "./questions/memory.ts";
import { output } from "./questions/output.ts";
import type { Question } from "./questions/question.ts";
import { reload } from "./questions/reload.ts";
import { restart } from "./questions/restart.ts";
import { start } from "./questions/start.ts";
import { status } from "./questions/status.ts";
import { stop } from "./questions/stop.ts";

const GIBIBYTE = 1_073_741_824;

export interface Stage {
  readonly programs: number;
  readonly mode: Mode;
  readonly rounds: number;
  /** In this order. */
  readonly questions: readonly Question[];
  /** All supervisors at the same time: for what is mostly waiting. */
  readonly isTogether?: boolean;
  /** Measured beside the supervisors. */
  readonly reference?: Peer;
  readonly bytes?: number;
}

export const STAGES: readonly Stage[] = [
  { programs: 10, mode: "wait", rounds: 3, questions: [status, restart] },
  { programs: 200, mode: "wait", rounds: 3, questions: [start, memory, reload, stop] },
  { programs: 1000, mode: "wait", rounds: 3, questions: [start, memory, status] },
  { programs: 0, mode: "wait", rounds: 1, questions: [memory] },
  { programs: 100, mode: "wait", rounds: 1, questions: [idle], isTogether: true },
  { programs: 50, mode: "exit", rounds: 1, questions: [crash] },
  {
    ...{ programs: 1, mode: "write", rounds: 3, questions: [output] },
    ...{ bytes: GIBIBYTE, reference: cat },
  },
];

export function questionNames(): string[] {
  return [...new Set(STAGES.flatMap(({ questions }) => questions.map(({ name }) => name)))];
}

/** Those stages and questions that are needed for one of them. */
export function stagesFor(name: string): Stage[] {
  return STAGES.flatMap((stage) => {
    const questions = stage.questions.filter((question) => question.name === name);
    return questions.length === 0 ? [] : [{ ...stage, questions }];
  });
}
