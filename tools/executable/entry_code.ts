/**
 * Machine code that runs where an executable would begin: it sets environment variables, puts words
 * into the command line, and goes on to where the executable did begin. The dynamic linker has done
 * its work by then, so functions of libc can be called.
 *
 * What the kernel leaves on the stack (ABI, "initial process stack") is, upwards from the stack
 * pointer: the number of words, their addresses, 0, the environment, and more. Words are put in
 * behind the first one by moving the number and the first one down. What `ps` and /proc show of the
 * command line stays what the user has typed.
 */
export type Machine = "x86-64" | "aarch64";

export interface EntryRequest {
  /** The address of the first byte. */
  readonly at: number;
  /** Where to go on. */
  readonly entry: number;
  /** Where the address of libc's setenv is found. */
  readonly setenv: number;
  /** Replace what the user has set. */
  readonly variables: Readonly<Record<string, string>>;
  /** An even number, which keeps the stack aligned to 16 bytes. */
  readonly words: readonly string[];
}

/** The code with all that it refers to; wants to be mapped executable, not writable. */
export function entryCode(machine: Machine, request: EntryRequest): Uint8Array {
  if (request.words.length % 2 !== 0) throw new Error("an odd number of words to put in");
  const write = machine === "x86-64" ? x86 : aarch64;
  // Instructions have the same size wherever the texts lie, so that a first try tells the size.
  const size = write(request, new Texts(request.at)).length;
  const texts = new Texts(request.at + size);
  const code = write(request, texts);
  return new Uint8Array([...code, ...texts.bytes]);
}

/** C strings, one after the other. */
class Texts {
  readonly bytes: number[] = [];
  readonly #start: number;

  constructor(start: number) {
    this.#start = start;
  }

  /** Its address. */
  add(text: string): number {
    const address = this.#start + this.bytes.length;
    if (text.includes("\0")) throw new Error("a text with a NUL in it");
    this.bytes.push(...new TextEncoder().encode(text), 0);
    return address;
  }
}

function x86(request: EntryRequest, texts: Texts): number[] {
  const code: number[] = [];
  const emit = (...bytes: number[]) => code.push(...bytes);
  /** Ends in the distance from the end of the instruction. */
  const emitTo = (target: number, ...bytes: number[]) => {
    emit(...bytes);
    emit(...int32(target - (request.at + code.length + 4)));
  };
  emit(0x52); //                                 push rdx, which _start wants
  emit(0x48, 0x83, 0xec, 8); //                  sub rsp, 8
  for (const [name, value] of Object.entries(request.variables)) {
    emitTo(texts.add(name), 0x48, 0x8d, 0x3d); //  lea rdi, [rip + …]
    emitTo(texts.add(value), 0x48, 0x8d, 0x35); // lea rsi, [rip + …]
    emit(0xba, ...int32(1)); //                    mov edx, 1
    emitTo(request.setenv, 0xff, 0x15); //         call [rip + …]
  }
  emit(0x48, 0x83, 0xc4, 8); //                  add rsp, 8
  emit(0x5a); //                                 pop rdx
  const added = request.words.length;
  emit(0x48, 0x8b, 0x04, 0x24); //               mov rax, [rsp]
  emit(0x48, 0x8b, 0x4c, 0x24, 8); //            mov rcx, [rsp + 8]
  emit(0x48, 0x81, 0xec, ...int32(8 * added)); // sub rsp, …
  emit(0x48, 0x05, ...int32(added)); //          add rax, …
  emit(0x48, 0x89, 0x04, 0x24); //               mov [rsp], rax
  emit(0x48, 0x89, 0x4c, 0x24, 8); //            mov [rsp + 8], rcx
  request.words.forEach((word, index) => {
    emitTo(texts.add(word), 0x48, 0x8d, 0x05); //  lea rax, [rip + …]
    emit(0x48, 0x89, 0x84, 0x24, ...int32(16 + 8 * index)); // mov [rsp + …], rax
  });
  emitTo(request.entry, 0xe9); //                jmp …
  return code;
}

function aarch64(request: EntryRequest, texts: Texts): number[] {
  const code: number[] = [];
  const emit = (instruction: number) => code.push(...int32(instruction));
  const emitAdr = (register: number, target: number) => {
    const distance = signed(target - (request.at + code.length), 21);
    emit(0x10000000 | (distance & 3) << 29 | (distance >> 2 & 0x7ffff) << 5 | register);
  };
  emit(0xa9bf7be0); //                           stp x0, x30, [sp, #-16]!; _start wants x0
  for (const [name, value] of Object.entries(request.variables)) {
    emitAdr(0, texts.add(name)); //                adr x0, …
    emitAdr(1, texts.add(value)); //               adr x1, …
    emit(0x52800022); //                           mov w2, #1
    const pages = Math.floor(request.setenv / 4096) -
      Math.floor((request.at + code.length) / 4096);
    const distance = signed(pages, 21);
    emit(0x90000010 | (distance & 3) << 29 | (distance >> 2 & 0x7ffff) << 5); // adrp x16, …
    emit(0xf9400210 | request.setenv % 4096 / 8 << 10); // ldr x16, [x16, …]
    emit(0xd63f0200); //                           blr x16
  }
  emit(0xa8c17be0); //                           ldp x0, x30, [sp], #16
  const added = request.words.length;
  emit(0xf94003e9); //                           ldr x9, [sp]
  emit(0xf94007ea); //                           ldr x10, [sp, #8]
  emit(0xd10003ff | 8 * added << 10); //         sub sp, sp, #…
  emit(0x91000129 | added << 10); //             add x9, x9, #…
  emit(0xf90003e9); //                           str x9, [sp]
  emit(0xf90007ea); //                           str x10, [sp, #8]
  request.words.forEach((word, index) => {
    emitAdr(9, texts.add(word)); //                adr x9, …
    emit(0xf90003e9 | 2 + index << 10); //         str x9, [sp, #…]
  });
  const distance = signed((request.entry - (request.at + code.length)) / 4, 26);
  emit(0x14000000 | distance & 0x3ffffff); //    b …
  return code;
}

/** Little-endian. */
function int32(number: number): number[] {
  if (number < -(2 ** 31) || number >= 2 ** 32) throw new Error(`${number} has more than 32 bits`);
  return [number & 255, number >> 8 & 255, number >> 16 & 255, number >> 24 & 255];
}

/** Throws if the number has more than so many bits, its sign included. */
function signed(number: number, bits: number): number {
  const limit = 2 ** (bits - 1);
  if (number < -limit || number >= limit) throw new Error(`${number} does not fit ${bits} bits`);
  return number;
}
