import assert from "node:assert/strict";
import { lchownSync } from "node:fs";
import { type DirectoryRequest, makeDirectory } from "../../../src/sys/files/make_directory.ts";
import { testInPlaceAsRoot, withPlace } from "../../support/empty_place.ts";

const ME = Deno.uid()!;
const STRANGER = 54321;
const OWNER = { uid: 54400, gid: 54401 };

function make(path: string, request: Partial<DirectoryRequest> = {}) {
  return makeDirectory({
    path,
    mode: 0o750,
    parentMode: 0o755,
    owner: null,
    trustedUids: [ME],
    ...request,
  });
}

/** "mode uid:gid" */
function look(path: string): string {
  const { mode, uid, gid } = Deno.lstatSync(path);
  return `${(mode! & 0o7777).toString(8)} ${uid}:${gid}`;
}

Deno.test("makeDirectory() creates parents with a mode of their own, whatever the umask", () =>
  withPlace((place) => {
    const status = make(`${place}/a/b/c`, { mode: 0o777, parentMode: 0o711 });
    assert.equal(status.mode, 0o777);
    const me = `${ME}:${Deno.gid()}`;
    assert.equal(look(`${place}/a`), `711 ${me}`);
    assert.equal(look(`${place}/a/b`), `711 ${me}`);
    assert.equal(look(`${place}/a/b/c`), `777 ${me}`);
  }));

testInPlaceAsRoot("makeDirectory() gives the owner the last directory only", (place) => {
  make(`${place}/a/b`, { owner: OWNER });
  assert.equal(look(`${place}/a`), "755 0:0");
  assert.equal(look(`${place}/a/b`), "750 54400:54401");
});

testInPlaceAsRoot("makeDirectory() leaves a directory that exists as it is", (place) => {
  Deno.mkdirSync(`${place}/a`, { mode: 0o711 });
  Deno.chownSync(`${place}/a`, STRANGER, STRANGER);
  const status = make(`${place}/a`, { owner: OWNER });
  assert.deepEqual([status.uid, status.mode], [STRANGER, 0o711]);
  assert.equal(look(`${place}/a`), "711 54321:54321");
});

testInPlaceAsRoot("makeDirectory() creates nothing in a stranger's directory", (place) => {
  Deno.mkdirSync(`${place}/a`);
  Deno.chownSync(`${place}/a`, STRANGER, STRANGER);
  assert.throws(() => make(`${place}/a/b`, { owner: OWNER }), {
    name: "UnsafePlaceError",
    message: `will not create "${place}/a/b": "${place}/a" belongs to uid 54321, ` +
      "who could redirect it; create the directory yourself or choose another place",
  });
  assert.deepEqual([...Deno.readDirSync(`${place}/a`)], []);
});

testInPlaceAsRoot("makeDirectory() does not follow a stranger's link", (place) => {
  Deno.mkdirSync(`${place}/target`);
  Deno.symlinkSync(`${place}/target`, `${place}/link`);
  chownLink(`${place}/link`);
  for (const path of [`${place}/link/b`, `${place}/link`]) {
    assert.throws(() => make(path, { owner: OWNER }), {
      name: "UnsafePlaceError",
      message: /the symbolic link ".*\/link" belongs to uid 54321/,
    });
  }
  assert.deepEqual([...Deno.readDirSync(`${place}/target`)], []);
  assert.equal(look(`${place}/target`), "755 0:0");
});

function chownLink(path: string): void {
  new Deno.Command("chown", { args: ["-h", `${STRANGER}`, path] }).outputSync();
}

testInPlaceAsRoot(
  "makeDirectory() creates nothing of root's where a link of the owner leads",
  (place) => {
    Deno.mkdirSync(`${place}/roots`);
    Deno.mkdirSync(`${place}/own`);
    Deno.mkdirSync(`${place}/own/real`);
    for (const path of [`${place}/own`, `${place}/own/real`]) {
      Deno.chownSync(path, OWNER.uid, OWNER.gid);
    }
    for (const [name, target] of [["away", "roots"], ["here", "own/real"]] as const) {
      Deno.symlinkSync(`${place}/${target}`, `${place}/own/${name}`);
      lchownSync(`${place}/own/${name}`, OWNER.uid, OWNER.gid);
    }
    const request = { owner: OWNER, trustedUids: [0, OWNER.uid] };
    assert.throws(
      () => make(`${place}/own/away/new`, request),
      /symbolic link of uid 54400 leads to/,
    );
    assert.deepEqual([...Deno.readDirSync(`${place}/roots`)], []);
    make(`${place}/own/here/new`, request);
    assert.equal(look(`${place}/own/real/new`), "750 54400:54401");
  },
);

Deno.test("makeDirectory() follows trusted links, relative and absolute", () =>
  withPlace((place) => {
    Deno.mkdirSync(`${place}/deep/real`, { recursive: true });
    Deno.symlinkSync("real/../real", `${place}/deep/relative`);
    Deno.symlinkSync(`${place}/deep/relative`, `${place}/absolute`);
    make(`${place}/absolute/a/b`);
    assert.ok(Deno.lstatSync(`${place}/deep/real/a/b`).isDirectory);
  }));

Deno.test("makeDirectory() gives up on links that lead in a circle", () =>
  withPlace((place) => {
    Deno.symlinkSync(`${place}/b`, `${place}/a`);
    Deno.symlinkSync(`${place}/a`, `${place}/b`);
    assert.throws(() => make(`${place}/a/c`), /too many symbolic links/);
  }));

Deno.test("makeDirectory() creates nothing where others may write, but in sticky places", () =>
  withPlace((place) => {
    Deno.mkdirSync(`${place}/open`);
    Deno.chmodSync(`${place}/open`, 0o777);
    assert.throws(() => make(`${place}/open/a`), {
      name: "UnsafePlaceError",
      message: /will not create ".*\/open\/a": others may write to ".*\/open".*chmod go-w/,
    });
    make(`${place}/open/a`, { trustedUids: null });
    Deno.chmodSync(`${place}/open`, 0o1777);
    make(`${place}/open/b`);
  }));

Deno.test("makeDirectory() names what is in the way", () =>
  withPlace((place) => {
    Deno.writeTextFileSync(`${place}/file`, "");
    assert.throws(() => make(`${place}/file/a`), {
      name: "SystemError",
      message: `cannot open "${place}/file": not a directory (ENOTDIR)`,
    });
  }));

Deno.test("makeDirectory() keeps no descriptors open", () =>
  withPlace((place) => {
    Deno.symlinkSync(place, `${place}/link`);
    make(`${place}/link/a`);
    Deno.chmodSync(place, 0o777);
    assert.throws(() => make(`${place}/link/b`));
    const open = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => {
      try {
        return Deno.readLinkSync(`/proc/self/fd/${name}`);
      } catch {
        return "";
      }
    });
    assert.deepEqual(open.filter((path) => path.startsWith(place)), []);
  }));
