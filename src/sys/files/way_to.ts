/** The way to a file, as the kernel goes it (path_resolution(7)). */
import { dirname, join, resolve } from "node:path";
import { readlinkSync } from "node:fs";
import { statusOfLink } from "./file_status.ts";

/** As many as the kernel follows. */
const MOST_LINKS = 40;

/** Whoever can change one of these can put something else at the end of the way. */
export interface Way {
  /** All that a name is looked up in. */
  readonly directories: ReadonlySet<string>;
  /** Symbolic links, each by its own path. */
  readonly links: readonly string[];
}

/** Throws what the system says when there is no such way. */
export function wayTo(path: string): Way {
  const directories = new Set<string>(["/"]);
  const links: string[] = [];
  let at = "/";
  for (const rest = namesIn(resolve(path)); rest.length > 0;) {
    const name = rest.shift()!;
    // `at` has no links in it: this is the parent indeed.
    const next = name === ".." ? dirname(at) : join(at, name);
    if (name !== ".." && statusOfLink(next).kind === "symlink") {
      if (links.push(next) > MOST_LINKS) throw new Error(`too many symbolic links on the way`);
      const target = readlinkSync(next);
      rest.unshift(...namesIn(target));
      if (target.startsWith("/")) at = "/";
    } else {
      if (rest.length > 0) directories.add(next);
      at = next;
    }
  }
  return { directories, links };
}

function namesIn(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}
