import assert from "node:assert/strict";
import { check, cString, lastErrno, libc } from "../../src/sys/libc.ts";
import { SystemError } from "../../src/sys/system_error.ts";

Deno.test("libc() calls functions of the C library", () => {
  assert.equal(libc().getpid(), Deno.pid);
});

Deno.test("libc() does nothing before it is called", async () => {
  const libcUrl = new URL("../../src/sys/libc.ts", import.meta.url).href;
  // Without the permission for FFI, the import must still work.
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", `await import(${JSON.stringify(libcUrl)}); console.log("fine")`],
    stderr: "inherit",
  }).output();
  assert.equal(new TextDecoder().decode(output.stdout), "fine\n");
});

Deno.test("lastErrno() is that of the call before, many times in a row", () => {
  for (let round = 0; round < 10_000; round++) {
    assert.equal(libc().close(-1), -1);
    assert.equal(lastErrno(), 9);
    assert.equal(libc().kill(1 << 30, 0), -1);
    assert.equal(lastErrno(), 3);
  }
});

Deno.test("check() passes results on and throws for -1", () => {
  assert.equal(check(7, { call: "open" }), 7);
  assert.equal(check(7n, { call: "read" }), 7);
  assert.throws(
    () => check(libc().open(cString("/nowhere/x"), 0, 0), { call: "open", path: "/nowhere/x" }),
    (error) => error instanceof SystemError && error.code === "ENOENT" && error.call === "open",
  );
});

Deno.test("cString() ends with a NUL and refuses one inside", () => {
  assert.deepEqual(cString("é"), new Uint8Array([0xc3, 0xa9, 0]));
  assert.throws(() => cString("a\0b"), TypeError);
});
