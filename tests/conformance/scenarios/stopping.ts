/** Stops, restarts and signals. */
import {
  ask,
  ended,
  gone,
  leave,
  look,
  noted,
  type Scenario,
  settled,
  state,
  strike,
  tell,
  until,
} from "../scenario.ts";

const SIGNALS = ["HUP", "INT", "QUIT", "TERM", "USR1", "USR2"];

export const STOPPING: readonly Scenario[] = [
  {
    name: "stopsignal: the program gets it, and its code is kept",
    programs: Object.fromEntries(
      SIGNALS.map((signal) => [
        signal.toLowerCase(),
        { stopsignal: signal, startsecs: 0, does: `ends=${signal} code=3` },
      ]),
    ),
    steps: [
      ...SIGNALS.map((signal) => noted(`${signal.toLowerCase()} up`)),
      tell("stop", ...SIGNALS.map((signal) => signal.toLowerCase())),
    ],
    seen: [
      "hup: STARTING RUNNING STOPPING STOPPED",
      "hup ended: code 3",
      "hup noted: up HUP",
      "int: STARTING RUNNING STOPPING STOPPED",
      "int ended: code 3",
      "int noted: up INT",
      "quit: STARTING RUNNING STOPPING STOPPED",
      "quit ended: code 3",
      "quit noted: up QUIT",
      "term: STARTING RUNNING STOPPING STOPPED",
      "term ended: code 3",
      "term noted: up TERM",
      "usr1: STARTING RUNNING STOPPING STOPPED",
      "usr1 ended: code 3",
      "usr1 noted: up USR1",
      "usr2: STARTING RUNNING STOPPING STOPPED",
      "usr2 ended: code 3",
      "usr2 noted: up USR2",
    ],
  },
  {
    name: "stopsignal KILL, and TERM unless said otherwise",
    programs: {
      kill: { stopsignal: "KILL", startsecs: 0 },
      web: { startsecs: 0, does: "ends=TERM" },
    },
    steps: [noted("kill up"), noted("web up"), tell("stop", "kill", "web")],
    seen: [
      "kill: STARTING RUNNING STOPPING STOPPED",
      "kill ended: signal KILL",
      "kill noted: up",
      "web: STARTING RUNNING STOPPING STOPPED",
      "web ended: code 0",
      "web noted: up TERM",
    ],
  },
  {
    name: "one that ignores the stop signal is killed after stopwaitsecs",
    programs: { web: { stopwaitsecs: 1, does: "catches=TERM" } },
    steps: [until("web", "RUNNING"), noted("web up"), tell("stop", "web")],
    seen: [
      "web: STARTING RUNNING STOPPING STOPPED",
      "web ended: signal KILL",
      "web noted: up TERM",
    ],
  },
  {
    name: "one that takes less than stopwaitsecs is waited for",
    programs: { web: { stopwaitsecs: 8, does: "ends=TERM slow=1.5" } },
    steps: [until("web", "RUNNING"), noted("web up"), tell("stop", "web")],
    seen: [
      "web: STARTING RUNNING STOPPING STOPPED",
      "web ended: code 0",
      "web noted: up TERM ends",
    ],
  },
  {
    name: "a stopped program stays stopped, whatever autorestart says",
    programs: { web: { autorestart: "always", does: "ends=TERM code=7" } },
    steps: [until("web", "RUNNING"), noted("web up"), tell("stop", "web")],
    seen: ["web: STARTING RUNNING STOPPING STOPPED", "web ended: code 7", "web noted: up TERM"],
  },
  {
    name: "stop while STARTING",
    programs: { web: { startsecs: 60 } },
    steps: [until("web", "STARTING"), noted("web up"), tell("stop", "web")],
    seen: ["web: STARTING STOPPING STOPPED", "web ended: signal TERM", "web noted: up"],
  },
  {
    name: "stop while in BACKOFF",
    programs: { web: { startretries: 20, command: "/no/such/program" } },
    steps: [until("web", "BACKOFF", 3), tell("stop", "web")],
    lastStates: 2,
    seen: ["web: BACKOFF STOPPED"],
  },
  {
    name: "stop of one that is stopped, has ended, or is FATAL",
    programs: {
      web: { autostart: false, startsecs: 0 },
      done: { startsecs: 0, autorestart: "never", does: "lives=0" },
      broken: { startretries: 0, command: "/no/such/program" },
    },
    steps: [
      until("done", "EXITED(expected)"),
      until("broken", "FATAL"),
      ask("stop", "web", "done", "broken"),
    ],
    seen: [
      "broken: STARTING BACKOFF FATAL",
      "done: STARTING RUNNING EXITED(expected)",
      "done ended: code 0",
      "done noted: up",
      "stop web done broken: exit code 0",
    ],
  },
  {
    name: "start after stop",
    programs: { web: { startsecs: 0 } },
    steps: [until("web", "RUNNING"), noted("web up"), tell("stop", "web"), tell("start", "web")],
    seen: [
      "web: STARTING RUNNING STOPPING STOPPED STARTING RUNNING",
      "web ended: signal TERM",
      "web noted: up up",
    ],
  },
  {
    name: "restart of one that runs",
    programs: { web: { startsecs: 0 } },
    steps: [until("web", "RUNNING"), noted("web up"), tell("restart", "web"), noted("web up", 2)],
    seen: {
      row: "a restart goes through STOPPED",
      supervisord: [
        "web: STARTING RUNNING STOPPING STOPPED STARTING RUNNING",
        "web ended: signal TERM",
        "web noted: up up",
      ],
      taskmaster: [
        "web: STARTING RUNNING STOPPING STARTING RUNNING",
        "web ended: signal TERM",
        "web noted: up up",
      ],
    },
  },
  {
    name: "restart of one that is stopped, and of one that has ended, starts it",
    programs: {
      web: { autostart: false, startsecs: 0 },
      done: { startsecs: 0, autorestart: "never", does: "lives=0" },
    },
    steps: [
      until("done", "EXITED(expected)"),
      tell("restart", "web"),
      tell("restart", "done"),
      until("done", "EXITED(expected)", 2),
      noted("web up"),
    ],
    seen: [
      "done: STARTING RUNNING EXITED(expected) STARTING RUNNING EXITED(expected)",
      "done ended: code 0, code 0",
      "done noted: up up",
      "web: STARTING RUNNING",
      "web noted: up",
    ],
  },
  {
    name: "the client of a restart is killed while it waits",
    programs: { web: { does: "ends=TERM slow=4" } },
    steps: [
      until("web", "RUNNING"),
      noted("web up"),
      leave("restart", "web", "STOPPING"),
      noted("web ends"),
      settled("web"),
    ],
    seen: {
      row: "`restart` is a stop and a start by the client",
      supervisord: [
        "web: STARTING RUNNING STOPPING STOPPED",
        "web ended: code 0",
        "web noted: up TERM ends",
      ],
      taskmaster: [
        "web: STARTING RUNNING STOPPING STARTING RUNNING",
        "web ended: code 0",
        "web noted: up TERM ends up",
      ],
    },
  },
  {
    name: "start during a stop",
    programs: { web: { stopwaitsecs: 30, does: "ends=TERM slow=8" } },
    steps: [
      until("web", "RUNNING"),
      noted("web up"),
      tell("beginStop", "web"),
      tell("start", "web"),
      noted("web ends"),
      settled("web"),
    ],
    seen: {
      row: "`start` during a stop is refused",
      supervisord: [
        "web: STARTING RUNNING STOPPING STOPPED",
        "web ended: code 0",
        "web noted: up TERM ends",
      ],
      taskmaster: [
        "web: STARTING RUNNING STOPPING STARTING RUNNING",
        "web ended: code 0",
        "web noted: up TERM ends up",
      ],
    },
  },
  {
    name: "signal reaches the program and changes nothing else",
    programs: { web: { does: "catches=HUP,USR1" } },
    steps: [
      until("web", "RUNNING"),
      noted("web up"),
      tell("signal", "HUP", "web"),
      noted("web HUP"),
      tell("signal", "USR1", "web"),
      noted("web USR1"),
    ],
    seen: ["web: STARTING RUNNING", "web noted: up HUP USR1"],
  },
  {
    name: "signal does not go to the group",
    programs: { web: { does: "catches=HUP child=catches:HUP" } },
    steps: [
      until("web", "RUNNING"),
      noted("web.child up"),
      tell("signal", "HUP", "web"),
      noted("web HUP"),
    ],
    seen: ["web: STARTING RUNNING", "web noted: up HUP", "web.child noted: up"],
  },
  {
    name: "a stop signal sent with signal is an end by itself",
    programs: { web: { autorestart: "never" } },
    steps: [
      until("web", "RUNNING"),
      tell("signal", "TERM", "web"),
      until("web", "EXITED(unexpected)"),
    ],
    seen: ["web: STARTING RUNNING EXITED(unexpected)", "web ended: signal TERM", "web noted: up"],
  },
  {
    name: "stop without a word about groups, and a child",
    programs: { web: { startsecs: 0, does: "child=lives:100" } },
    steps: [noted("web.child up"), noted("web up"), tell("stop", "web"), look("web.child up")],
    seen: {
      row: "`stopasgroup`, `killasgroup` are off",
      supervisord: [
        "web: STARTING RUNNING STOPPING STOPPED",
        "web ended: signal TERM",
        "web noted: up",
        "web.child noted: up",
        'who noted "web.child up": alive',
      ],
      taskmaster: [
        "web: STARTING RUNNING STOPPING STOPPED",
        "web ended: signal TERM",
        "web noted: up",
        "web.child noted: up",
        'who noted "web.child up": gone',
      ],
    },
  },
  {
    name: "stopasgroup true: the child gets the stop signal, too",
    programs: {
      web: { startsecs: 0, stopasgroup: true, does: "ends=TERM slow=0.5 child=ends:TERM" },
    },
    steps: [noted("web.child up"), noted("web up"), tell("stop", "web"), gone("web.child up")],
    seen: [
      "web: STARTING RUNNING STOPPING STOPPED",
      "web ended: code 0",
      "web noted: up TERM ends",
      "web.child noted: up TERM",
      'who noted "web.child up": gone',
    ],
  },
  {
    name: "stopasgroup false, killasgroup false: the child lives on",
    programs: {
      web: { startsecs: 0, stopasgroup: false, killasgroup: false, does: "child=lives:100" },
    },
    steps: [noted("web.child up"), noted("web up"), tell("stop", "web"), look("web.child up")],
    seen: [
      "web: STARTING RUNNING STOPPING STOPPED",
      "web ended: signal TERM",
      "web noted: up",
      "web.child noted: up",
      'who noted "web.child up": alive',
    ],
  },
  {
    name: "killasgroup true: SIGKILL reaches the child of one that ignores the stop signal",
    programs: {
      web: {
        startsecs: 0,
        stopwaitsecs: 1,
        stopasgroup: false,
        killasgroup: true,
        does: "catches=TERM child=lives:100",
      },
    },
    steps: [noted("web.child up"), noted("web up"), tell("stop", "web"), gone("web.child up")],
    seen: [
      "web: STARTING RUNNING STOPPING STOPPED",
      "web ended: signal KILL",
      "web noted: up TERM",
      "web.child noted: up",
      'who noted "web.child up": gone',
    ],
  },
  {
    name: "stopasgroup true, and a child that takes longer than its parent",
    programs: {
      web: {
        startsecs: 0,
        stopasgroup: true,
        stopwaitsecs: 60,
        does: "ends=TERM child=ends:TERM+waits:USR1",
      },
    },
    steps: [
      noted("web.child up"),
      noted("web up"),
      tell("beginStop", "web"),
      noted("web.child TERM"),
      // Whoever does not wait for the child has made it STOPPED before it tells of this end.
      ended("web"),
      state("web"),
      strike("web.child up", "SIGUSR1"),
      noted("web.child ends"),
      until("web", "STOPPED"),
    ],
    seen: {
      row: "STOPPED when the leader has ended",
      supervisord: [
        "web: STARTING RUNNING STOPPING STOPPED",
        "web ended: code 0",
        "web noted: up TERM",
        "web.child noted: up TERM ends",
        "web is STOPPED",
      ],
      taskmaster: [
        "web: STARTING RUNNING STOPPING STOPPED",
        "web ended: code 0",
        "web noted: up TERM",
        "web.child noted: up TERM ends",
        "web is STOPPING",
      ],
    },
  },
];
