/** A sender of alerts with nothing but what a test gives it. */
import { SystemAlertSender } from "../../src/alert/send_alert.ts";
import type { AlertOrigin } from "../../src/render/alert_text.ts";
import { SystemAlertSecrets } from "../../src/sys/privileges/alert_secrets.ts";
import { sendDatagram } from "../../src/sys/datagram.ts";

export const ORIGIN: AlertOrigin = {
  host: "myhost",
  config: "/etc/taskmaster.yaml",
  name: "test",
  version: "0.0.0",
};

export function makeSender(secrets = new SystemAlertSecrets()): SystemAlertSender {
  return new SystemAlertSender({ secrets, origin: ORIGIN, sendDatagram });
}
