/** What children get from their supervisor, and what becomes of their output. */
import { noted, type Scenario, until } from "../scenario.ts";

export const CHILDREN: readonly Scenario[] = [
  {
    name: "environment, with what says who the child is",
    programs: {
      web: {
        env: { COLOUR: "dark blue", EMPTY: "" },
        does: "tells=COLOUR,EMPTY,SUPERVISOR_ENABLED,SUPERVISOR_PROCESS_NAME,SUPERVISOR_GROUP_NAME",
      },
    },
    steps: [until("web", "RUNNING")],
    seen: [
      "web: STARTING RUNNING",
      "web noted: up COLOUR=dark blue EMPTY= SUPERVISOR_ENABLED=1 SUPERVISOR_PROCESS_NAME=web SUPERVISOR_GROUP_NAME=web",
    ],
  },
  {
    name: "umask and directory",
    programs: { web: { umask: "027", directory: "/usr", does: "tells=umask,directory" } },
    steps: [until("web", "RUNNING"), noted("web directory=/usr")],
    seen: ["web: STARTING RUNNING", "web noted: up umask=027 directory=/usr"],
  },
  {
    name: "the umask is 022 unless said otherwise",
    programs: { web: { does: "tells=umask" } },
    steps: [until("web", "RUNNING"), noted("web umask=022")],
    seen: ["web: STARTING RUNNING", "web noted: up umask=022"],
  },
  {
    name: "a stdout logfile",
    programs: {
      web: { stdout: "web.log", startsecs: 0, does: "lives=1.2 writes=hello complains=ouch" },
    },
    steps: [until("web", "EXITED(expected)")],
    files: ["web.log"],
    seen: [
      "web: STARTING RUNNING EXITED(expected)",
      "web ended: code 0",
      "web noted: up",
      'file web.log: "hello\\n"',
    ],
  },
  {
    name: "redirect_stderr: both streams in one file, in order",
    programs: {
      web: {
        stdout: "web.log",
        redirectStderr: true,
        startsecs: 0,
        does: "lives=1.2 writes=hello complains=ouch repeats=2",
      },
    },
    steps: [until("web", "EXITED(expected)")],
    files: ["web.log"],
    seen: [
      "web: STARTING RUNNING EXITED(expected)",
      "web ended: code 0",
      "web noted: up",
      'file web.log: "hello\\nouch\\nhello\\nouch\\n"',
    ],
  },
  {
    name: "a stdout logfile is rotated by its size",
    programs: {
      web: {
        stdout: "web.log",
        stdoutMaxbytes: 50,
        startsecs: 0,
        does: "lives=1.2 writes=0123456789012345678 repeats=6",
      },
    },
    steps: [until("web", "EXITED(expected)")],
    files: ["web.log*"],
    seen: [
      "web: STARTING RUNNING EXITED(expected)",
      "web ended: code 0",
      "web noted: up",
      'files web.log*: "0123456789012345678\\n0123456789012345678\\n0123456789012345678\\n0123456789012345678\\n0123456789012345678\\n0123456789012345678\\n", rotated',
    ],
  },
  {
    name: "a logfile is appended to by the next child",
    programs: {
      web: { stdout: "web.log", startsecs: 0, does: "lives=1.2 writes=hello code=1 once=1" },
    },
    steps: [until("web", "RUNNING", 2), noted("web up", 2)],
    files: ["web.log"],
    seen: [
      "web: STARTING RUNNING EXITED(unexpected) STARTING RUNNING",
      "web ended: code 1",
      "web noted: up up",
      'file web.log: "hello\\nhello\\n"',
    ],
  },
  {
    name: "a child leads a process group of its own",
    programs: { web: { startsecs: 0, does: "tells=leader" } },
    steps: [noted("web leader=yes")],
    seen: ["web: STARTING RUNNING", "web noted: up leader=yes"],
  },
];
