/** The keys of alerts by e-mail. */
import type { MailSecurity } from "../core/alert/settings.ts";
import { nonEmptyList } from "./alert_keys.ts";
import { readHost, readMailbox, readMailboxes, readVariableName } from "./alert_words.ts";
import { choiceJson, integerJson, pathJson, textJson } from "./json_values.ts";
import { choice, integer } from "./scalars.ts";
import { scalar, setting, textOrList } from "./setting.ts";
import { nonEmpty, path } from "./words.ts";

const PORT = { min: 1, max: 65535 };
const SECURITIES: readonly MailSecurity[] = ["tls", "starttls", "plain"];

export const emailKeys = {
  host: setting(scalar(readHost), {
    expects: "the name of the mail server",
    default: "none, it is required",
    notes: "The mail server (SMTP).",
    example: "host: smtp.gmail.com",
    json: { type: "string", minLength: 1 },
  }),
  port: setting(scalar(integer(PORT)), {
    expects: "a port from 1 to 65535",
    default: "by `security`: 465 for tls, 587 for starttls, 25 for plain",
    notes: "The port of the mail server.",
    example: "port: 587",
    json: integerJson(PORT),
  }),
  security: setting(scalar(choice(SECURITIES)), {
    expects: "tls, starttls or plain",
    default: "tls, or starttls when another port than 465 is given",
    notes: "`tls`: encrypted from the first byte. `starttls`: the server has to agree to " +
      "encryption before anything is told. `plain`: no encryption, for a server on the same " +
      "machine. Certificates are always checked.",
    example: "security: starttls",
    json: choiceJson(SECURITIES),
  }),
  username: setting(scalar(nonEmpty), {
    expects: "a name",
    default: "none: no login",
    notes: "The name to log in with. Gmail: your address.",
    example: "username: me@example.com",
    json: textJson,
  }),
  password: setting(scalar(nonEmpty), {
    expects: "a password",
    default: "none",
    notes: "The password, readable by all who may read the file; better use one of the next two. " +
      "Gmail wants an app password.",
    example: 'password: "abcd efgh ijkl mnop"',
    json: textJson,
  }),
  password_env: setting(scalar(readVariableName), {
    expects: "the name of a variable",
    default: "none",
    notes: "The variable of taskmaster's environment that holds the password. Programs do not " +
      "inherit it.",
    example: "password_env: SMTP_PASSWORD",
    json: { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$" },
  }),
  password_file: setting(scalar(path), {
    expects: "a path",
    default: "none",
    notes: "A file that holds the password and nothing else. When it is readable by root only, " +
      "taskmaster reads it once, before it becomes another user; else at every message.",
    example: "password_file: /etc/taskmaster/smtp-password",
    json: pathJson,
  }),
  from: setting(scalar(readMailbox), {
    expects: "an e-mail address",
    default: "`username`, when that is an address",
    notes: "The sender.",
    example: "from: taskmaster@example.com",
    json: { type: "string", pattern: "@" },
  }),
  to: setting(textOrList(readMailboxes, nonEmptyList(scalar(readMailbox), "address")), {
    expects: "e-mail addresses, as a list or with commas between them",
    default: "none, it is required",
    notes: "Who gets it.",
    example: "to: ops@example.com, boss@example.com",
    json: {
      anyOf: [
        { type: "string", pattern: "@" },
        { type: "array", minItems: 1, items: { type: "string", pattern: "@" } },
      ],
    },
  }),
  ca_file: setting(scalar(path), {
    expects: "a path",
    default: "the well-known authorities",
    notes: "A file with the certificates (PEM) of the authorities to trust, for a server with a " +
      "certificate of your own making.",
    example: "ca_file: /etc/ssl/company-ca.pem",
    json: pathJson,
  }),
} as const;
