/** Resolves when the file has something in it. */
export async function untilWritten(path: string): Promise<void> {
  using watcher = Deno.watchFs(path);
  if (await hasContent(path)) return;
  for await (const _event of watcher) {
    if (await hasContent(path)) return;
  }
}

async function hasContent(path: string): Promise<boolean> {
  return (await Deno.stat(path)).size > 0;
}
