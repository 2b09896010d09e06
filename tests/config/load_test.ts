import assert from "node:assert/strict";
import { source } from "../support/source.ts";
import { load, loadClean, rendered } from "./support.ts";

/** Files as people wrote them. They are not called .yaml lest a formatter tidies them up. */
function seed(name: string): string {
  return Deno.readTextFileSync(new URL(`seeds/${name}.conf`, import.meta.url));
}

Deno.test("loadConfiguration() loads the subject's example once its indentation is right", () => {
  const { programs } = loadClean(seed("subject-example-fixed"));
  assert.deepEqual([...programs.keys()], ["nginx", "vogsphere"]);
  const nginx = programs.get("nginx")!;
  assert.deepEqual(nginx.command, ["/usr/local/bin/nginx", "-c", "/etc/nginx/test.conf"]);
  assert.deepEqual(nginx.exitcodes, [0, 2]);
  assert.equal(nginx.umask, 0o022);
  assert.deepEqual(nginx.env, {});
  const vogsphere = programs.get("vogsphere")!;
  assert.equal(vogsphere.umask, 0o077);
  assert.equal(vogsphere.stopsignal, "USR1");
  assert.deepEqual(vogsphere.exitcodes, [0]);
});

Deno.test("loadConfiguration() tells the subject's example how to repair its indentation", () => {
  assert.equal(
    rendered(seed("subject-example")),
    source`
      conf.yaml:2:5: error: program "nginx" is empty: its keys are not indented under it
       2 |     nginx:
         |     ^^^^^
         = help: indent "cmd" to "env" (lines 3 to 18) under "nginx:"
      conf.yaml:3:5: note: this key should be indented
       3 |     cmd: "/usr/local/bin/nginx -c /etc/nginx/test.conf"
         |     ^^^
      conf.yaml:20:1: error: program "vogsphere" is outside "programs"
       20 | vogsphere:
          | ^^^^^^^^^
          = help: indent it and its keys under "programs:"
      conf.yaml:1:1: note: programs begin here
        1 | programs:
          | ^^^^^^^^
      2 problems: 2 errors`,
  );
});

Deno.test("loadConfiguration() loads a file of programs without the key above them", () => {
  const { programs } = loadClean(seed("no-programs-key"));
  assert.deepEqual([...programs.keys()], ["nginx", "vogsphere"]);
  assert.equal(programs.get("nginx")!.umask, 0o77);
  assert.deepEqual(programs.get("vogsphere")!.fatalStateReportAddress, {
    host: "127.0.0.1",
    port: 8080,
  });
});

Deno.test("loadConfiguration() loads the example with two short programs", () => {
  const { programs } = loadClean(seed("two-short-programs"));
  assert.equal(programs.get("ls")!.starttimeMs, 0);
  assert.deepEqual(programs.get("sleep")!.env, { STARTED_BY: "taskmaster", ANSWER: "42" });
});

Deno.test("loadConfiguration() reports all mistakes of a file, in file order", () => {
  const text = source`
    taskmaster:
      loglevl: debug
    programs:
      web:
        cmd: x
        stopsignal: TERMINATE
        numprocs: 0
        stopsignl: TERM
      db:
        command: y
        umask: 089
      log:
        cmd: z
        exitcodes: [0, 256]
        killasgroup: false
  `;
  assert.equal(
    rendered(text),
    source`
      conf.yaml:2:3: error: unknown key "loglevl" in taskmaster
       2 |   loglevl: debug
         |   ^^^^^^^
         = help: did you mean "loglevel"?
      conf.yaml:6:17: error: unknown signal "TERMINATE" in programs.web.stopsignal
       6 |     stopsignal: TERMINATE
         |                 ^^^^^^^^^
         = help: did you mean "TERM"?
      conf.yaml:7:15: error: number too small: "0" in programs.web.numprocs; expected a whole number from 1 to 10000
       7 |     numprocs: 0
         |               ^
      conf.yaml:8:5: error: unknown key "stopsignl" in programs.web
       8 |     stopsignl: TERM
         |     ^^^^^^^^^
         = help: did you mean "stopsignal"?
      conf.yaml:10:5: error: unknown key "command" in programs.db
       10 |     command: y
          |     ^^^^^^^
          = help: write "cmd"
      conf.yaml:11:12: error: not an octal number: "089" in programs.db.umask; expected an octal number from 0 to 777
       11 |     umask: 089
          |            ^^^
      conf.yaml:14:20: error: number too large: "256" in programs.log.exitcodes[1]; expected a whole number from 0 to 255
       14 |     exitcodes: [0, 256]
          |                    ^^^
      conf.yaml:15:5: warning: programs.log is stopped as a group but killed alone: what it started may outlive it
       15 |     killasgroup: false
          |     ^^^^^^^^^^^
          = help: remove "killasgroup: false", or add "stopasgroup: false"
      8 problems: 7 errors, 1 warning`,
  );
});

Deno.test("loadConfiguration() gives a configuration in spite of warnings, none after an error", () => {
  const warned = load("programs: {web: {cmd: x, killasgroup: false}}");
  assert.equal(warned.report.diagnostics[0]?.severity, "warning");
  assert.equal(warned.configuration?.programs.get("web")?.killasgroup, false);
  assert.equal(load("programs: {a: {cmd: x}, b: {}}").configuration, null);
});
