/** The schema of configuration files for editors: what the loader accepts, as JSON Schema. */
import * as z from "zod";
import { ALERT_TYPES } from "../core/alert/settings.ts";
import { alertShapes, REQUIRED_ALERT_KEYS } from "./alert_schema.ts";
import { daemonShape } from "./daemon_schema.ts";
import { httpShape, TOKEN_KEYS, tokenShape, userShape } from "./http_schema.ts";
import { programShape } from "./program_schema.ts";
import type { Shape } from "./read_settings.ts";
import { type JsonSchema, settingDocs } from "./setting.ts";

const EXTENSIONS = { "^x-": true } as const;

/** Accepts files with and without `programs:`. */
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
      program: objectSchema(programShape, ["cmd"]),
      taskmaster: {
        ...objectSchema(daemonShape, []),
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
  const user = objectSchema(userShape, ["password_hash"]);
  const hash = (user.properties as Record<string, JsonSchema>).password_hash!;
  const token = objectSchema(tokenShape, []);
  const text = (token.properties as Record<string, JsonSchema>).token!;
  return {
    http: {
      ...objectSchema(httpShape, ["listen"]),
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
  const schema = objectSchema(alertShapes[type], REQUIRED_ALERT_KEYS[type]);
  const properties = schema.properties as Record<string, JsonSchema>;
  return { ...schema, properties: { ...properties, type: { ...properties.type, enum: [type] } } };
}

function objectSchema(
  shape: Shape,
  required: readonly string[],
): JsonSchema {
  const type = z.strictObject(
    Object.fromEntries(
      Object.entries(shape).map(([key, setting]) => {
        return [key, required.includes(key) ? setting : setting.optional()];
      }),
    ),
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
