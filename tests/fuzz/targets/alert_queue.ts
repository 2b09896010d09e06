/** The file of alerts: whatever is in it, what is whole of it is sent, and alerts work after it. */
import { Alerts } from "../../../src/alert/alerts.ts";
import type { AlertMessage } from "../../../src/core/alert/message.ts";
import { MOST_MESSAGES } from "../../../src/core/alert/outbox.ts";
import type { AlertSettings } from "../../../src/core/alert/settings.ts";
import { alertSubject, alertText } from "../../../src/render/alert_text.ts";
import { AlertFile } from "../../../src/sys/files/alert_file.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { FATAL, makeEmailAlert, makeRecord, makeSyslogAlert } from "../../support/make_alert.ts";
import { makeConfiguration, makeProgram } from "../../support/make_program.ts";
import { expect, type FuzzTarget } from "../target.ts";

const PIECES = [
  ...[
    '"fatal"',
    '"recovered"',
    '"exited"',
    '"running"',
    '"note"',
    '"backoff"',
    '"code"',
    '"signal"',
  ],
  ...['{"kind": "code", "code": 1}', '{"items": [], "more": []}', '"2026-01-01T00:00:00.000Z"'],
  ...[
    '"+275760-09-13T00:00:00.000Z"',
    '"0000-01-01T00:00:00Z"',
    "[[]]",
    '[["web:0", {}]]',
    "1e999",
  ],
];
const ORIGIN = { host: "host", config: "/conf.yaml", name: "test", version: "1" };
const DAY_MS = 86_400_000;
/** Of the three alerts: what waited, what was gathered, and what happens here. */
const MOST_SENT = 3 * (MOST_MESSAGES + 2);

export function open(): Promise<FuzzTarget> {
  const directory = Deno.makeTempDirSync({ prefix: "taskmaster_fuzz_" });
  const path = `${directory}/alerts`;
  return Promise.resolve({
    pieces: PIECES,
    isJson: true,
    async run(input) {
      Deno.writeFileSync(path, input);
      let problems = 0;
      const store = new AlertFile({ path, onProblem: () => problems++ });
      const sent: AlertMessage[] = [];
      const clock = new FakeClock();
      const alerts = new Alerts({
        clock,
        store,
        sender: {
          send(_settings: AlertSettings, message: AlertMessage) {
            sent.push(message);
            expect(!/[\r\n]/.test(alertSubject(message, ORIGIN)), "a subject is one line");
            alertText(message, ORIGIN);
            return Promise.resolve({ kind: "delivered" });
          },
          problemOf: () => null,
        },
        record: () => {},
        factsOf: () => ({ starts: 1 }),
        outputOf: () => Promise.resolve([]),
      });
      const all = [
        makeEmailAlert({ name: "oncall", maxPerHour: 10 }),
        makeSyslogAlert({ name: "syslog" }),
        makeEmailAlert({ name: "__proto__" }),
      ];
      alerts.configure({
        ...makeConfiguration([makeProgram()]),
        alerts: new Map(all.map((each) => [each.name, each])),
      });
      alerts.take(makeRecord(FATAL));
      alerts.status();
      await clock.advance(DAY_MS);
      const told = sent.some(({ items }) => items.some(({ record }) => record.kind === "fatal"));
      expect(told, "alerts work in spite of what was left");
      expect(sent.length <= MOST_SENT, `${sent.length} messages`);
      await store.flushed();
      return `${sent.length} ${problems}`;
    },
    close: () => Deno.remove(directory, { recursive: true }),
  });
}
