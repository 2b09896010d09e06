/** The schema of configuration files for editors: what the loader accepts, as JSON Schema. */
import * as z from "zod";
import { ALERT_TYPES } from "../core/alert/settings.ts";
import { alertShapes, REQUIRED_ALERT_KEYS } from "./alert_schema.ts";
import { daemonShape } from "./daemon_schema.ts";
import { httpShape, TOKEN_KEYS, tokenShape, userShape } from "./http_schema.ts";
import { programShape } from "./program_schema.ts";
import type { Shape } from "./read_settings.ts";
import { type JsonSchema, settingDocs } from "./setting.ts";
import {
  type Unavailable,
  UNAVAILABLE_DAEMON_KEYS,
  UNAVAILABLE_PROGRAM_KEYS,
} from "./unavailable.ts";

const NOTHING_UNAVAILABLE = new Map<string, Unavailable>();
const EXTENSIONS = { "^x-": true } as const;

/** Accepts files with and without `programs:`; keys that are not available yet are left out. */
export function configJsonSchema(): JsonSchema {
  const program = { $ref: "#/$defs/program" };
  const taskmaster = { $ref: "#/$defs/taskmaster" };
  const alerts = { $ref: "#/$defs/alerts" };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "taskmaster configuration",
    type: "object",
    if: { required: ["programs"] },
    then: {
      properties: {
        programs: {
          description: "The programs to supervise, by name.",
          type: "object",
          minProperties: 1,
          propertyNames: { pattern: "^[A-Za-z0-9_.-]+$", not: { const: "all" } },
          patternProperties: EXTENSIONS,
          additionalProperties: program,
        },
        taskmaster,
        alerts,
      },
      patternProperties: EXTENSIONS,
      additionalProperties: false,
    },
    else: {
      properties: { taskmaster, alerts },
      patternProperties: EXTENSIONS,
      propertyNames: { pattern: "^[A-Za-z0-9_.-]+$", not: { const: "all" } },
      additionalProperties: program,
      minProperties: 1,
    },
    $defs: {
      program: objectSchema(programShape, UNAVAILABLE_PROGRAM_KEYS, ["cmd"]),
      taskmaster: {
        ...objectSchema(daemonShape, UNAVAILABLE_DAEMON_KEYS, []),
        type: ["object", "null"],
        description: "Settings of taskmaster itself.",
      },
      ...httpSchemas(),
      alerts: {
        description: "Who is told of what, by name.",
        type: ["object", "null"],
        propertyNames: { pattern: "^[A-Za-z0-9_.-]+$", not: { const: "all" } },
        patternProperties: EXTENSIONS,
        additionalProperties: { anyOf: ALERT_TYPES.map(alertSchema) },
      },
    },
  };
}

function httpSchemas(): Record<string, JsonSchema> {
  const has = (key: string) => ({ required: [key], properties: { [key]: { minProperties: 1 } } });
  const user = objectSchema(userShape, NOTHING_UNAVAILABLE, ["password_hash"]);
  const hash = (user.properties as Record<string, JsonSchema>).password_hash!;
  const token = objectSchema(tokenShape, NOTHING_UNAVAILABLE, []);
  const text = (token.properties as Record<string, JsonSchema>).token!;
  return {
    http: {
      ...objectSchema(httpShape, NOTHING_UNAVAILABLE, ["listen"]),
      anyOf: [has("users"), has("tokens")],
    },
    httpUser: { anyOf: [hash, user] },
    httpToken: {
      anyOf: [text, {
        ...token,
        anyOf: TOKEN_KEYS.map((key) => ({
          required: [key],
          not: {
            anyOf: TOKEN_KEYS.filter((other) => other !== key).map((other) => ({
              required: [other],
            })),
          },
        })),
      }],
    },
  };
}

function alertSchema(type: keyof typeof alertShapes): JsonSchema {
  const schema = objectSchema(alertShapes[type], NOTHING_UNAVAILABLE, REQUIRED_ALERT_KEYS[type]);
  const properties = schema.properties as Record<string, JsonSchema>;
  return { ...schema, properties: { ...properties, type: { ...properties.type, enum: [type] } } };
}

/** The keys that can be used in this version; of some only certain values. */
export function usableKeys<S extends Shape>(
  shape: S,
  unavailable: ReadonlyMap<string, Unavailable>,
): (keyof S & string)[] {
  return Object.keys(shape).filter((key) => !unavailable.has(key));
}

function objectSchema(
  shape: Shape,
  unavailable: ReadonlyMap<string, Unavailable>,
  required: readonly string[],
): JsonSchema {
  const keys = usableKeys(shape, unavailable);
  const type = z.strictObject(
    Object.fromEntries(keys.map((key) => {
      return [key, required.includes(key) ? shape[key]! : shape[key]!.optional()];
    })),
  );
  const schema = z.toJSONSchema(type, {
    io: "input",
    // Types such as Map are described by the setting's own schema.
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      const doc = settingDocs.get(zodSchema as unknown as z.ZodType);
      if (doc === undefined) return;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      Object.assign(jsonSchema, { description: description(doc), ...doc.json });
    },
  });
  const { $schema: _ofTheWhole, ...rest } = schema;
  return { ...rest, patternProperties: EXTENSIONS };
}

function description({ notes, default: whenAbsent }: { notes: string; default: string }): string {
  return `${notes} Default: ${whenAbsent}.`.replaceAll("`", "");
}
