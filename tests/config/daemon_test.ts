import assert from "node:assert/strict";
import type { ConfigContext } from "../../src/config/context.ts";
import { defaultName, defaultPlaces } from "../../src/config/places.ts";
import type { DaemonSettings } from "../../src/core/configuration.ts";
import { source } from "../support/source.ts";
import { loadClean, messages, rendered } from "./support.ts";

function daemon(keys: string, context: Partial<ConfigContext> = {}): DaemonSettings {
  return loadClean(`taskmaster: ${keys}\nprograms: {web: {cmd: x}}\n`, context).daemon;
}

Deno.test("taskmaster: has the documented defaults", () => {
  assert.deepEqual(daemon("{}"), {
    name: "conf-31e2b4fa",
    user: null,
    umask: 0o022,
    workingdir: "/etc/tm",
    stateDir: "/home/joe/.local/state/taskmaster/conf-31e2b4fa/run",
    logdir: "/home/joe/.local/state/taskmaster/conf-31e2b4fa",
    logfile: "/home/joe/.local/state/taskmaster/conf-31e2b4fa/taskmaster.log",
    loglevel: "info",
    logFormat: "text",
    logfileMaxBytes: 52_428_800,
    logfileBackups: 10,
    pidfile: null,
    socket: "/home/joe/.local/state/taskmaster/conf-31e2b4fa/run/control.sock",
    socketMode: 0o600,
    http: null,
    shutdownTimeoutMs: null,
    onFatal: "ignore",
  });
  assert.deepEqual(daemon(""), daemon("{}"));
});

Deno.test("taskmaster: takes every key", () => {
  const keys = source`

      user: joe:staff
      umask: 077
      workingdir: /
      env: {A: 1}
      name: mine
      state_dir: state
      logdir: ../log
      logfile: /var/log/t.log
      loglevel: DEBUG
      log_format: json
      logfile_maxbytes: 10KB
      logfile_backups: 0
      pidfile: t.pid
      socket: t.sock
      socket_mode: 0660
      http: {listen: 9001, tokens: {ci: {token_env: CI_TOKEN}}}
      shutdown_timeout: 1m
      on_fatal: exit
  `;
  assert.deepEqual(daemon(keys.replaceAll(/^(?=.)/gm, "  ")), {
    name: "mine",
    user: "joe:staff",
    umask: 0o077,
    workingdir: "/",
    stateDir: "/etc/tm/state",
    logdir: "/etc/log",
    logfile: "/var/log/t.log",
    loglevel: "debug",
    logFormat: "json",
    logfileMaxBytes: 10_240,
    logfileBackups: 0,
    pidfile: "/etc/tm/t.pid",
    socket: "/etc/tm/t.sock",
    socketMode: 0o660,
    http: {
      listen: { host: "127.0.0.1", port: 9001 },
      users: {},
      tokens: { ci: { source: { kind: "env", name: "CI_TOKEN" }, role: "admin" } },
      hosts: [],
    },
    shutdownTimeoutMs: 60_000,
    onFatal: "exit",
  });
});

Deno.test("taskmaster: refuses what it cannot use", () => {
  const text = source`
    taskmaster:
      name: ../x
      loglevel: verbose
      logfile_maxbytes: lots
      user: a b
      directory: /
      logdir:
    programs: {web: {cmd: x}}
  `;
  assert.deepEqual(messages(text), [
    'error: not a name: "../x" in taskmaster.name; expected letters, digits, and any of _ . -',
    'error: unknown value "verbose" in taskmaster.loglevel; expected debug, info, warn or error',
    'error: not a size: "lots" in taskmaster.logfile_maxbytes; expected a size such as 50MB, or 0',
    'error: not a user: "a b" in taskmaster.user; expected a user as "name" or "name:group"',
    'error: unknown key "directory" in taskmaster',
    "error: taskmaster.logdir has no value",
  ]);
});

Deno.test("taskmaster: warns of a path that needs a shell", () => {
  assert.deepEqual(messages("taskmaster: {logfile: ~/log}\nprograms: {web: {cmd: x}}\n"), [
    'warning: "~" in taskmaster.logfile is not expanded: it names a directory called "~"',
  ]);
});

Deno.test("logfile moves with logdir, and so do the files of programs", () => {
  const { daemon, programs } = loadClean("taskmaster: {logdir: /l}\nprograms: {web: {cmd: x}}\n");
  assert.equal(daemon.logfile, "/l/taskmaster.log");
  assert.deepEqual(programs.get("web")!.stdout, {
    kind: "file",
    path: "/l/{program}-{num}.stdout.log",
  });
});

/** A path of so many bytes. */
function longPath(bytes: number): string {
  return `/${"ü".repeat((bytes - 1) >> 1)}${"x".repeat((bytes - 1) & 1)}`;
}

Deno.test("socket may be as long as the system allows, and no longer", () => {
  assert.equal(daemon(`{socket: ${longPath(107)}}`).socket, longPath(107));
  assert.deepEqual(messages(`taskmaster: {socket: ${longPath(108)}}\nweb: {cmd: x}\n`), [
    `error: the path of the socket, "…${longPath(108).slice(-40)}", has 108 bytes; ` +
    "the system allows 107",
  ]);
});

Deno.test("socket that is too long because of another key is reported there", () => {
  const text = source`
    taskmaster:
      state_dir: ${longPath(100)}
    web: {cmd: x}
  `;
  assert.match(rendered(text), /^conf\.yaml:2:14: error: the path of the socket, "…/);
  assert.match(rendered(text), /help: write a shorter path as "socket" in the taskmaster section/);
  const byName = `taskmaster: {name: ${"n".repeat(100)}}\nweb: {cmd: x}\n`;
  assert.match(rendered(byName), /^conf\.yaml:1:20: error: the path of the socket, "…/);
});

Deno.test("socket in its default place fits, however long the file's name is", () => {
  const configPath = `/${"x".repeat(300)}.yml`;
  assert.match(daemon("{}", { configPath }).socket, /\/x{30}-[0-9a-f]{8}\/run\/control\.sock$/);
});

const HOME = { HOME: "/home/joe" };

Deno.test("defaultPlaces() are the system's when started as root", () => {
  assert.deepEqual(defaultPlaces("n", { startedAsRoot: true, env: HOME }), {
    stateDir: "/run/taskmaster/n",
    logdir: "/var/log/taskmaster/n",
  });
});

Deno.test("defaultPlaces() are the user's otherwise, with the runtime directory if there is one", () => {
  const at = (env: Record<string, string>) => defaultPlaces("n", { startedAsRoot: false, env });
  assert.deepEqual(at({ ...HOME, XDG_RUNTIME_DIR: "/run/user/1" }), {
    stateDir: "/run/user/1/taskmaster/n",
    logdir: "/home/joe/.local/state/taskmaster/n",
  });
  assert.deepEqual(at(HOME), {
    stateDir: "/home/joe/.local/state/taskmaster/n/run",
    logdir: "/home/joe/.local/state/taskmaster/n",
  });
  assert.deepEqual(at({ ...HOME, XDG_STATE_HOME: "/s" }), {
    stateDir: "/s/taskmaster/n/run",
    logdir: "/s/taskmaster/n",
  });
});

Deno.test("defaultPlaces() ignores variables that are not absolute paths", () => {
  const env = { HOME: "", XDG_STATE_HOME: "state", XDG_RUNTIME_DIR: "run" };
  assert.deepEqual(defaultPlaces("n", { startedAsRoot: false, env }), {
    stateDir: null,
    logdir: null,
  });
});

Deno.test("without a home directory the places have to be in the file", () => {
  assert.deepEqual(messages("programs: {web: {cmd: x}}\n", { env: {} }), [
    "error: no place for taskmaster.state_dir: HOME is not set",
    "error: no place for taskmaster.logdir: HOME is not set",
  ]);
  assert.equal(daemon("{state_dir: /s, logdir: /l}", { env: {} }).logfile, "/l/taskmaster.log");
});

Deno.test("defaultName() is stable, differs by directory, and is always a usable name", () => {
  assert.equal(defaultName("/a/conf.yaml"), defaultName("/a/conf.yaml"));
  assert.notEqual(defaultName("/a/conf.yaml"), defaultName("/b/conf.yaml"));
  for (const path of ["/a/ü b.yaml", "/a/.yaml", "/a/..", `/${"x".repeat(300)}.yml`]) {
    assert.match(defaultName(path), /^[A-Za-z0-9_.-]{1,39}$/);
    assert.equal(daemon(`{name: "${defaultName(path)}"}`).name, defaultName(path));
  }
});
