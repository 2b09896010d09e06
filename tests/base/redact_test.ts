import assert from "node:assert/strict";
import { redact } from "../../src/base/redact.ts";

Deno.test.each([
  ["535 hunter2xx is wrong", "535 *** is wrong"],
  [`AUTH PLAIN ${btoa("hunter2xx")}`, "AUTH PLAIN ***"],
  [`AUTH PLAIN ${btoa("\0u\0hunter2xx")}`, "AUTH PLAIN ***"],
  [`AUTH PLAIN ${btoa("\0me\0hunter2xx")}.`, "AUTH PLAIN ***."],
  [`AUTH PLAIN ${btoa("\0joe\0hunter2xx")} for /joe`, "AUTH PLAIN *** for /joe"],
  [`Basic ${btoa("me:hunter2xx:more")}`, "Basic ***"],
  ["GET /?p=a%20b%26c", "GET /?p=***"],
  ["GET /?p=a b&c", "GET /?p=***"],
  ["the abc stays", "the abc stays"],
])("redact() makes of %s %s", (text, expected) => {
  assert.equal(redact(text, ["hunter2xx", "a b&c", "abc", ""]), expected);
});
