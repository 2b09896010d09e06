import assert from "node:assert/strict";
import { isAllowedHost, isAllowedOrigin } from "../../src/control/request_origin.ts";

const hosts = ["tm.example.com", "fd00::1"];

const HOSTS: readonly (readonly [host: string | undefined, listen: string, allowed: boolean])[] = [
  ["localhost:9001", "127.0.0.1", true],
  ["LOCALHOST", "127.0.0.1", true],
  ["localhost.:9001", "127.0.0.1", true],
  ["127.0.0.1:8080", "127.0.0.1", true],
  ["127.8.9.10", "127.0.0.1", true],
  ["[::1]:9001", "127.0.0.1", true],
  ["[0:0::1]:9001", "127.0.0.1", true],
  ["tm.example.com", "127.0.0.1", true],
  ["TM.Example.com:443", "127.0.0.1", true],
  ["[fd00:0::1]:9001", "127.0.0.1", true],
  ["192.0.2.1:9001", "192.0.2.1", true],
  ["db1:9001", "db1", true],
  ["[2001:db8::1]:9001", "2001:DB8:0::1", true],
  ["192.0.2.7:9001", "0.0.0.0", true],
  ["[2001:db8::2]", "::", true],
  ["192.0.2.7:9001", "127.0.0.1", false],
  ["evil.example:9001", "127.0.0.1", false],
  ["evil.example:9001", "0.0.0.0", false],
  ["tm.example.com.evil.example", "127.0.0.1", false],
  ["127.0.0.1.evil.example", "127.0.0.1", false],
  ["localhost.evil.example", "127.0.0.1", false],
  ["evil.example#localhost", "127.0.0.1", false],
  ["localhost@evil.example", "127.0.0.1", false],
  ["evil.example/localhost", "127.0.0.1", false],
  ["localhost:9001:1", "127.0.0.1", false],
  ["", "127.0.0.1", false],
  [undefined, "127.0.0.1", false],
  ["[::1", "127.0.0.1", false],
];

for (const [host, listen, allowed] of HOSTS) {
  Deno.test(`isAllowedHost() ${allowed ? "accepts" : "refuses"} ${host} on ${listen}`, () => {
    const settings = { listen: { host: listen, port: 9001 }, hosts };
    assert.equal(isAllowedHost(host, settings), allowed);
  });
}

const ORIGINS: readonly (readonly [
  origin: string | undefined,
  host: string | undefined,
  allowed: boolean,
])[] = [
  [undefined, "localhost:9001", true],
  ["http://localhost:9001", "localhost:9001", true],
  ["http://LocalHost:9001", "localhost:9001", true],
  ["https://tm.example.com", "tm.example.com", true],
  ["https://tm.example.com", "tm.example.com:443", true],
  ["http://tm.example.com", "tm.example.com:80", true],
  ["http://[::1]:9001", "[::1]:9001", true],
  ["http://localhost:9002", "localhost:9001", false],
  ["http://evil.example", "localhost:9001", false],
  ["http://tm.example.com", "tm.example.com:443", false],
  ["null", "localhost:9001", false],
  ["", "localhost:9001", false],
  ["file://localhost:9001", "localhost:9001", false],
  ["http://localhost:9001", undefined, false],
  ["http://localhost:9001", "evil@localhost:9001", false],
];

for (const [origin, host, allowed] of ORIGINS) {
  Deno.test(`isAllowedOrigin() ${allowed ? "accepts" : "refuses"} ${origin} for ${host}`, () => {
    assert.equal(isAllowedOrigin(origin, host), allowed);
  });
}
