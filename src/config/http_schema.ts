/** The keys of `taskmaster.http:`, of one of its users and of one of its tokens. */
import * as z from "zod";
import { ROLES } from "../core/http_settings.ts";
import { hostName, listenAddress, passwordHash, tokenText, variableName } from "./http_values.ts";
import { choiceJson, pathJson } from "./json_values.ts";
import { choice } from "./scalars.ts";
import { scalar, setting, textOrList } from "./setting.ts";
import { path } from "./words.ts";

const role = setting(scalar(choice(ROLES)), {
  expects: "read-only, operator or admin",
  default: "admin",
  notes: "What may be done: `read-only` sees everything; `operator` also starts, stops, restarts " +
    "and signals programs and clears their logs; `admin` also reloads, upgrades and shuts down.",
  example: "role: operator",
  json: choiceJson(ROLES),
});

/** Users and tokens have names of this form: they appear in logs, and a colon ends a user's name. */
export const CREDENTIAL_NAME = /^[A-Za-z0-9_.@-]{1,64}$/;

const byName = z.map(z.string(), z.unknown());

function named(schema: string): Record<string, unknown> {
  return {
    type: "object",
    propertyNames: { pattern: CREDENTIAL_NAME.source },
    patternProperties: { "^x-": true },
    additionalProperties: { $ref: `#/$defs/${schema}` },
  };
}

export const httpShape = {
  listen: setting(scalar(listenAddress), {
    expects: '"HOST:PORT"',
    default: "none; it has to be written",
    reload: "restart",
    notes: "Where the API listens: a host name or an IP address, and a port. A port alone means " +
      "`127.0.0.1`; `0.0.0.0` and `[::]` mean every address of the machine; port 0 takes any that " +
      "is free.",
    example: 'listen: "127.0.0.1:9001"',
    json: { type: ["string", "integer"], pattern: "^(([^:*]*|\\[[^\\]]+\\]):)?[0-9]+$" },
  }),
  users: setting(byName, {
    expects: "a mapping from names to users",
    default: "none",
    reload: "live",
    notes: "Who may come with a password, by name: `password_hash`, which " +
      "`taskmaster hash-password` makes, and a `role`. The hash alone stands for an admin.",
    example: "users:\n" +
      '  ada: { password_hash: "$scrypt$ln=15,r=8,p=1$…$…" }\n' +
      '  eve: { password_hash: "$scrypt$ln=15,r=8,p=1$…$…", role: read-only }',
    whenEmpty: new Map(),
    json: named("httpUser"),
  }),
  tokens: setting(byName, {
    expects: "a mapping from names to tokens",
    default: "none",
    reload: "live",
    notes: "Who may come with a token, by name: the text as `token`, or the variable that has it " +
      "as `token_env`, or the file as `token_file`; and a `role`. A text alone is an admin's token.",
    example: "tokens:\n  ci: { token_env: CI_TOKEN, role: operator }",
    whenEmpty: new Map(),
    json: named("httpToken"),
  }),
  hosts: setting(
    textOrList((text) => {
      const host = hostName(text);
      return host.ok ? { ok: true, value: [host.value] } : host;
    }, z.array(scalar(hostName))),
    {
      expects: "a host name, or a list of them",
      default: "none",
      reload: "live",
      notes:
        "Further names by which the server may be called, when it is reached through a proxy " +
        "or under the machine's name. Requests for other names are refused: a page of a " +
        "stranger could have its own name lead here.",
      example: "hosts: [tm.example.com]",
      json: {
        anyOf: [
          { type: "string", minLength: 1 },
          { type: "array", items: { type: "string", minLength: 1 } },
        ],
      },
    },
  ),
} as const;

export const userShape = {
  password_hash: setting(scalar(passwordHash), {
    expects: "a hash that `taskmaster hash-password` has printed",
    default: "none; it has to be written",
    notes: "What `taskmaster hash-password` printed for the user's password.",
    example: 'password_hash: "$scrypt$ln=15,r=8,p=1$…$…"',
    json: { type: "string", pattern: "^\\$scrypt\\$ln=\\d+,r=\\d+,p=\\d+\\$[^$]+\\$[^$]+$" },
  }),
  role,
} as const;

export const tokenShape = {
  token: setting(scalar(tokenText), {
    expects: "at least 16 visible ASCII characters",
    default: "none",
    notes:
      "The token itself, of at least 16 characters; `openssl rand -hex 32` makes a good one. " +
      "Whoever can read the file then knows it.",
    example: "token: 6c1f0f0c3f7f4a0e9d0b",
    json: { type: ["string", "integer"], minLength: 16, pattern: "^[!-~]+$" },
  }),
  token_env: setting(scalar(variableName), {
    expects: "the name of a variable",
    default: "none",
    notes: "The environment variable that has the token. Programs do not inherit it.",
    example: "token_env: CI_TOKEN",
    json: { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$" },
  }),
  token_file: setting(scalar(path), {
    expects: "a path",
    default: "none",
    notes: "The file that has the token; read before root is given up, and again at a reload if " +
      "taskmaster may read it then.",
    example: "token_file: /etc/taskmaster/ci.token",
    json: pathJson,
  }),
  role,
} as const;

/** Exactly one of these says where a token comes from. */
export const TOKEN_KEYS = ["token", "token_env", "token_file"] as const;
