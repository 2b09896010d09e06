import assert from "node:assert/strict";
import { readFileSync, readlinkSync } from "node:fs";
import { parseMappings, returnMemory, unchangedPagesOf } from "../../src/sys/return_memory.ts";

const SMAPS = `5584e000-55850000 r--p 00000000 fe:00 22  /opt/my deno
Size:               8 kB
Anonymous:             0 kB
VmFlags: rd mr mw me
55850000-55854000 r-xp 00002000 fe:00 22  /opt/my deno
Size:              16 kB
Anonymous:             0 kB
VmFlags: rd ex mr mw me
55854000-55856000 r--p 00006000 fe:00 22  /opt/my deno
Size:               8 kB
Anonymous:             4 kB
VmFlags: rd mr mw me
55856000-55858000 rw-p 00008000 fe:00 22  /opt/my deno
Size:               8 kB
Anonymous:             0 kB
VmFlags: rd wr mr mw me
7f1d0000-7f1d2000 r-xp 00000000 fe:00 23  /usr/lib/libc.so.6
Size:               8 kB
Anonymous:             0 kB
VmFlags: rd ex mr mw me
7f1d4000-7f1d6000 r--p 00000000 00:00 0
Size:               8 kB
Anonymous:             0 kB
`;

Deno.test("unchangedPagesOf() names what the file has as well, and nothing that was changed", () => {
  const found = unchangedPagesOf("/opt/my deno", parseMappings(SMAPS));
  assert.deepEqual(found.map(({ start }) => start), [0x5584e000n, 0x55850000n]);
  assert.deepEqual(found.map(({ end }) => end), [0x55850000n, 0x55854000n]);
});

Deno.test("returnMemory() gives back pages of our own file, and the program goes on", () => {
  const before = residentKib();
  returnMemory();
  assert.ok(residentKib() < before / 2, `still ${residentKib()} of ${before} KiB`);
});

/** Of the pages of our own file. */
function residentKib(): number {
  const executable = readlinkSync("/proc/self/exe");
  const smaps = readFileSync("/proc/self/smaps", "utf8");
  const lines = smaps.split("\n");
  let isOurs = false;
  let sum = 0;
  for (const line of lines) {
    if (/^[0-9a-f]+-/.test(line)) isOurs = line.endsWith(executable) && / r-.p /.test(line);
    if (isOurs && line.startsWith("Rss:")) sum += Number(/\d+/.exec(line)?.[0]);
  }
  return sum;
}
