/** Giving rights by a POSIX access control list, as setfacl(1) does, which few machines have. */

const OWNER = 0x01;
const USER = 0x02;
const OWN_GROUP = 0x04;
const GROUP = 0x08;
const MASK = 0x10;
const OTHERS = 0x20;
const NO_ID = 0xffffffff;

export interface Rights {
  /** Who may read and write, in directories enter as well. */
  readonly users?: readonly number[];
  readonly groups?: readonly number[];
  readonly ownGroupWrites?: boolean;
  /** What the mask leaves of these; everything by default. */
  readonly mask?: number;
}

/** The bytes of such a list: for the owner everything, for others to read. */
export function accessList(
  { users = [], groups = [], ownGroupWrites = false, mask = 7 }: Rights,
): Uint8Array<ArrayBuffer> {
  // In the order that the kernel wants.
  const entries = [
    [OWNER, 7, NO_ID],
    ...users.map((uid) => [USER, 7, uid]),
    [OWN_GROUP, ownGroupWrites ? 7 : 5, NO_ID],
    ...groups.map((gid) => [GROUP, 7, gid]),
    [MASK, mask, NO_ID],
    [OTHERS, 5, NO_ID],
  ];
  const view = new DataView(new ArrayBuffer(4 + 8 * entries.length));
  view.setUint32(0, 2, true);
  for (const [index, [tag = 0, rights = 0, id = 0]] of entries.entries()) {
    view.setUint16(4 + 8 * index, tag, true);
    view.setUint16(6 + 8 * index, rights, true);
    view.setUint32(8 + 8 * index, id, true);
  }
  return new Uint8Array(view.buffer);
}

/** False where the file system keeps no such lists. */
export function setAccessList(path: string, rights: Rights): boolean {
  const library = Deno.dlopen("libc.so.6", {
    setxattr: { parameters: ["buffer", "buffer", "buffer", "u64", "i32"], result: "i32" },
  });
  try {
    const [cPath, name] = [path, "system.posix_acl_access"].map((text) =>
      new TextEncoder().encode(`${text}\0`)
    );
    const bytes = accessList(rights);
    return library.symbols.setxattr(cPath!, name!, bytes, BigInt(bytes.length), 0) === 0;
  } finally {
    library.close();
  }
}

/** Whether the file system of temporary files keeps access control lists. */
export async function hasAccessLists(): Promise<boolean> {
  const file = await Deno.makeTempFile();
  try {
    return setAccessList(file, { users: [1] });
  } finally {
    await Deno.remove(file);
  }
}
