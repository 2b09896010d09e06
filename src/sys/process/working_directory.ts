/**
 * Whether a child can be started in a directory. Looked at before it is tried: posix_spawn(3) says
 * "permission denied" for the directory and the command alike.
 */
import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { errorCode } from "./find_command.ts";
import { StageError } from "./stage_error.ts";
import { lookUpUser } from "../privileges/user_database.ts";

/** Throws a StageError. It is entered by us, whoever the child becomes afterwards. */
export function checkWorkingDirectory(path: string): void {
  const quoted = JSON.stringify(path);
  try {
    if (!statSync(path).isDirectory()) fail(`${quoted} is not a directory`);
    accessSync(path, constants.X_OK);
  } catch (error) {
    if (error instanceof StageError) throw error;
    if (errorCode(error) === "ENOENT") fail(`${quoted} does not exist`);
    if (errorCode(error) !== "EACCES") fail(`${quoted} is not within reach`);
    const closed = firstClosed(path);
    const which = closed === path ? "it" : JSON.stringify(closed);
    fail(
      `${quoted} is not within reach: "${ownName()}" may not enter ${which}; let that user in, or ` +
        'set "workingdir" to a directory it may enter (by default it is the configuration file\'s)',
    );
  }
}

function fail(what: string): never {
  throw new StageError("workingdir", `the working directory ${what}`);
}

/** Of the directories on the way to `path`, and itself, the first that we may not enter. */
function firstClosed(path: string): string {
  const way = [path];
  while (way[0] !== "/") way.unshift(dirname(way[0]!));
  return way.find((directory) => !mayEnter(directory)) ?? path;
}

function mayEnter(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function ownName(): string {
  const uid = String(Deno.uid());
  const found = lookUpUser(uid);
  return found.ok ? found.value.name : uid;
}
