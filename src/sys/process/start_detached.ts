/** A child that is to outlive us, in a session of its own. */

export interface DetachedStart {
  /**
   * Its standard output until it lets go of it, by ending or by `letGoOfOutput`. What it writes to
   * standard error meanwhile goes to `onError`.
   */
  output(onError: (text: string) => void): Promise<string>;
  /** 128 and the signal's number after a death by signal. */
  readonly exitCode: Promise<number>;
}

/** Throws an error when it cannot be started. */
export function startDetached(executable: string, args: readonly string[]): DetachedStart {
  const child = new Deno.Command(executable, {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  return {
    async output(onError) {
      let text = "";
      await Promise.all([
        each(child.stdout, (part) => text += part),
        each(child.stderr, onError),
      ]);
      return text;
    },
    exitCode: child.status.then(({ code }) => code),
  };
}

async function each(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  take: (text: string) => void,
): Promise<void> {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) take(text);
}
