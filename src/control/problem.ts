/** What goes wrong with a request, as RFC 9457 has it. */

export type ProblemCode =
  | "bad_request"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "method_not_allowed"
  | "body_too_large"
  | "unsupported_media_type"
  | "config_refused"
  | "not_upgraded"
  | "not_attached"
  | "too_many_requests"
  | "internal";

const STATUS = {
  "bad_request": 400,
  "unauthorized": 401,
  "forbidden": 403,
  "not_found": 404,
  "method_not_allowed": 405,
  "body_too_large": 413,
  "unsupported_media_type": 415,
  "config_refused": 422,
  "not_upgraded": 409,
  "not_attached": 409,
  "too_many_requests": 429,
  "internal": 500,
} as const satisfies Readonly<Record<ProblemCode, number>>;

/** The body of an answer that is no success. */
export interface Problem {
  readonly status: number;
  /** For programs: never given a new meaning. */
  readonly code: ProblemCode;
  /** For a person: what is wrong and what is accepted. */
  readonly detail: string;
  /** Further facts, by the code. */
  readonly [more: string]: unknown;
}

/** To be thrown while a request is handled; becomes the answer. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    more: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.problem = { ...more, status: STATUS[code], code, detail };
    this.headers = headers;
  }
}
