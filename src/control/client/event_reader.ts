/** Server-sent events, as they come. */

export interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

/**
 * Ends when the body ends; throws when it breaks off, or `signal` calls it off: that fetch does so
 * for the signal it was given cannot be relied on. Understands what our own server writes.
 */
export async function* readEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal?: AbortSignal,
): AsyncGenerator<ServerEvent, void> {
  let rest = "";
  const options = signal === undefined ? {} : { signal };
  for await (const text of body.pipeThrough(new TextDecoderStream(), options)) {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop()!;
    for (const block of blocks) yield parse(block);
  }
}

function parse(block: string): ServerEvent {
  let event = "message";
  let data = "";
  for (const line of block.split("\n")) {
    if (line.startsWith("event: ")) event = line.slice("event: ".length);
    if (line.startsWith("data: ")) data = line.slice("data: ".length);
  }
  return { event, data: JSON.parse(data) };
}
