/** The OpenAPI 3.1 document, made from the table of routes. */
import * as z from "zod";
import type { Route } from "./api.ts";
import { METRICS_TYPE } from "./metrics.ts";
import * as replies from "./replies.ts";

type Json = Readonly<Record<string, unknown>>;

export function openApiDocument(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "taskmaster",
      version,
      description: "The control interface, on the Unix socket and, when configured, on TCP.",
    },
    paths,
    components: {
      schemas: { Problem: schemaOf(replies.problem, "output") },
      securitySchemes: {
        password: { type: "http", scheme: "basic" },
        token: { type: "http", scheme: "bearer" },
      },
    },
  };
}

function operationOf(route: Route): Json {
  return {
    summary: route.summary,
    description: `Needs the right to ${route.need}.`,
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(route.body !== undefined && {
      requestBody: {
        required: !route.body.safeParse({}).success,
        content: { "application/json": { schema: schemaOf(route.body, "input") } },
      },
    }),
    responses: {
      "200": { description: "done", content: contentOf(route) },
      default: {
        description: "refused",
        content: {
          "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
        },
      },
    },
  };
}

function contentOf({ reply }: Route): Json {
  if (reply === replies.bytes) return { "application/octet-stream": {} };
  if (reply === replies.text) return { [METRICS_TYPE]: {} };
  if (reply instanceof z.ZodType) {
    return { "application/json": { schema: schemaOf(reply, "output") } };
  }
  const events = Object.entries(reply).map(([event, data]) => ({
    title: event,
    ...schemaOf(data, "output"),
  }));
  return {
    "text/event-stream": { schema: { description: "data of each event", anyOf: events } },
  };
}

function pathParameters({ path }: Route): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters({ query }: Route): Json[] {
  if (query === undefined) return [];
  const { properties = {} } = schemaOf(query, "input");
  return Object.entries(properties as Json).map(([name, schema]) => ({
    name,
    in: "query",
    schema,
  }));
}

function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
