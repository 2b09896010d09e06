/** Programs that end, or are ended by somebody else. */
import { noted, type Scenario, strike, until } from "../scenario.ts";

export const ENDING: readonly Scenario[] = [
  {
    name: "autorestart is unexpected unless said otherwise: an expected end is the end",
    programs: { web: { startsecs: 0, does: "lives=1.2" } },
    steps: [until("web", "EXITED(expected)")],
    seen: ["web: STARTING RUNNING EXITED(expected)", "web ended: code 0", "web noted: up"],
  },
  {
    name: "autorestart unexpected: another code starts it again",
    programs: { web: { startsecs: 0, autorestart: "unexpected", does: "lives=1.2 code=1 once=1" } },
    steps: [until("web", "RUNNING", 2), noted("web up", 2)],
    seen: [
      "web: STARTING RUNNING EXITED(unexpected) STARTING RUNNING",
      "web ended: code 1",
      "web noted: up up",
    ],
  },
  {
    name: "exitcodes say what is expected",
    programs: {
      two: { startsecs: 0, exitcodes: [0, 2], does: "lives=1.2 code=2" },
      zero: { startsecs: 0, exitcodes: [0, 2], does: "lives=1.2 code=0" },
    },
    steps: [until("two", "EXITED(expected)"), until("zero", "EXITED(expected)")],
    seen: [
      "two: STARTING RUNNING EXITED(expected)",
      "two ended: code 2",
      "two noted: up",
      "zero: STARTING RUNNING EXITED(expected)",
      "zero ended: code 0",
      "zero noted: up",
    ],
  },
  {
    name: "exitcodes without 0: 0 is not expected",
    programs: { web: { startsecs: 0, autorestart: "never", exitcodes: [2], does: "lives=1.2" } },
    steps: [until("web", "EXITED(unexpected)")],
    seen: ["web: STARTING RUNNING EXITED(unexpected)", "web ended: code 0", "web noted: up"],
  },
  {
    name: "autorestart never: an unexpected end is the end, too",
    programs: { web: { startsecs: 0, autorestart: "never", does: "lives=1.2 code=1" } },
    steps: [until("web", "EXITED(unexpected)")],
    seen: ["web: STARTING RUNNING EXITED(unexpected)", "web ended: code 1", "web noted: up"],
  },
  {
    name: "autorestart always: an expected end starts it again",
    programs: { web: { startsecs: 0, autorestart: "always", does: "lives=1.2 once=1" } },
    steps: [until("web", "RUNNING", 2), noted("web up", 2)],
    seen: [
      "web: STARTING RUNNING EXITED(expected) STARTING RUNNING",
      "web ended: code 0",
      "web noted: up up",
    ],
  },
  {
    name: "kill -9 by a stranger: it is started again",
    programs: { web: { startsecs: 1 } },
    steps: [
      until("web", "RUNNING"),
      noted("web up"),
      strike("web up", "SIGKILL"),
      until("web", "RUNNING", 2),
      noted("web up", 2),
    ],
    seen: [
      "web: STARTING RUNNING EXITED(unexpected) STARTING RUNNING",
      "web ended: signal KILL",
      "web noted: up up",
    ],
  },
  {
    name: "an end by a signal is never expected, not even the stop signal",
    programs: { web: { startsecs: 0, autorestart: "never" } },
    steps: [noted("web up"), strike("web up", "SIGTERM"), until("web", "EXITED(unexpected)")],
    seen: ["web: STARTING RUNNING EXITED(unexpected)", "web ended: signal TERM", "web noted: up"],
  },
  {
    name: "autorestart never: kill -9 by a stranger is the end",
    programs: { web: { autorestart: "never" } },
    steps: [
      until("web", "RUNNING"),
      strike("web up", "SIGKILL"),
      until("web", "EXITED(unexpected)"),
    ],
    seen: ["web: STARTING RUNNING EXITED(unexpected)", "web ended: signal KILL", "web noted: up"],
  },
  {
    name: "a program that dies soon after it was RUNNING, again and again",
    programs: { web: { startsecs: 0, does: "lives=0 code=1" } },
    // One life that a busy machine makes longer would begin the count anew: still the fifth waits.
    steps: [noted("web up", 5)],
    waits: { web: [0, 0, 0, 3] },
    lastStates: 0,
    seen: {
      row: "a program that dies 1.5 s after its start is restarted at once, for ever",
      supervisord: ["web waited: 0 s, 0 s, 0 s, less than 3 s"],
      taskmaster: ["web waited: 0 s, 0 s, 0 s, 3 s"],
    },
  },
  {
    name: "a leader ends by itself and leaves a child",
    programs: {
      web: { startsecs: 0, autorestart: "never", does: "lives=1.2 child=lives:4" },
    },
    steps: [noted("web.child up"), until("web", "EXITED(expected)")],
    seen: {
      row: "what a crashed leader leaves behind lives on",
      supervisord: [
        "web: STARTING RUNNING EXITED(expected)",
        "web ended: code 0",
        "web noted: up",
        "web.child noted: up",
      ],
      taskmaster: [
        "web: STARTING RUNNING STOPPING EXITED(expected)",
        "web ended: code 0",
        "web noted: up",
        "web.child noted: up",
      ],
    },
  },
];
