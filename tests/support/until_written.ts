/** Resolves when the file has something in it. */
export async function untilWritten(path: string): Promise<void> {
  using watcher = Deno.watchFs(path);
  if (Deno.statSync(path).size > 0) return;
  for await (const _event of watcher) {
    if (Deno.statSync(path).size > 0) return;
  }
}
