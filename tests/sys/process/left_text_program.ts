/** Leaves a text, and becomes a program that takes it: the same, with an argument. */
import { existsSync } from "node:fs";
import { becomeProgram } from "../../../src/sys/process/exec.ts";
import { leaveText, takeLeftText } from "../../../src/sys/process/left_text.ts";

const [given] = Deno.args;
if (given === undefined) {
  const { fd } = leaveText("secret grün\n".repeat(1000));
  const args = ["deno", "run", "--allow-all", "--quiet", import.meta.filename!, String(fd)];
  becomeProgram(Deno.execPath(), args, Deno.env.toObject());
}
const text = takeLeftText(Number(given));
const isGone = !existsSync(`/proc/self/fd/${given}`);
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify({ text, isGone })));
