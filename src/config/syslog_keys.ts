/** The keys of alerts by syslog. */
import { FACILITY_NAMES, readIdent, readSyslogAddress } from "./alert_words.ts";
import { choiceJson } from "./json_values.ts";
import { choice } from "./scalars.ts";
import { scalar, setting } from "./setting.ts";

export const syslogKeys = {
  address: setting(scalar(readSyslogAddress), {
    expects: '"local", "udp://host:port" or "tcp://host:port"',
    default: "local",
    notes: "Where the messages go: to this machine's own log (`/dev/log`; another socket is " +
      "written `unix:/path`), or over the network. Without a port it is 514.",
    example: 'address: "udp://127.0.0.1:514"',
    json: { type: "string", pattern: "^(local$|udp://.|tcp://.|unix:(//)?/.)" },
  }),
  facility: setting(scalar(choice(FACILITY_NAMES)), {
    expects: "a facility such as daemon or local0",
    default: "daemon",
    notes: "The facility of syslog.",
    example: "facility: local0",
    json: choiceJson(FACILITY_NAMES),
  }),
  ident: setting(scalar(readIdent), {
    expects: "up to 48 letters, digits or signs, without spaces",
    default: "taskmaster",
    notes: "The name that the messages carry.",
    example: "ident: taskmaster",
    json: { type: "string", pattern: "^[!-~]{1,48}$" },
  }),
} as const;
