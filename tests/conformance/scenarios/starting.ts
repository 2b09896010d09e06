/** Starts: what is started by itself, when it counts as up, what becomes of failures. */
import { ask, noted, type Scenario, tell, until } from "../scenario.ts";

/** Fails early even on a machine that is too busy to start it within a second. */
const FAILS = { startsecs: 30, does: "lives=0 code=1" } as const;

export const STARTING: readonly Scenario[] = [
  {
    name: "a program is started by itself, and RUNNING after a second",
    programs: { web: {} },
    steps: [until("web", "RUNNING"), noted("web up")],
    seen: ["web: STARTING RUNNING", "web noted: up"],
  },
  {
    name: "autostart false: not before somebody asks",
    programs: { web: { autostart: false } },
    steps: [tell("start", "web"), noted("web up")],
    seen: ["web: STARTING RUNNING", "web noted: up"],
  },
  {
    name: "autostart false, and nobody asks",
    programs: { web: { autostart: false } },
    steps: [],
    seen: [],
  },
  {
    name: "startsecs 0: RUNNING at once, even if it has ended by then",
    programs: { web: { startsecs: 0, does: "lives=0", autorestart: "never" } },
    steps: [until("web", "EXITED(expected)")],
    seen: ["web: STARTING RUNNING EXITED(expected)", "web ended: code 0", "web noted: up"],
  },
  {
    name: "an end soon after startsecs is one of a RUNNING program",
    programs: { web: { startsecs: 1, does: "lives=1.4 code=3", autorestart: "never" } },
    steps: [until("web", "EXITED(unexpected)")],
    seen: ["web: STARTING RUNNING EXITED(unexpected)", "web ended: code 3", "web noted: up"],
  },
  {
    name: "longer startsecs are waited for",
    programs: {
      web: { startsecs: 3 },
      short: { startsecs: 30, startretries: 0, does: "lives=1.5 code=1" },
    },
    steps: [until("web", "RUNNING"), until("short", "FATAL")],
    seen: [
      "short: STARTING BACKOFF FATAL",
      "short ended: code 1",
      "short noted: up",
      "web: STARTING RUNNING",
      "web noted: up",
    ],
  },
  {
    name: "an end before startsecs with an unexpected code is a failed start",
    programs: { web: { startretries: 0, ...FAILS } },
    steps: [until("web", "FATAL")],
    seen: ["web: STARTING BACKOFF FATAL", "web ended: code 1", "web noted: up"],
  },
  {
    name: "startretries 1: two attempts, a second between them",
    programs: { web: { startretries: 1, ...FAILS } },
    steps: [until("web", "FATAL")],
    waits: { web: [1] },
    seen: [
      "web: STARTING BACKOFF STARTING BACKOFF FATAL",
      "web ended: code 1, code 1",
      "web noted: up up",
      "web waited: 1 s",
    ],
  },
  {
    name: "startretries is 3 unless said otherwise: 1, 2 and 3 seconds between the attempts",
    programs: { web: { ...FAILS } },
    steps: [until("web", "FATAL")],
    waits: { web: [1, 2, 3] },
    seen: [
      "web: STARTING BACKOFF STARTING BACKOFF STARTING BACKOFF STARTING BACKOFF FATAL",
      "web ended: code 1, code 1, code 1, code 1",
      "web noted: up up up up",
      "web waited: 1 s, 2 s, 3 s",
    ],
  },
  {
    name: "autorestart never does not keep failed starts from being tried again",
    programs: { web: { startretries: 1, autorestart: "never", ...FAILS } },
    steps: [until("web", "FATAL")],
    seen: [
      "web: STARTING BACKOFF STARTING BACKOFF FATAL",
      "web ended: code 1, code 1",
      "web noted: up up",
    ],
  },
  {
    name: "autorestart always: an early end is a failed start, whatever the code",
    programs: { web: { startretries: 1, autorestart: "always", startsecs: 30, does: "lives=0" } },
    steps: [until("web", "FATAL")],
    seen: [
      "web: STARTING BACKOFF STARTING BACKOFF FATAL",
      "web ended: code 0, code 0",
      "web noted: up up",
    ],
  },
  {
    name: "an early end by a signal is a failed start",
    programs: { web: { startretries: 0, startsecs: 30, does: "lives=0 dies=KILL" } },
    steps: [until("web", "FATAL")],
    seen: ["web: STARTING BACKOFF FATAL", "web ended: signal KILL", "web noted: up"],
  },
  {
    name: "a one-shot that succeeds before startsecs",
    programs: { web: { startretries: 0, startsecs: 30, does: "lives=0" } },
    steps: [noted("web up")],
    seen: {
      row: "a one-shot that succeeds within `startsecs` is retried and becomes FATAL",
      supervisord: ["web: STARTING BACKOFF FATAL", "web ended: code 0", "web noted: up"],
      taskmaster: ["web: STARTING EXITED(expected)", "web ended: code 0", "web noted: up"],
    },
  },
  {
    name: "start after EXITED",
    programs: { web: { startsecs: 0, does: "lives=1.2" } },
    steps: [
      until("web", "EXITED(expected)"),
      tell("start", "web"),
      until("web", "EXITED(expected)", 2),
    ],
    seen: [
      "web: STARTING RUNNING EXITED(expected) STARTING RUNNING EXITED(expected)",
      "web ended: code 0, code 0",
      "web noted: up up",
    ],
  },
  {
    name: "start after FATAL is a new attempt",
    programs: { web: { startretries: 0, ...FAILS } },
    steps: [until("web", "FATAL"), ask("start", "web"), until("web", "FATAL", 2)],
    seen: {
      row: "exit codes of `supervisorctl`: 1, 2, 4 and 7, by verb",
      supervisord: [
        "web: STARTING BACKOFF FATAL STARTING BACKOFF FATAL",
        "web ended: code 1, code 1",
        "web noted: up up",
        "start web: exit code 7",
      ],
      taskmaster: [
        "web: STARTING BACKOFF FATAL STARTING BACKOFF FATAL",
        "web ended: code 1, code 1",
        "web noted: up up",
        "start web: exit code 1",
      ],
    },
  },
  {
    name: "start of one that runs",
    programs: { web: {} },
    steps: [until("web", "RUNNING"), ask("start", "web")],
    seen: ["web: STARTING RUNNING", "web noted: up", "start web: exit code 0"],
  },
  {
    name: "start of one in BACKOFF",
    programs: { web: { startretries: 20, ...FAILS } },
    steps: [until("web", "BACKOFF", 3), ask("start", "web")],
    lastStates: 0,
    seen: {
      row: "`start` of what is in BACKOFF changes nothing",
      supervisord: ["start web: exit code 0"],
      taskmaster: ["start web: exit code 1"],
    },
  },
  {
    name: "a command that does not exist",
    programs: { web: { startretries: 1, command: "/no/such/program" } },
    steps: [until("web", "FATAL")],
    seen: ["web: STARTING BACKOFF STARTING BACKOFF FATAL"],
  },
  {
    name: "a command that is not executable",
    programs: { web: { startretries: 0, command: "/etc/passwd" } },
    steps: [until("web", "FATAL")],
    seen: ["web: STARTING BACKOFF FATAL"],
  },
  {
    name: "a command that is a directory",
    programs: { web: { startretries: 0, command: "/etc" } },
    steps: [until("web", "FATAL")],
    seen: ["web: STARTING BACKOFF FATAL"],
  },
  {
    name: "an operator's start of a command that does not exist",
    programs: { web: { autostart: false, startretries: 0, command: "/no/such/program" } },
    steps: [ask("start", "web")],
    seen: {
      row: "`start` of a command that does not exist is refused",
      supervisord: ["start web: exit code 1"],
      taskmaster: [
        "web: STARTING BACKOFF FATAL",
        "start web: exit code 1",
      ],
    },
  },
  {
    name: "a directory that does not exist",
    programs: { web: { startretries: 0, startsecs: 30, directory: "/no/such/directory" } },
    steps: [until("web", "FATAL")],
    seen: {
      row: "a `directory` that does not exist is exit code 127 of a child",
      supervisord: ["web: STARTING BACKOFF FATAL", "web ended: code 127"],
      taskmaster: ["web: STARTING BACKOFF FATAL"],
    },
  },
];
