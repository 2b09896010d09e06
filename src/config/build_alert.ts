/** Settings of an alert, as written and checked, to AlertSettings: defaults, absolute paths. */
import type {
  AlertSettings,
  EmailAlert,
  HttpAlert,
  MailSecurity,
  Secret,
  SyslogAlert,
} from "../core/alert/settings.ts";
import { DEFAULT_ON } from "./alert_keys.ts";
import type { CommonAlertValues, EmailValues, HttpValues, SyslogValues } from "./alert_schema.ts";
import { isMailbox, LOCAL_SYSLOG } from "./alert_words.ts";
import type { ConfigContext } from "./context.ts";
import { absolutePath } from "./resolve_path.ts";

const DAY_MS = 86_400_000;
const PORTS: { readonly [S in MailSecurity]: number } = { tls: 465, starttls: 587, plain: 25 };

/** How much is gathered and held back when the file does not say. */
interface Rates {
  readonly groupWindowMs: number;
  readonly maxPerHour: number;
}

const FOR_PEOPLE: Rates = { groupWindowMs: 10_000, maxPerHour: 20 };
const FOR_LOGS: Rates = { groupWindowMs: 0, maxPerHour: 0 };

type Common = Pick<
  AlertSettings,
  | "name"
  | "on"
  | "programs"
  | "groupWindowMs"
  | "maxPerHour"
  | "retryForMs"
  | "timeoutMs"
  | "outputLines"
>;

function common(name: string, values: CommonAlertValues, rates: Rates): Common {
  return {
    name,
    on: values.on ?? DEFAULT_ON,
    programs: values.programs ?? [],
    groupWindowMs: values.group_window ?? rates.groupWindowMs,
    maxPerHour: values.max_per_hour ?? rates.maxPerHour,
    retryForMs: values.retry_for ?? DAY_MS,
    timeoutMs: values.timeout ?? 30_000,
    outputLines: values.output_lines ?? 10,
  };
}

export function buildEmailAlert(
  name: string,
  values: EmailValues & Required<Pick<EmailValues, "host" | "to">>,
  context: ConfigContext,
): EmailAlert {
  const { username } = values;
  const password = passwordOf(values, context);
  const security = securityOf(values);
  return {
    ...common(name, values, FOR_PEOPLE),
    type: "email",
    host: values.host,
    port: values.port ?? PORTS[security],
    security,
    login: username === undefined || password === null ? null : { username, password },
    from: senderOf(values) ?? "",
    to: values.to,
    caFile: values.ca_file === undefined ? null : absolutePath(values.ca_file, context),
  };
}

export function securityOf({ security, port }: EmailValues): MailSecurity {
  return security ?? (port === undefined || port === PORTS.tls ? "tls" : "starttls");
}

export function senderOf({ from, username }: EmailValues): string | undefined {
  return from ?? (username !== undefined && isMailbox(username) ? username : undefined);
}

function passwordOf(values: EmailValues, context: ConfigContext): Secret | null {
  const { password, password_env: variable, password_file: file } = values;
  if (password !== undefined) return { kind: "text", text: password };
  if (variable !== undefined) return { kind: "env", name: variable };
  if (file !== undefined) return { kind: "file", path: absolutePath(file, context) };
  return null;
}

export function buildHttpAlert(
  name: string,
  values: HttpValues & Required<Pick<HttpValues, "url">>,
  context: ConfigContext,
): HttpAlert {
  return {
    ...common(name, values, FOR_PEOPLE),
    type: "http",
    url: values.url,
    headers: Object.fromEntries(values.headers ?? []),
    template: values.template ?? null,
    caFile: values.ca_file === undefined ? null : absolutePath(values.ca_file, context),
  };
}

export function buildSyslogAlert(name: string, values: SyslogValues): SyslogAlert {
  return {
    ...common(name, values, FOR_LOGS),
    type: "syslog",
    target: values.address ?? { kind: "local", path: LOCAL_SYSLOG },
    facility: values.facility ?? "daemon",
    ident: values.ident ?? "taskmaster",
  };
}
