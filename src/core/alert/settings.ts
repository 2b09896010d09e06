/** The validated settings of one alert: what it tells, how often, and where. */
import type { Address } from "../program.ts";
import type { AlertEvent } from "./alert_event.ts";

/** A secret, or where to find it. Only the place may ever be shown. */
export type Secret =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "env"; readonly name: string }
  /** Absolute. */
  | { readonly kind: "file"; readonly path: string };

interface Common {
  readonly name: string;
  readonly on: readonly AlertEvent[];
  /** Selectors; none = every program. They do not concern what is about no program. */
  readonly programs: readonly string[];
  /** What happens within this time after the first event goes into the same message. */
  readonly groupWindowMs: number;
  /** Messages in any hour; 0 = as many as there are. */
  readonly maxPerHour: number;
  /** How long delivery of a message is tried. */
  readonly retryForMs: number;
  /** For one attempt, from the look-up of the name to the last answer. */
  readonly timeoutMs: number;
  /** Last lines of each stream that come with bad news. */
  readonly outputLines: number;
}

export type MailSecurity = "tls" | "starttls" | "plain";

export interface EmailAlert extends Common {
  readonly type: "email";
  readonly host: string;
  readonly port: number;
  readonly security: MailSecurity;
  readonly login: { readonly username: string; readonly password: Secret } | null;
  readonly from: string;
  readonly to: readonly string[];
  /** PEM file of the authority to trust instead of the built-in ones. */
  readonly caFile: string | null;
}

export interface HttpAlert extends Common {
  readonly type: "http";
  /** A secret itself, with many services: only its origin may be shown. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** null = our own JSON. */
  readonly template: string | null;
  readonly caFile: string | null;
}

export type SyslogTarget =
  | { readonly kind: "udp" | "tcp"; readonly address: Address }
  | { readonly kind: "local"; readonly path: string };

export interface SyslogAlert extends Common {
  readonly type: "syslog";
  readonly target: SyslogTarget;
  readonly facility: SyslogFacility;
  readonly ident: string;
}

export type AlertSettings = EmailAlert | HttpAlert | SyslogAlert;

/** Names of the variables that passwords come from: no business of the programs. */
export function alertVariables(alerts: Iterable<AlertSettings>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const alert of alerts) {
    if (alert.type !== "email" || alert.login?.password.kind !== "env") continue;
    names.add(alert.login.password.name);
  }
  return names;
}

export const ALERT_TYPES: readonly AlertSettings["type"][] = ["email", "http", "syslog"];

/** RFC 5424, table 1; the names of syslog(3). */
export const SYSLOG_FACILITIES = {
  kern: 0,
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  authpriv: 10,
  ftp: 11,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const;

export type SyslogFacility = keyof typeof SYSLOG_FACILITIES;

/** Where it goes, fit for everybody's eyes. */
export function targetText(settings: AlertSettings): string {
  switch (settings.type) {
    case "email":
      return `${settings.to.join(", ")} by ${addressText(settings)} (${settings.security})`;
    case "http":
      return `${new URL(settings.url).origin}/…`;
    case "syslog": {
      const { target } = settings;
      return target.kind === "local"
        ? target.path
        : `${target.kind}://${addressText(target.address)}`;
    }
  }
}

/** "host:port", with brackets where a colon is part of the host. */
export function addressText({ host, port }: Address): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
