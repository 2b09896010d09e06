/** Which running taskmaster a client means. */
import assert from "node:assert/strict";
import { startTaskmaster } from "../support/taskmaster.ts";
import { isRoot, NOBODY, Place, testAsRoot } from "../support/taskmaster_place.ts";
import { type Ran, runTaskmaster } from "../support/taskmaster_run.ts";

const WEB = "web: {cmd: sleep 1000, starttime: 0}";

/** A place whose taskmaster keeps its socket where `name` says, as users' own do. */
async function namedPlace(home: Place, name: string): Promise<Place> {
  const place = await Place.create();
  const stateDir = `${home.directory}/taskmaster/${name}`;
  await Deno.mkdir(stateDir, { recursive: true });
  await Deno.chmod(stateDir, 0o700);
  if (isRoot) await Deno.chown(stateDir, NOBODY.uid, NOBODY.gid);
  await place.configure(WEB, `state_dir: ${stateDir}\nname: ${name}`);
  return place;
}

Deno.test("the one that is named, that has this file, or that has this socket", async () => {
  const home = await Place.create();
  // Others may have a taskmaster on this machine, with a name as plain.
  const mark = crypto.randomUUID().slice(0, 8);
  const names = [`one-${mark}`, `two-${mark}`] as const;
  const [one, two] = [await namedPlace(home, names[0]), await namedPlace(home, names[1])];
  const client = (...words: string[]): Promise<Ran> => runTaskmaster(words, { env: home.env });
  try {
    {
      await using first = await startTaskmaster({ programs: "", place: one });
      await first.next("web", "running");
      await using second = await startTaskmaster({ programs: "", place: two });
      await second.next("web", "running");
      assert.equal((await client("--name", names[1], "pid")).stdout, `${second.pid}\n`);
      assert.equal((await client("pid", "--name", names[0])).stdout, `${first.pid}\n`);
      assert.equal((await client("-c", one.config, "pid")).stdout, `${first.pid}\n`);
      const socket = `${home.directory}/taskmaster/${names[1]}/control.sock`;
      assert.equal((await client("--socket", socket, "pid")).stdout, `${second.pid}\n`);
      const unknown = await client("--name", `three-${mark}`, "pid");
      assert.equal(unknown.code, 6);
      assert.match(unknown.stderr, new RegExp(`no taskmaster "three-${mark}" runs`));
      await second.end();
      await first.end();
    }
    const gone = await client("-c", one.config, "status");
    assert.equal(gone.code, 6);
    assert.match(gone.stderr, /no taskmaster is running with the configuration ".*conf\.yaml"/);
    const missing = await client("-c", `${home.directory}/nothing.yaml`, "status");
    assert.equal(missing.code, 4);
    assert.match(missing.stderr, /^taskmaster: cannot read configuration ".*nothing\.yaml"/);
    const nowhere = await client("--socket", `${home.directory}/nothing.sock`, "status");
    assert.equal(nowhere.code, 6);
  } finally {
    for (const place of [one, two, home]) await place.remove();
  }
});

/** In a /run of its own: others may have a taskmaster on this machine. */
const OWN_RUN = ["unshare", "--mount", "--propagation", "slave"]
  .concat("sh", "-c", 'mount -t tmpfs none /run && exec "$@"', "sh");

testAsRoot("that of another user is said to be another's, with code 7", async () => {
  const home = await Place.create();
  const place = await namedPlace(home, "theirs");
  // The capability is for reading Deno's modules, which may lie in root's home; to connect to a
  // socket one has to be allowed to write.
  const as = ["setpriv", "--securebits=+no_setuid_fixup", "--reuid=4321", "--regid=4321"]
    .concat("--clear-groups", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search");
  try {
    await using tm = await startTaskmaster({ programs: "", place });
    await tm.next("web", "running");
    const options = { env: home.env, prefix: [...OWN_RUN, ...as] };
    const asked = await runTaskmaster(["status"], options);
    assert.deepEqual([asked.code, asked.stdout], [7, ""], asked.stderr);
    assert.match(asked.stderr, /^taskmaster: taskmaster theirs belongs to another user: .*sudo/);
    await tm.end();
  } finally {
    for (const each of [place, home]) await each.remove();
  }
});
