/** Other programs in the file: `reread` and `update` there, `reload` here. */
import { noted, reload, type Scenario, tell, until } from "../scenario.ts";

export const RELOADING: readonly Scenario[] = [
  {
    name: "reload without a change",
    programs: { web: { startsecs: 0 } },
    steps: [noted("web up"), reload({ web: { startsecs: 0 } })],
    seen: ["web: STARTING RUNNING", "web noted: up", "reload: exit code 0"],
  },
  {
    name: "reload with a program added and one removed: others are not touched",
    programs: { kept: { startsecs: 0 }, old: { startsecs: 0 } },
    steps: [
      noted("kept up"),
      noted("old up"),
      reload({
        kept: { startsecs: 0 },
        added: { startsecs: 0 },
        later: { autostart: false },
      }),
      noted("added up"),
      until("old", "STOPPED"),
    ],
    seen: [
      "added: STARTING RUNNING",
      "added noted: up",
      "kept: STARTING RUNNING",
      "kept noted: up",
      "old: STARTING RUNNING STOPPING STOPPED",
      "old ended: signal TERM",
      "old noted: up",
      "reload: exit code 0",
    ],
  },
  {
    name: "reload with another environment for one: it is restarted, others are not touched",
    programs: {
      kept: { startsecs: 0 },
      web: { startsecs: 0, env: { COLOUR: "red" }, does: "tells=COLOUR" },
    },
    steps: [
      noted("kept up"),
      noted("web COLOUR=red"),
      reload({
        kept: { startsecs: 0 },
        web: { startsecs: 0, env: { COLOUR: "blue" }, does: "tells=COLOUR" },
      }),
      noted("web COLOUR=blue"),
    ],
    seen: {
      row: "a restart goes through STOPPED",
      supervisord: [
        "kept: STARTING RUNNING",
        "kept noted: up",
        "web: STARTING RUNNING STOPPING STOPPED STARTING RUNNING",
        "web ended: signal TERM",
        "web noted: up COLOUR=red up COLOUR=blue",
        "reload: exit code 0",
      ],
      taskmaster: [
        "kept: STARTING RUNNING",
        "kept noted: up",
        "web: STARTING RUNNING STOPPING STARTING RUNNING",
        "web ended: signal TERM",
        "web noted: up COLOUR=red up COLOUR=blue",
        "reload: exit code 0",
      ],
    },
  },
  {
    name: "reload with more processes of a program",
    programs: { web: { startsecs: 0, numprocs: 2 } },
    steps: [
      noted("web:0 up"),
      noted("web:1 up"),
      reload({ web: { startsecs: 0, numprocs: 3 } }),
      noted("web:2 up"),
    ],
    seen: {
      row: "`reread` + `update` restart a whole group",
      supervisord: [
        "web:0: STARTING RUNNING STOPPING STOPPED STARTING RUNNING",
        "web:0 ended: signal TERM",
        "web:0 noted: up up",
        "web:1: STARTING RUNNING STOPPING STOPPED STARTING RUNNING",
        "web:1 ended: signal TERM",
        "web:1 noted: up up",
        "web:2: STARTING RUNNING",
        "web:2 noted: up",
        "reload: exit code 0",
      ],
      taskmaster: [
        "web:0: STARTING RUNNING",
        "web:0 noted: up",
        "web:1: STARTING RUNNING",
        "web:1 noted: up",
        "web:2: STARTING RUNNING",
        "web:2 noted: up",
        "reload: exit code 0",
      ],
    },
  },
  {
    name: "reload with fewer processes of a program",
    programs: { web: { startsecs: 0, numprocs: 3 } },
    steps: [
      noted("web:0 up"),
      noted("web:1 up"),
      noted("web:2 up"),
      reload({ web: { startsecs: 0, numprocs: 2 } }),
      until("web:2", "STOPPED"),
      until("web:1", "RUNNING"),
    ],
    seen: {
      row: "`reread` + `update` restart a whole group",
      supervisord: [
        "web:0: STARTING RUNNING STOPPING STOPPED STARTING RUNNING",
        "web:0 ended: signal TERM",
        "web:0 noted: up up",
        "web:1: STARTING RUNNING STOPPING STOPPED STARTING RUNNING",
        "web:1 ended: signal TERM",
        "web:1 noted: up up",
        "web:2: STARTING RUNNING STOPPING STOPPED",
        "web:2 ended: signal TERM",
        "web:2 noted: up",
        "reload: exit code 0",
      ],
      taskmaster: [
        "web:0: STARTING RUNNING",
        "web:0 noted: up",
        "web:1: STARTING RUNNING",
        "web:1 noted: up",
        "web:2: STARTING RUNNING STOPPING STOPPED",
        "web:2 ended: signal TERM",
        "web:2 noted: up",
        "reload: exit code 0",
      ],
    },
  },
  {
    name: "reload with another stop signal",
    programs: { web: { startsecs: 0, does: "ends=TERM" } },
    steps: [
      noted("web up"),
      reload({ web: { startsecs: 0, stopsignal: "INT", does: "ends=TERM" } }),
    ],
    seen: {
      row: "`reread` + `update` restart a whole group",
      supervisord: [
        "web: STARTING RUNNING STOPPING STOPPED STARTING RUNNING",
        "web ended: code 0",
        "web noted: up TERM up",
        "reload: exit code 0",
      ],
      taskmaster: ["web: STARTING RUNNING", "web noted: up", "reload: exit code 0"],
    },
  },
  {
    name: "reload with a change of what was stopped by hand",
    programs: { web: { startsecs: 0, env: { COLOUR: "red" } } },
    steps: [
      noted("web up"),
      tell("stop", "web"),
      reload({ web: { startsecs: 0, env: { COLOUR: "blue" } } }),
    ],
    seen: {
      row: "`update` starts what was stopped by hand",
      supervisord: [
        "web: STARTING RUNNING STOPPING STOPPED STARTING RUNNING",
        "web ended: signal TERM",
        "web noted: up up",
        "reload: exit code 0",
      ],
      taskmaster: [
        "web: STARTING RUNNING STOPPING STOPPED",
        "web ended: signal TERM",
        "web noted: up",
        "reload: exit code 0",
      ],
    },
  },
];
