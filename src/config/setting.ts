/**
 * Builders for the schema: a reader of text becomes a zod type, and a key gets its documentation.
 * Values come in as `plainValue` makes them: every scalar is its text as written or null, every
 * mapping is a Map.
 */
import * as z from "zod";
import type { Problem, Reader } from "./problem.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What is known of a key besides its type: the manual, the messages and the JSON Schema use it. */
export interface SettingDoc {
  /** Completes "expected …" in messages. */
  readonly expects: string;
  /** For the manual: the value when the key is absent. */
  readonly default: string;
  /** Absent for daemon keys. */
  readonly reload?: "live" | "restart";
  /** Sentences for the manual, in Markdown. */
  readonly notes: string;
  /** Lines of YAML. */
  readonly example: string;
  /** What an empty value means; without it, an empty value is a mistake. */
  readonly whenEmpty?: unknown;
  /** The values that are accepted, as an editor's YAML support reads them. */
  readonly json: JsonSchema;
}

export const settingDocs = z.registry<SettingDoc>();

/** A key's type together with its documentation; keys of the same type have one each. */
export function setting<T>(type: z.ZodType<T>, doc: SettingDoc): z.ZodType<T> {
  return type.clone().register(settingDocs, doc) as z.ZodType<T>;
}

/** A scalar that a reader understands. */
export function scalar<T>(read: Reader<T>): z.ZodType<T> {
  return z.string().transform((text, context): T => {
    const result = read(text);
    if (result.ok) return result.value;
    addProblem(context, result.error);
    return z.NEVER;
  });
}

/** Text that means a list, or the list itself. */
export function textOrList<T>(text: Reader<T>, list: z.ZodType<T>): z.ZodType<T> {
  const textType = scalar(text);
  return z.unknown().transform((value, context): T => {
    const result = (Array.isArray(value) ? list : textType).safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.issues.push(issue as z.core.$ZodRawIssue);
    return z.NEVER;
  });
}

/** Adds a problem with the value that a transformation is given. */
export function addProblem(context: z.RefinementCtx, problem: Problem): void {
  context.addIssue({ code: "custom", message: problem.what, params: { problem } });
}

/** The problem that `addProblem` put into an issue; undefined for zod's own issues. */
export function problemOf(issue: z.core.$ZodIssue): Problem | undefined {
  return issue.code === "custom" ? issue.params?.problem as Problem | undefined : undefined;
}
