/** All keys of an alert, by its type. */
import type * as z from "zod";
import { commonAlertKeys } from "./alert_keys.ts";
import { emailKeys } from "./email_keys.ts";
import { httpKeys } from "./http_keys.ts";
import type { Settings } from "./read_settings.ts";
import { syslogKeys } from "./syslog_keys.ts";

export const alertShapes = {
  email: { ...commonAlertKeys, ...emailKeys },
  http: { ...commonAlertKeys, ...httpKeys },
  syslog: { ...commonAlertKeys, ...syslogKeys },
} as const;

/** Without these there is nothing to build. */
export const REQUIRED_ALERT_KEYS = {
  email: ["type", "host", "to"],
  http: ["type", "url"],
  syslog: ["type"],
} as const;

export type AlertType = keyof typeof alertShapes;

export type CommonAlertValues = {
  readonly [K in keyof typeof commonAlertKeys]?: z.output<(typeof commonAlertKeys)[K]>;
};
export type EmailValues = Settings<typeof alertShapes.email>;
export type HttpValues = Settings<typeof alertShapes.http>;
export type SyslogValues = Settings<typeof alertShapes.syslog>;
