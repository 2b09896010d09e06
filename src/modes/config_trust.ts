/** Whether the configuration still says what whoever started taskmaster as root has agreed to. */
import { strangersWhoOwn, whyNotTrusted } from "../sys/files/trusted_file.ts";

/**
 * Judges the open file of each reading, also when root has been given up since. Whose the file was
 * at the first of them has been accepted: whoever started taskmaster has named it. `sudoUid` is who
 * that was.
 */
export function configTrust(
  path: string,
  sudoUid: number,
): (descriptor: number) => string | null {
  let accepted: readonly number[] | null = null;
  return (descriptor) => {
    const why = whyNotTrusted(path, descriptor);
    if (why !== null) return why;
    const owners = strangersWhoOwn(path, [sudoUid, Deno.uid() ?? 0], descriptor);
    const known = accepted ??= owners;
    const strangers = owners.filter((uid) => !known.includes(uid));
    if (strangers.length === 0) return null;
    return `since the start it, or something on the way to it, has come to belong to uid ${
      strangers.join(", ")
    }, who could make taskmaster do what they like: take it back (chown), or start taskmaster anew`;
  };
}
