/** Tokens of the API from the outside world: where they come from, and where they must not get to. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { childEnvironment } from "../support/child_environment.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { Place, testAsRoot } from "../support/taskmaster_place.ts";

const SECRET = "a-secret-of-0123456789";
const SLEEP = "cmd: sleep 1000, starttime: 0";

function http(token: string): string {
  return `http: {listen: "127.0.0.1:0", tokens: {ci: {${token}}}}`;
}

Deno.test("programs do not inherit the variable of a token, and the log does not have it", async () => {
  await using tm = await startTaskmaster({
    programs: `
      web: {${SLEEP}}
      own: {${SLEEP}, env: {CI_TOKEN: another}}
    `,
    daemon: http("token_env: CI_TOKEN"),
    env: { CI_TOKEN: SECRET, LATER_TOKEN: `later-${SECRET}`, PLAIN: "yes" },
  });
  const web = await childEnvironment(tm, (await tm.next("web", "running")).pid);
  assert.equal(web.PLAIN, "yes");
  assert.equal(web.CI_TOKEN, undefined);
  assert.equal(web.LATER_TOKEN, `later-${SECRET}`);
  const own = await childEnvironment(tm, (await tm.next("own", "running")).pid);
  assert.equal(own.CI_TOKEN, "another");
  await tm.rewriteConfig(`db: {${SLEEP}}\n`, http("token_env: LATER_TOKEN"));
  tm.signal("SIGHUP");
  const { summary } = await tm.next(null, "reloaded");
  assert.match(summary, /settings updated \(http\.tokens\)/);
  const db = await childEnvironment(tm, (await tm.next("db", "running")).pid);
  assert.equal(db.LATER_TOKEN, undefined);
  assert.equal(db.CI_TOKEN, undefined, "what was a secret remains one");
  await tm.end();
  assert.ok(!JSON.stringify(tm.log).includes(SECRET));
});

Deno.test("a variable that is not set ends the start, and a reload that needs one changes nothing", async () => {
  await using tm = await startTaskmaster({
    programs: `web: {${SLEEP}}\n`,
    daemon: http("token_env: CI_TOKEN"),
  });
  assert.equal(await tm.ended(), 4);
  assert.match(
    tm.stderr(),
    /^taskmaster: taskmaster\.http\.tokens\.ci: the variable CI_TOKEN is not/m,
  );
  await using other = await startTaskmaster({
    programs: `web: {${SLEEP}}\n`,
    daemon: http(`token: ${SECRET}`),
  });
  await other.next("web", "running");
  await other.rewriteConfig(`db: {${SLEEP}}\n`, http("token_env: CI_TOKEN"));
  other.signal("SIGHUP");
  const { problems } = await other.next(null, "reload_refused");
  assert.match(problems, /the variable CI_TOKEN is not set/);
  assert.equal(other.childrenOf().length, 1);
  await other.end();
});

testAsRoot("a file of root's is read before root is given up, and stays known", async () => {
  const place = await Place.create();
  try {
    const path = join(place.directory, "token");
    await Deno.writeTextFile(path, SECRET, { mode: 0o600 });
    await place.configure(`web: {${SLEEP}}\n`, http(`token_file: ${path}`));
    await using tm = await startTaskmaster({ programs: "", place });
    await tm.next("web", "running");
    await tm.rewriteConfig(`db: {${SLEEP}}\n`, http(`token_file: ${path}`));
    tm.signal("SIGHUP");
    await tm.next(null, "reloaded");
    await tm.rewriteConfig(`db: {${SLEEP}}\n`, http(`token_file: ${path}2`));
    await Deno.writeTextFile(`${path}2`, SECRET, { mode: 0o600 });
    tm.signal("SIGHUP");
    const { problems } = await tm.next(null, "reload_refused");
    assert.match(problems, /cannot read ".*token2": permission denied \(EACCES\)/);
    await tm.end();
  } finally {
    await place.remove();
  }
});
