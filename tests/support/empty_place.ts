/** Tests with an empty directory of their own. */

export type InPlace = (place: string) => Promise<void> | void;

export async function withPlace(run: InPlace): Promise<void> {
  const place = await Deno.realPath(await Deno.makeTempDir());
  try {
    await run(place);
  } finally {
    await Deno.remove(place, { recursive: true });
  }
}

/** Strangers' files can be made by root only. */
export function testInPlaceAsRoot(name: string, run: InPlace): void {
  const isRoot = Deno.uid() === 0;
  const fullName = isRoot ? name : `${name} (skipped: needs root)`;
  Deno.test({ name: fullName, ignore: !isRoot, fn: () => withPlace(run) });
}
