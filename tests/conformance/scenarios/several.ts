/** Several processes of one program, and the names that select them. */
import { ask, noted, type Scenario, tell, until } from "../scenario.ts";

export const SEVERAL: readonly Scenario[] = [
  {
    name: "numprocs 3: each process knows its number",
    programs: { web: { numprocs: 3, startsecs: 0 } },
    steps: [noted("web:0 up"), noted("web:1 up"), noted("web:2 up")],
    seen: [
      "web:0: STARTING RUNNING",
      "web:0 noted: up",
      "web:1: STARTING RUNNING",
      "web:1 noted: up",
      "web:2: STARTING RUNNING",
      "web:2 noted: up",
    ],
  },
  {
    name: "numprocs: what a process is called",
    programs: {
      web: {
        numprocs: 2,
        startsecs: 0,
        does: "tells=SUPERVISOR_PROCESS_NAME,SUPERVISOR_GROUP_NAME",
      },
    },
    steps: [],
    seen: {
      row: "`process_name` names the processes of a program with `numprocs`",
      supervisord: [
        "web:0: STARTING RUNNING",
        "web:0 noted: up SUPERVISOR_PROCESS_NAME=web_0 SUPERVISOR_GROUP_NAME=web",
        "web:1: STARTING RUNNING",
        "web:1 noted: up SUPERVISOR_PROCESS_NAME=web_1 SUPERVISOR_GROUP_NAME=web",
      ],
      taskmaster: [
        "web:0: STARTING RUNNING",
        "web:0 noted: up SUPERVISOR_PROCESS_NAME=web:0 SUPERVISOR_GROUP_NAME=web",
        "web:1: STARTING RUNNING",
        "web:1 noted: up SUPERVISOR_PROCESS_NAME=web:1 SUPERVISOR_GROUP_NAME=web",
      ],
    },
  },
  {
    name: "one of them is stopped",
    programs: { web: { numprocs: 2, startsecs: 0 } },
    steps: [until("web:0", "RUNNING"), until("web:1", "RUNNING"), tell("stop", "web:1")],
    seen: [
      "web:0: STARTING RUNNING",
      "web:0 noted: up",
      "web:1: STARTING RUNNING STOPPING STOPPED",
      "web:1 ended: signal TERM",
      "web:1 noted: up",
    ],
  },
  {
    name: "web:* means all of them",
    programs: { web: { numprocs: 2, autostart: false, startsecs: 0 } },
    steps: [tell("start", "web:*"), noted("web:0 up"), noted("web:1 up"), tell("stop", "web:*")],
    seen: [
      "web:0: STARTING RUNNING STOPPING STOPPED",
      "web:0 ended: signal TERM",
      "web:0 noted: up",
      "web:1: STARTING RUNNING STOPPING STOPPED",
      "web:1 ended: signal TERM",
      "web:1 noted: up",
    ],
  },
  {
    name: "the name of the program means all of them here",
    programs: { web: { numprocs: 2, autostart: false, startsecs: 0 } },
    steps: [ask("start", "web")],
    seen: {
      row: "`start web` knows no `web` when it has `numprocs`",
      supervisord: ["start web: exit code 1"],
      taskmaster: [
        "web:0: STARTING RUNNING",
        "web:0 noted: up",
        "web:1: STARTING RUNNING",
        "web:1 noted: up",
        "start web: exit code 0",
      ],
    },
  },
  {
    name: "several names at once",
    programs: { web: { autostart: false, startsecs: 0 }, db: { autostart: false, startsecs: 0 } },
    steps: [ask("start", "web", "db"), noted("db up"), noted("web up"), ask("stop", "db", "web")],
    seen: [
      "db: STARTING RUNNING STOPPING STOPPED",
      "db ended: signal TERM",
      "db noted: up",
      "web: STARTING RUNNING STOPPING STOPPED",
      "web ended: signal TERM",
      "web noted: up",
      "start web db: exit code 0",
      "stop db web: exit code 0",
    ],
  },
  {
    name: "exit codes: an unknown name",
    programs: { web: { autostart: false, startsecs: 0 } },
    steps: [
      ask("start", "nosuch"),
      ask("status", "nosuch"),
      ask("pid", "nosuch"),
    ],
    seen: {
      row: "exit codes of `supervisorctl`: 1, 2, 4 and 7, by verb",
      supervisord: [
        "start nosuch: exit code 1",
        "status nosuch: exit code 4",
        "pid nosuch: exit code 1",
      ],
      taskmaster: [
        "start nosuch: exit code 5",
        "status nosuch: exit code 5",
        "pid nosuch: exit code 5",
      ],
    },
  },
  {
    name: "exit codes: a good name among unknown ones is taken all the same",
    programs: { web: { autostart: false, startsecs: 0 } },
    steps: [ask("start", "nosuch", "web"), noted("web up")],
    seen: {
      row: "exit codes of `supervisorctl`: 1, 2, 4 and 7, by verb",
      supervisord: ["web: STARTING RUNNING", "web noted: up", "start nosuch web: exit code 1"],
      taskmaster: ["web: STARTING RUNNING", "web noted: up", "start nosuch web: exit code 5"],
    },
  },
  {
    name: "exit codes: signal",
    programs: { web: { autostart: false, startsecs: 0 } },
    steps: [ask("signal", "HUP", "web"), ask("signal", "NONE", "web")],
    seen: {
      row: "exit codes of `supervisorctl`: 1, 2, 4 and 7, by verb",
      supervisord: ["signal HUP web: exit code 7", "signal NONE web: exit code 1"],
      taskmaster: ["signal HUP web: exit code 1", "signal NONE web: exit code 2"],
    },
  },
  {
    name: "exit codes: status of one that runs",
    programs: { web: {} },
    steps: [until("web", "RUNNING"), ask("status", "web")],
    seen: [
      "web: STARTING RUNNING",
      "web noted: up",
      "status web: exit code 0",
    ],
  },
  {
    name: "exit codes: status of one that is wanted up and is FATAL",
    programs: { web: { startretries: 0, command: "/no/such/program" } },
    steps: [until("web", "FATAL"), ask("status", "web")],
    seen: ["web: STARTING BACKOFF FATAL", "status web: exit code 3"],
  },
  {
    name: "exit codes: pid of one that does not run",
    programs: { web: { autostart: false, startsecs: 0 } },
    steps: [ask("pid", "web")],
    seen: {
      row: "exit codes of `supervisorctl`: 1, 2, 4 and 7, by verb",
      supervisord: ["pid web: exit code 7"],
      taskmaster: ["pid web: exit code 3"],
    },
  },
  {
    name: "exit codes: status of one that nobody wants up",
    programs: { web: { autostart: false, startsecs: 0 } },
    steps: [ask("status", "web")],
    seen: {
      row: "`status` ends with 3 when anything is not running",
      supervisord: ["status web: exit code 3"],
      taskmaster: ["status web: exit code 0"],
    },
  },
  {
    name: "exit codes: verbs without a name",
    programs: { web: { autostart: false, startsecs: 0 } },
    steps: [ask("start"), ask("stop")],
    seen: {
      row: "exit codes of `supervisorctl`: 1, 2, 4 and 7, by verb",
      supervisord: [
        "start: exit code 2",
        "stop: exit code 1",
      ],
      taskmaster: [
        "start: exit code 2",
        "stop: exit code 2",
      ],
    },
  },
];
