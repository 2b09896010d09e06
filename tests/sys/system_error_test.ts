import assert from "node:assert/strict";
import { errnoName, errnoText, SystemError } from "../../src/sys/system_error.ts";

Deno.test("SystemError says what was tried, on what, and why it failed", () => {
  const error = new SystemError({ call: "open", errno: 13, path: "/var/log/web.log" });
  assert.equal(error.message, 'cannot open "/var/log/web.log": permission denied (EACCES)');
  assert.equal(error.code, "EACCES");
  assert.equal(error.call, "open");
  assert.equal(error.path, "/var/log/web.log");
});

Deno.test("SystemError prefers a plain description to the name of the call", () => {
  const error = new SystemError({ call: "mkdirat", errno: 17, path: "/x", action: "create" });
  assert.equal(error.message, 'cannot create "/x": file already exists (EEXIST)');
});

Deno.test("SystemError leaves out a path that it does not have", () => {
  const error = new SystemError({ call: "epoll_create1", errno: 24 });
  assert.equal(error.message, "cannot epoll_create1: too many open files (EMFILE)");
});

Deno.test.each<[number, string, string]>([
  [1, "EPERM", "operation not permitted"],
  [3, "ESRCH", "no such process"],
  [8, "ENOEXEC", "exec format error"],
  [11, "EAGAIN", "resource temporarily unavailable"],
  [28, "ENOSPC", "no space left on device"],
  [30, "EROFS", "read-only file system"],
  [116, "ESTALE", "stale file handle"],
  [122, "EDQUOT", "disk quota exceeded"],
  [4711, "errno 4711", "unknown error"],
])("errno %s is %s, %s", (errno, name, text) => {
  assert.equal(errnoName(errno), name);
  assert.equal(errnoText(errno), text);
});
