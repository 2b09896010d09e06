import assert from "node:assert/strict";
import { type Places, preparePlaces } from "../../../src/sys/privileges/prepare_places.ts";
import { testInPlaceAsRoot, withPlace } from "../../support/empty_place.ts";

const OWNER = { name: "web", uid: 54400, gid: 54401 };

function placesIn(place: string, owner: Places["owner"]): Places {
  return {
    daemon: {
      stateDir: `${place}/run/taskmaster/demo`,
      logdir: `${place}/log/taskmaster/demo`,
      logfile: `${place}/log/taskmaster/demo/taskmaster.log`,
      pidfile: `${place}/pid/taskmaster.pid`,
      socket: `${place}/socket/control.sock`,
      socketMode: 0o600,
    },
    hasLogfile: true,
    outputDirectories: [`${place}/log/web`, `${place}/log/web`, "/dev"],
    owner,
  };
}

/** "mode uid:gid" */
function look(path: string): string {
  const { mode, uid, gid } = Deno.lstatSync(path);
  return `${(mode! & 0o7777).toString(8)} ${uid}:${gid}`;
}

testInPlaceAsRoot(
  "preparePlaces() as root gives the user its directories and keeps the parents",
  (place) => {
    preparePlaces(placesIn(place, OWNER));
    assert.equal(look(`${place}/run`), "755 0:0");
    assert.equal(look(`${place}/run/taskmaster`), "755 0:0");
    assert.equal(look(`${place}/run/taskmaster/demo`), "700 54400:54401");
    assert.equal(look(`${place}/log/taskmaster`), "755 0:0");
    assert.equal(look(`${place}/log/taskmaster/demo`), "750 54400:54401");
    assert.equal(look(`${place}/log/web`), "750 54400:54401");
    assert.equal(look(`${place}/pid`), "750 54400:54401");
    assert.equal(look(`${place}/socket`), "700 54400:54401");
  },
);

testInPlaceAsRoot("preparePlaces() lets those pass whom the socket lets in", (place) => {
  const places = placesIn(place, OWNER);
  preparePlaces({ ...places, daemon: { ...places.daemon, socketMode: 0o660 } });
  assert.equal(look(`${place}/socket`), "755 54400:54401");
});

testInPlaceAsRoot("preparePlaces() as root works again on what it has made", (place) => {
  preparePlaces(placesIn(place, OWNER));
  preparePlaces(placesIn(place, OWNER));
  assert.equal(look(`${place}/run/taskmaster/demo`), "700 54400:54401");
});

testInPlaceAsRoot("preparePlaces() as root changes nothing that was there before", (place) => {
  Deno.mkdirSync(`${place}/log/web`, { recursive: true, mode: 0o755 });
  preparePlaces(placesIn(place, OWNER));
  assert.equal(look(`${place}/log/web`), "755 0:0");
});

testInPlaceAsRoot(
  "preparePlaces() refuses a state directory of somebody else, and says what to do",
  (place) => {
    preparePlaces(placesIn(place, { name: "other", uid: 54500, gid: 54500 }));
    const path = `${place}/run/taskmaster/demo`;
    assert.throws(() => preparePlaces(placesIn(place, OWNER)), {
      name: "PlaceError",
      message: `the state directory "${path}" belongs to 54500, not to web: ` +
        `remove it, or give it away with chown -R web "${path}"`,
    });
  },
);

testInPlaceAsRoot(
  "preparePlaces() as root is not led away by a link that the user planted",
  (place) => {
    Deno.mkdirSync(`${place}/precious`);
    Deno.mkdirSync(`${place}/log`);
    Deno.chmodSync(`${place}/log`, 0o1777);
    Deno.symlinkSync(`${place}/precious`, `${place}/log/web`);
    new Deno.Command("chown", { args: ["-h", "54321", `${place}/log/web`] }).outputSync();
    assert.match(preparePlaces(placesIn(place, OWNER)).join(), /belongs to uid 54321/);
    assert.equal(look(`${place}/precious`), "755 0:0");
  },
);

Deno.test("preparePlaces() refuses a state directory that others may write", () =>
  withPlace((place) => {
    const places = placesIn(place, null);
    Deno.mkdirSync(places.daemon.stateDir, { recursive: true });
    Deno.chmodSync(places.daemon.stateDir, 0o770);
    assert.throws(() => preparePlaces(places), {
      name: "PlaceError",
      message: `the state directory "${places.daemon.stateDir}" may be written by others ` +
        `(mode 0770): chmod 700 "${places.daemon.stateDir}"`,
    });
  }));

Deno.test("preparePlaces() names a path that cannot be created", () =>
  withPlace((place) => {
    Deno.writeTextFileSync(`${place}/run`, "");
    assert.throws(
      () => preparePlaces(placesIn(place, null)),
      { message: `cannot open "${place}/run": not a directory (ENOTDIR)` },
    );
  }));

testInPlaceAsRoot("preparePlaces() as an ordinary user keeps everything to that user", (place) => {
  Deno.chmodSync(place, 0o777);
  const source = new URL("../../../src/sys/privileges/prepare_places.ts", import.meta.url).href;
  const code = `import { preparePlaces } from ${JSON.stringify(source)};
    preparePlaces(${JSON.stringify(placesIn(place, null))});`;
  const output = new Deno.Command("setpriv", {
    args: [
      ...["--reuid=54400", "--regid=54401", "--clear-groups"],
      ...[Deno.execPath(), "eval", "--no-lock", code],
    ],
    env: { DENO_DIR: `${place}/cache`, HOME: place },
  }).outputSync();
  assert.equal(new TextDecoder().decode(output.stderr), "");
  assert.equal(look(`${place}/run`), "700 54400:54401");
  assert.equal(look(`${place}/run/taskmaster/demo`), "700 54400:54401");
  assert.equal(look(`${place}/log/web`), "700 54400:54401");
});
