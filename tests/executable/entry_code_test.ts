/** What runs before Deno in the executable; that for x86-64 is run by the other tests. */
import assert from "node:assert/strict";
import { Elf } from "../../tools/executable/elf.ts";
import { entryCode } from "../../tools/executable/entry_code.ts";

const REQUEST = {
  at: 0x6000000,
  entry: 0x1e04000,
  setenv: 0x5d68ff8,
  variables: { A: "b" },
  words: ["one", "three"],
};

/** As a disassembler shows it. */
const FOR_ARM64: readonly (readonly [number, string])[] = [
  [0xa9bf7be0, "stp x0, x30, [sp, #-16]!"],
  [0x10000240, "adr x0, #72"],
  [0x50000221, "adr x1, #70"],
  [0x52800022, "mov w2, #1"],
  [0x90ffeb50, "adrp x16, #-2719744"],
  [0xf947fe10, "ldr x16, [x16, #4088]"],
  [0xd63f0200, "blr x16"],
  [0xa8c17be0, "ldp x0, x30, [sp], #16"],
  [0xf94003e9, "ldr x9, [sp]"],
  [0xf94007ea, "ldr x10, [sp, #8]"],
  [0xd10043ff, "sub sp, sp, #16"],
  [0x91000929, "add x9, x9, #2"],
  [0xf90003e9, "str x9, [sp]"],
  [0xf90007ea, "str x10, [sp, #8]"],
  [0x100000c9, "adr x9, #24"],
  [0xf9000be9, "str x9, [sp, #16]"],
  [0x100000a9, "adr x9, #20"],
  [0xf9000fe9, "str x9, [sp, #24]"],
  [0x16f80fee, "b #-69189704"],
];

Deno.test("entry code for arm64 is what a disassembler reads out of it", () => {
  const code = entryCode("aarch64", REQUEST);
  const view = new DataView(code.buffer);
  FOR_ARM64.forEach(([instruction, text], index) => {
    assert.equal(view.getUint32(4 * index, true).toString(16), instruction.toString(16), text);
  });
  const texts = new TextDecoder().decode(code.subarray(4 * FOR_ARM64.length));
  assert.equal(texts, "A\0b\0one\0three\0");
});

Deno.test("entry code refuses what would misalign the stack, and what is out of reach", () => {
  for (const machine of ["x86-64", "aarch64"] as const) {
    assert.throws(() => entryCode(machine, { ...REQUEST, words: ["one"] }), /odd number/);
    assert.throws(() => entryCode(machine, { ...REQUEST, words: ["a\0b", "c"] }), /NUL/);
  }
  const far = { ...REQUEST, at: REQUEST.entry + 2 ** 28 };
  assert.throws(() => entryCode("aarch64", far), /does not fit/);
});

Deno.test("a file that cannot take the program is refused with the reason", async () => {
  assert.throws(() => new Elf(new TextEncoder().encode("#!/bin/sh\n")), /no 64-bit ELF file/);
  const deno = await Deno.readFile(Deno.execPath());
  assert.throws(() => new Elf(deno).slotOf("no_such_function"), /does not use no_such_function/);
  deno[18] = 0xf3; // RISC-V
  assert.throws(() => new Elf(deno), /neither for x86-64 nor for arm64/);
});
