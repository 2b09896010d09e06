/**
 * POSIX access control lists, which give rights beside those of the mode (acl(5)), as the kernel
 * keeps them: linux/posix_acl_xattr.h.
 */
import { err, ok, type Result } from "../../base/result.ts";
import { cString, lastErrno, libc } from "../libc.ts";
import { errnoName } from "../system_error.ts";

const ATTRIBUTE = "system.posix_acl_access";
/** XATTR_SIZE_MAX */
const LARGEST_BYTES = 65_536;
const ENODATA = 61;
const EOPNOTSUPP = 95;
/** The errno of one failure may be lost, see `lastErrno`; that of all of them will not be. */
const ATTEMPTS = 3;

const VERSION = 2;
const HEADER_BYTES = 4;
const ENTRY_BYTES = 8;
const WRITES = 2;

/** By the number that stands for it. */
const TAGS: Readonly<Record<number, Tag>> = {
  0x01: "owner",
  0x02: "user",
  0x04: "own-group",
  0x08: "group",
  0x10: "mask",
  0x20: "others",
};

type Tag = "owner" | "user" | "own-group" | "group" | "mask" | "others";

/** Who may write beside the owner, as the list says. */
export interface Writers {
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  /** The group that the file belongs to. */
  readonly ownGroup: boolean;
  readonly others: boolean;
}

/**
 * Who may write by the list of a file that is open, or of a path. null when it has none: then its
 * mode says it all. The error is why that cannot be told.
 */
export function writersByList(target: number | string): Result<Writers | null, string> {
  const bytes = new Uint8Array(LARGEST_BYTES);
  for (let attempt = 1;; attempt++) {
    const size = getAttribute(target, bytes);
    if (size !== -1) return parseAccessList(bytes.subarray(0, size));
    const errno = lastErrno();
    if (errno === ENODATA || errno === EOPNOTSUPP) return ok(null);
    if (attempt === ATTEMPTS) return err(`cannot be read (${errnoName(errno)})`);
  }
}

function getAttribute(target: number | string, into: Uint8Array<ArrayBuffer>): number {
  const name = cString(ATTRIBUTE);
  const size = BigInt(into.length);
  if (typeof target === "number") return libc().fgetxattr(target, name, into, size);
  return libc().getxattr(cString(target), name, into, size);
}

/** What is not understood as a whole is an error: it may give rights to anybody. */
export function parseAccessList(bytes: Uint8Array): Result<Writers, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isWhole = bytes.length >= HEADER_BYTES && (bytes.length - HEADER_BYTES) % ENTRY_BYTES === 0;
  if (!isWhole) return err(`is of ${bytes.length} bytes`);
  const version = view.getUint32(0, true);
  if (version !== VERSION) return err(`is of version ${version}`);
  const entries: { readonly tag: Tag; readonly writes: boolean; readonly id: number }[] = [];
  for (let at = HEADER_BYTES; at < bytes.length; at += ENTRY_BYTES) {
    const number = view.getUint16(at, true);
    const tag = TAGS[number];
    if (tag === undefined) return err(`has an entry of the unknown kind ${number}`);
    const writes = (view.getUint16(at + 2, true) & WRITES) !== 0;
    entries.push({ tag, writes, id: view.getUint32(at + 4, true) });
  }
  // A list without a mask limits nothing.
  const mask = entries.every(({ tag, writes }) => tag !== "mask" || writes);
  const writing = entries.filter(({ writes }) => writes);
  const idsOf = (wanted: Tag) =>
    writing.filter(({ tag }) => mask && tag === wanted).map(({ id }) => id);
  return ok({
    uids: idsOf("user"),
    gids: idsOf("group"),
    ownGroup: mask && writing.some(({ tag }) => tag === "own-group"),
    others: writing.some(({ tag }) => tag === "others"),
  });
}
