/** Which route a path and a method mean. */
import { VERSION } from "../base/version.ts";
import { type Route, ROUTES } from "./api.ts";
import { openApiDocument } from "./openapi.ts";
import { ProblemError } from "./problem.ts";
import * as replies from "./replies.ts";

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The routes, and the one that describes them all. */
export const ALL_ROUTES: readonly Route[] = [...ROUTES, {
  method: "GET",
  path: "/v1/openapi.json",
  summary: "this document",
  need: "read",
  reply: replies.openApi,
  run: () => Promise.resolve({ kind: "json", body: openApiDocument(ALL_ROUTES, VERSION) }),
}];

/** Throws a ProblemError. HEAD is GET without its body, which `node:http` leaves out. A path that is spelled out comes before one with a name in braces. */
export function findRoute(method: string, path: string): Match {
  const found = ALL_ROUTES.flatMap((route) => {
    const params = matchPath(route.path, path);
    return params === null ? [] : [{ route, params }];
  }).sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length);
  if (found.length === 0) {
    throw new ProblemError("not_found", "there is no such resource; /v1/openapi.json lists them");
  }
  const wanted = method === "HEAD" ? "GET" : method;
  const match = found.find(({ route }) => route.method === wanted);
  if (match !== undefined) return match;
  const methods = found.flatMap(({ route: { method } }) =>
    method === "GET" ? [method, "HEAD"] : method
  );
  const allow = [...new Set(methods)].join(", ");
  throw new ProblemError("method_not_allowed", `this resource takes ${allow}`, {}, { allow });
}

function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index]!;
    if (part.startsWith("{")) params[part.slice(1, -1)] = decode(text);
    else if (part !== text) return null;
  }
  return params;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ProblemError("bad_request", "the path has a broken %-escape");
  }
}
