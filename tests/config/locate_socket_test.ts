import assert from "node:assert/strict";
import { locateSocket } from "../../src/config/locate_socket.ts";

const CONTEXT = {
  configPath: "/etc/conf.yaml",
  startedAsRoot: true,
  runsAsRoot: false,
  allowRoot: true,
  env: {},
};

const SECTION = "taskmaster:\n  state_dir: /srv/state\n  # a remark\n\n  name: x\n";

Deno.test.each([
  ["a whole file", `${SECTION}programs:\n  web: {cmd: x}\n`],
  ["a mistake in a program", `${SECTION}programs:\n  web: {cdm: x}\n`],
  ["broken YAML after it", `${SECTION}programs:\n  web: {cmd: [\n`],
  ["broken YAML before it", `programs:\n  web: {cmd: [\n${SECTION}`],
  ["a mistake in the section", `${SECTION}  umask: 999\nprograms:\n`],
])("the socket is found in %s", (_what, text) => {
  assert.equal(locateSocket(text, CONTEXT), "/srv/state/control.sock");
});

Deno.test("without the section it is in the usual place", () => {
  assert.match(
    locateSocket("web: {cmd: x", CONTEXT) ?? "",
    /^\/run\/taskmaster\/conf-[0-9a-f]+\/control\.sock$/,
  );
});

Deno.test("a section that cannot be read tells nothing", () => {
  assert.equal(locateSocket("taskmaster:\n  state_dir: [\n", CONTEXT), null);
});
