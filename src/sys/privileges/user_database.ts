/**
 * Users and groups as the system knows them, directory services included: asked of libc, which asks
 * whatever nsswitch.conf(5) names, rather than read from /etc/passwd.
 */
import { err, ok, type Result } from "../../base/result.ts";
import { cString, libc } from "../libc.ts";
import { errnoName, errnoText } from "../system_error.ts";

/** Whom to become or to run as. */
export interface User {
  readonly name: string;
  readonly uid: number;
  /** The primary group: the one asked for, or the user's own. */
  readonly gid: number;
  readonly group: string;
  /** The primary and all supplementary groups. */
  readonly groups: readonly number[];
  readonly home: string;
  readonly shell: string;
}

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

interface GroupEntry {
  readonly name: string;
  readonly gid: number;
}

const ERANGE = 34;
/** How "no such entry" may be reported, apart from success without a result (getpwnam_r(3)). */
const NOT_FOUND = [1, 2, 3, 9]; // EPERM, ENOENT, ESRCH, EBADF
const FIRST_BUFFER_SIZE = 4096;
const LAST_BUFFER_SIZE = 16 * 1024 * 1024;

/**
 * Reads "NAME", "NAME:GROUP" and the same with numbers. The error is a line for a person that
 * names the unknown user or group. Numbers without an entry are taken as they are when both are
 * given, as containers need it; a user without an entry has no group of its own.
 */
export function lookUpUser(text: string): Result<User, string> {
  const [userText = "", groupText, ...rest] = text.split(":");
  if (userText === "" || text.includes("\0") || groupText === "" || rest.length > 0) {
    return err(`cannot read ${JSON.stringify(text)}: a user is given as NAME or NAME:GROUP`);
  }
  const user = findUser(userText, groupText !== undefined);
  if (!user.ok) return user;
  const group = groupText === undefined ? findGroupOf(user.value.gid) : findGroup(groupText);
  if (!group.ok) return group;
  const { name: groupName, gid } = group.value;
  return ok({ ...user.value, gid, group: groupName, groups: groupsOf(user.value.name, gid) });
}

function findUser(text: string, hasGroup: boolean): Result<PasswdEntry, string> {
  const byName = passwdByName(text);
  if (!byName.ok) return err(`cannot look up user "${text}": ${byName.error}`);
  if (byName.value !== undefined) return ok(byName.value);
  const uid = parseId(text);
  if (uid === undefined) return err(`unknown user "${text}"`);
  const byId = passwdById(uid);
  if (!byId.ok) return err(`cannot look up user "${text}": ${byId.error}`);
  if (byId.value !== undefined) return ok(byId.value);
  if (hasGroup) return ok({ name: text, uid, gid: uid, home: "/", shell: "/bin/sh" });
  return err(`unknown user "${text}": a uid without an entry needs a group, as in ${uid}:${uid}`);
}

function findGroup(text: string): Result<GroupEntry, string> {
  const byName = groupByName(text);
  if (!byName.ok) return err(`cannot look up group "${text}": ${byName.error}`);
  if (byName.value !== undefined) return ok(byName.value);
  const gid = parseId(text);
  return gid === undefined ? err(`unknown group "${text}"`) : findGroupOf(gid);
}

/** A gid is good without a name. */
function findGroupOf(gid: number): Result<GroupEntry, string> {
  const found = groupById(gid);
  if (!found.ok) return err(`cannot look up group "${gid}": ${found.error}`);
  return ok(found.value ?? { name: String(gid), gid });
}

/** The highest number is no id: the calls that change ids take it for "leave as it is". */
function parseId(text: string): number | undefined {
  const id = Number(text);
  return /^\d{1,10}$/.test(text) && id < 0xffffffff ? id : undefined;
}

/** One of the four functions, with its first argument filled in. */
type Query = (
  entry: DataView<ArrayBuffer>,
  strings: Uint8Array<ArrayBuffer>,
  size: bigint,
  result: DataView<ArrayBuffer>,
) => number;
/** Makes an entry of a C structure; `text` gives the string that a field at an offset points to. */
type Reader<Entry> = (entry: DataView, text: (offset: number) => string) => Entry;
type Found<Entry> = Result<Entry | undefined, string>;

function passwdByName(name: string): Found<PasswdEntry> {
  const cName = cString(name);
  return query((...rest) => libc().getpwnam_r(cName, ...rest), readPasswd);
}

function passwdById(uid: number): Found<PasswdEntry> {
  return query((...rest) => libc().getpwuid_r(uid, ...rest), readPasswd);
}

function groupByName(name: string): Found<GroupEntry> {
  const cName = cString(name);
  return query((...rest) => libc().getgrnam_r(cName, ...rest), readGroup);
}

function groupById(gid: number): Found<GroupEntry> {
  return query((...rest) => libc().getgrgid_r(gid, ...rest), readGroup);
}

/** Asks with ever larger buffers: a group may have thousands of members. */
function query<Entry>(ask: Query, read: Reader<Entry>): Found<Entry> {
  const entry = new DataView(new ArrayBuffer(64));
  const result = new DataView(new ArrayBuffer(8));
  for (let size = FIRST_BUFFER_SIZE; size <= LAST_BUFFER_SIZE; size *= 4) {
    const strings = new Uint8Array(size);
    // These functions return the error number; they do not set errno.
    const errno = ask(entry, strings, BigInt(size), result);
    if (errno === ERANGE) continue;
    if (NOT_FOUND.includes(errno)) return ok(undefined);
    if (errno !== 0) return err(`${errnoText(errno)} (${errnoName(errno)})`);
    const isFound = result.getBigUint64(0, true) !== 0n;
    return ok(isFound ? read(entry, (offset) => textAt(entry, offset, strings)) : undefined);
  }
  return err("its entry is too large");
}

/** The pointers in an entry all lead into the buffer for strings. */
function textAt(entry: DataView, offset: number, strings: Uint8Array<ArrayBuffer>): string {
  const base = Deno.UnsafePointer.value(Deno.UnsafePointer.of(strings));
  const start = Number(entry.getBigUint64(offset, true) - base);
  return new TextDecoder().decode(strings.subarray(start, strings.indexOf(0, start)));
}

/** struct passwd: name, password, uid, gid, full name, home, shell. */
function readPasswd(entry: DataView, text: (offset: number) => string): PasswdEntry {
  const uid = entry.getUint32(16, true);
  const gid = entry.getUint32(20, true);
  return { name: text(0), uid, gid, home: text(32), shell: text(40) };
}

/** struct group: name, password, gid, members. */
function readGroup(entry: DataView, text: (offset: number) => string): GroupEntry {
  return { name: text(0), gid: entry.getUint32(16, true) };
}

/** What initgroups(3) will set: `gid` and every group that lists the user as a member. */
function groupsOf(user: string, gid: number): number[] {
  const cName = cString(user);
  for (let capacity = 64;; capacity *= 4) {
    const gids = new Uint32Array(new ArrayBuffer(4 * capacity));
    const count = new Int32Array(new ArrayBuffer(4));
    count[0] = capacity;
    if (libc().getgrouplist(cName, gid, gids, count) !== -1) {
      return [...new Set(gids.subarray(0, count[0]))];
    }
  }
}
