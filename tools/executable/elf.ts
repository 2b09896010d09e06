/**
 * Just enough of ELF (elf(5)) to add something to an executable that already exists: one more
 * segment, which runs before everything else.
 */
import type { Machine } from "./entry_code.ts";

const ELF64_LITTLE_ENDIAN = [0x7f, 0x45, 0x4c, 0x46, 2, 1];
const POSITION_INDEPENDENT = 3;
const MACHINES: Readonly<Record<number, Machine>> = { 62: "x86-64", 183: "aarch64" };

const ENTRY_AT = 24;
const SEGMENT_SIZE = 56;
const LOAD = 1;
const DYNAMIC = 2;
const NOTE = 4;
const READ_EXECUTE = 5;

const RELOCATION_SIZE = 24;
const SYMBOL_SIZE = 24;
/** Tags of the dynamic section. */
const TAG = { relaPlt: 23, relaPltSize: 2, rela: 7, relaSize: 8, symbols: 6, strings: 5 } as const;

interface Segment {
  readonly type: number;
  /** In the file. */
  readonly offset: number;
  readonly address: number;
  readonly size: number;
  readonly sizeInMemory: number;
  readonly alignment: number;
}

/** Of a segment. */
export interface Place {
  /** In the file. */
  readonly offset: number;
  readonly address: number;
}

export class Elf {
  readonly machine: Machine;
  /** Where it starts to run. */
  readonly entry: number;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #tableAt: number;
  readonly #segments: readonly Segment[];

  /** Throws an error when it is not what this file knows how to deal with. */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 64 || ELF64_LITTLE_ENDIAN.some((byte, index) => bytes[index] !== byte)) {
      throw new Error("it is no 64-bit ELF file");
    }
    const machine = MACHINES[this.#view.getUint16(18, true)];
    if (machine === undefined) throw new Error("it is neither for x86-64 nor for arm64");
    if (this.#view.getUint16(16, true) !== POSITION_INDEPENDENT) {
      throw new Error("it is no position-independent executable");
    }
    this.machine = machine;
    this.entry = this.#number(ENTRY_AT);
    this.#tableAt = this.#number(32);
    const count = this.#view.getUint16(56, true);
    this.#segments = Array.from({ length: count }, (_, index) => this.#segment(index));
  }

  /** Where one more segment can lie when `length` bytes follow the present file. */
  placeAfter(length: number): Place {
    const loaded = this.#segments.filter(({ type }) => type === LOAD);
    const alignment = this.#alignment();
    const roundUp = (number: number) => Math.ceil(number / alignment) * alignment;
    const end = Math.max(...loaded.map(({ address, sizeInMemory }) => address + sizeInMemory));
    return { offset: roundUp(this.#bytes.length + length), address: roundUp(end) };
  }

  /**
   * The place in memory where the dynamic linker has put the address of a function of a library by
   * the time that the entry is reached.
   */
  slotOf(symbol: string): number {
    const dynamic = this.#dynamicSection();
    const isNow = dynamic.get(24) !== undefined || ((dynamic.get(30) ?? 0) & 8) !== 0;
    if (!isNow) throw new Error("its functions are only looked up when they are called");
    for (const [table, size] of [[TAG.relaPlt, TAG.relaPltSize], [TAG.rela, TAG.relaSize]]) {
      const start = this.#offsetOf(dynamic.get(table!) ?? 0);
      const end = start + (dynamic.get(size!) ?? 0);
      for (let at = start; at < end; at += RELOCATION_SIZE) {
        const index = this.#view.getUint32(at + 12, true);
        if (index !== 0 && this.#symbolName(dynamic, index) === symbol) return this.#number(at);
      }
    }
    throw new Error(`it does not use ${symbol}`);
  }

  /**
   * The file with `appendix` after it, and then a segment of `code` at the place that was asked for
   * this appendix. It begins to run at the segment's start.
   */
  extended(appendix: Uint8Array, code: Uint8Array, place: Place): Uint8Array<ArrayBuffer> {
    const file = new Uint8Array(place.offset + code.length);
    file.set(this.#bytes);
    file.set(appendix, this.#bytes.length);
    file.set(code, place.offset);
    const view = new DataView(file.buffer);
    view.setBigUint64(ENTRY_AT, BigInt(place.address), true);
    const added = this.#giveUpNote(file);
    const fields = [place.offset, place.address, place.address, code.length, code.length];
    view.setUint32(added, LOAD, true);
    view.setUint32(added + 4, READ_EXECUTE, true);
    [...fields, this.#alignment()].forEach((field, index) =>
      view.setBigUint64(added + 8 + 8 * index, BigInt(field), true)
    );
    return file;
  }

  /**
   * The table of segments has no room for one more, so that of the notes, which nobody needs to run
   * the file, makes room at the table's end: segments have to be in the order of their addresses.
   */
  #giveUpNote(file: Uint8Array): number {
    const note = this.#segments.findIndex(({ type }) => type === NOTE);
    if (note === -1) throw new Error("it has no segment that could be given up");
    const at = (index: number) => this.#tableAt + SEGMENT_SIZE * index;
    const last = at(this.#segments.length - 1);
    file.copyWithin(at(note), at(note + 1), at(this.#segments.length));
    return last;
  }

  #alignment(): number {
    const loaded = this.#segments.filter(({ type }) => type === LOAD);
    return Math.max(...loaded.map(({ alignment }) => alignment));
  }

  #segment(index: number): Segment {
    const at = this.#tableAt + SEGMENT_SIZE * index;
    return {
      type: this.#view.getUint32(at, true),
      offset: this.#number(at + 8),
      address: this.#number(at + 16),
      size: this.#number(at + 32),
      sizeInMemory: this.#number(at + 40),
      alignment: this.#number(at + 48),
    };
  }

  /** Tag → value. */
  #dynamicSection(): ReadonlyMap<number, number> {
    const section = this.#segments.find(({ type }) => type === DYNAMIC);
    if (section === undefined) throw new Error("it is linked statically");
    const entries = new Map<number, number>();
    for (let at = section.offset; at < section.offset + section.size; at += 16) {
      entries.set(this.#number(at), this.#number(at + 8));
    }
    return entries;
  }

  #symbolName(dynamic: ReadonlyMap<number, number>, index: number): string {
    const symbol = this.#offsetOf(dynamic.get(TAG.symbols)!) + SYMBOL_SIZE * index;
    const start = this.#offsetOf(dynamic.get(TAG.strings)!) + this.#view.getUint32(symbol, true);
    return new TextDecoder().decode(this.#bytes.subarray(start, this.#bytes.indexOf(0, start)));
  }

  #offsetOf(address: number): number {
    const segment = this.#segments.find((one) =>
      one.type === LOAD && one.address <= address && address < one.address + one.size
    );
    if (segment === undefined) throw new Error(`it has nothing at ${address}`);
    return segment.offset + address - segment.address;
  }

  #number(at: number): number {
    return Number(this.#view.getBigUint64(at, true));
  }
}
