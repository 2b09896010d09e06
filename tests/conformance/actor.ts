/** The place in which a supervisor runs scenarios, and the program that plays the parts in them. */
import { join } from "node:path";
import { Place } from "../support/taskmaster_place.ts";
import type { Program } from "./scenario.ts";

const FILES = ["actor.pl", "observer.py"];

/** With copies of our files: who runs the programs may not get into the directory of the tests. */
export async function preparePlace(): Promise<Place> {
  const place = await Place.create();
  for (const name of FILES) {
    const copy = join(place.directory, name);
    await Deno.writeTextFile(copy, await Deno.readTextFile(join(import.meta.dirname!, name)));
    await Deno.chmod(copy, 0o644);
  }
  return place;
}

/** The command as its words, which need no quoting. */
export function commandOf(place: Place, name: string, { command, does }: Program): string[] {
  if (command !== undefined) return command.split(" ");
  const { prefix, program } = splitName(name);
  const words = does === undefined ? [] : does.split(" ");
  return ["perl", join(place.directory, "actor.pl"), notesOf(place.out, prefix), program, ...words];
}

/** Where the actors of a scenario note what happens to them. */
export function notesOf(out: string, prefix: string): string {
  return join(out, `${prefix}notes`);
}

export function fileOf(place: Place, name: string): string {
  return join(place.out, name);
}

/** Programs of scenarios that share a supervisor have names such as "s12-web". */
export function splitName(name: string): { prefix: string; program: string } {
  const [, prefix = "", program = ""] = /^(s\d+-)?(.*)$/.exec(name) ?? [];
  return { prefix, program };
}
