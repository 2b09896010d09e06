/** What came in, checked: the query and the body by their schemas. */
import type { IncomingMessage } from "node:http";
import type * as z from "zod";
import { joinBytes } from "../base/join_bytes.ts";
import { ProblemError } from "./problem.ts";

const LARGEST_BODY = 2 ** 20;
const BODY_LIMIT_MS = 30_000;

/** Throws a ProblemError. A parameter that the schema takes as a list may come several times. */
export function readQuery(search: URLSearchParams, schema: z.ZodType | undefined): unknown {
  const query: Record<string, string | string[]> = {};
  for (const key of new Set(search.keys())) {
    const values = search.getAll(key);
    query[key] = key === LIST_PARAMETER || values.length > 1 ? values : values[0]!;
  }
  if (schema === undefined) {
    const [unknown] = Object.keys(query);
    if (unknown === undefined) return {};
    throw new ProblemError("bad_request", `this resource takes no parameter "${unknown}"`);
  }
  return checked(query, schema, "in the query");
}

const LIST_PARAMETER = "select";

/** Throws a ProblemError. `requireType`: a body that says it is not JSON is refused. */
export async function readBody(
  request: IncomingMessage,
  schema: z.ZodType | undefined,
  { requireType }: { readonly requireType: boolean },
): Promise<unknown> {
  const type = request.headers["content-type"] ?? "";
  if (requireType && !/^application\/json\s*(;|$)/i.test(type)) {
    throw new ProblemError("unsupported_media_type", 'expected "Content-Type: application/json"');
  }
  const text = await readText(request);
  let value: unknown;
  try {
    value = text.trim() === "" ? {} : JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProblemError("bad_request", `the body is no JSON: ${reason}`);
  }
  return schema === undefined ? {} : checked(value, schema, "in the body");
}

function checked(value: unknown, schema: z.ZodType, where: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map(({ path, message }) => ({
    at: path.join("."),
    message,
  }));
  const detail = mistakes.map(({ at, message }) => at === "" ? message : `${at}: ${message}`);
  throw new ProblemError("bad_request", `${where}: ${detail.join("; ")}`, { mistakes });
}

function readText(request: IncomingMessage): Promise<string> {
  if (Number(request.headers["content-length"] ?? 0) > LARGEST_BODY) {
    return Promise.reject(tooLarge());
  }
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const deadline = setTimeout(() => {
      fail(new ProblemError("bad_request", "the body did not arrive in time"));
    }, BODY_LIMIT_MS);
    const fail = (error: ProblemError) => {
      clearTimeout(deadline);
      request.removeAllListeners("data");
      request.pause();
      reject(error);
    };
    request.on("data", (chunk: Uint8Array) => {
      size += chunk.length;
      if (size > LARGEST_BODY) return fail(tooLarge());
      chunks.push(chunk);
    });
    request.once("end", () => {
      clearTimeout(deadline);
      try {
        resolve(new TextDecoder("utf-8", { fatal: true }).decode(joinBytes(chunks)));
      } catch {
        reject(new ProblemError("bad_request", "the body is no UTF-8"));
      }
    });
    // Whoever goes away in the middle is an error to the runtime, but none of ours.
    const brokeOff = () => fail(new ProblemError("bad_request", "the body broke off"));
    request.once("error", brokeOff);
    request.once("close", () => {
      if (!request.complete) brokeOff();
    });
  });
}

function tooLarge(): ProblemError {
  return new ProblemError("body_too_large", `a body has at most ${LARGEST_BODY} bytes`);
}
