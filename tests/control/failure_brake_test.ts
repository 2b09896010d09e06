import assert from "node:assert/strict";
import { FailureBrake } from "../../src/control/failure_brake.ts";
import { networkOf } from "../../src/control/network.ts";
import { WorkLimit } from "../../src/control/work_limit.ts";

Deno.test("networkOf() takes what one customer has for one", () => {
  assert.equal(networkOf("192.0.2.1"), "192.0.2.1");
  assert.equal(networkOf("::ffff:192.0.2.1"), "192.0.2.1");
  assert.equal(networkOf("2001:DB8:0:1::5"), "2001:db8:0:1::/64");
  assert.equal(networkOf("2001:db8:0000:0001:1:2:3:4"), "2001:db8:0:1::/64");
  assert.equal(networkOf("fe80::1%eth0"), "fe80:0:0:0::/64");
  assert.equal(networkOf("::1"), "0:0:0:0::/64");
});

Deno.test("FailureBrake forgets the oldest of very many addresses", () => {
  let now = 0;
  const brake = new FailureBrake(() => now);
  const fail = (address: string) => {
    now += 1000; // so that all together are not too many
    assert.equal(brake.begin(address).kind, "go");
  };
  for (let count = 0; count < 5; count++) fail("192.0.2.1");
  assert.equal(brake.waitOf("192.0.2.1"), 1000);
  for (let number = 0; number < 1000; number++) fail(`10.0.${number >> 8}.${number & 255}`);
  now -= 1_000_000;
  assert.equal(brake.waitOf("192.0.2.1"), 0);
});

Deno.test("FailureBrake takes back what was no failure", () => {
  const brake = new FailureBrake(() => 0);
  for (let count = 0; count < 1000; count++) {
    const attempt = brake.begin("192.0.2.1");
    assert.ok(attempt.kind === "go");
    attempt.giveBack();
  }
  assert.equal(brake.waitOf("192.0.2.1"), 0);
});

Deno.test("WorkLimit runs what waits in its order, also after a failure", async () => {
  const limit = new WorkLimit({ atOnce: 1, waiting: 2 });
  const gate = Promise.withResolvers<void>();
  const done: number[] = [];
  const first = limit.run(async () => {
    await gate.promise;
    throw new Error("failed");
  });
  const second = limit.run(() => Promise.resolve(done.push(2)));
  const third = limit.run(() => Promise.resolve(done.push(3)));
  assert.equal(limit.run(() => Promise.resolve()), null);
  assert.deepEqual(done, []);
  gate.resolve();
  await assert.rejects(first!, /failed/);
  await Promise.all([second, third]);
  assert.deepEqual(done, [2, 3]);
});
