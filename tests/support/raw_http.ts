/** HTTP as bytes on a Unix socket, for what no well-behaved client sends. */

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export function connectTo(path: string): Promise<Deno.UnixConn> {
  return Deno.connect({ transport: "unix", path });
}

/** A request that asks for the connection to be closed after the answer. */
export function requestText(
  method: string,
  target: string,
  { body = "", headers = {} }: { body?: string; headers?: Readonly<Record<string, string>> } = {},
): string {
  const all: Record<string, string> = {
    "Host": "taskmaster",
    "Connection": "close",
    ...(body !== "" && { "Content-Length": String(new TextEncoder().encode(body).length) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

/** Sends the bytes and reads to the end of the connection. */
export async function exchange(path: string, bytes: string | Uint8Array): Promise<string> {
  using connection = await connectTo(path);
  await writeAll(connection, typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
  return await readToEnd(connection);
}

export async function request(
  path: string,
  method: string,
  target: string,
  options: Parameters<typeof requestText>[2] = {},
): Promise<RawAnswer> {
  return parseAnswer(await exchange(path, requestText(method, target, options)));
}

export function parseAnswer(text: string): RawAnswer {
  const at = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, at).split("\r\n");
  const headers = new Headers(lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  }));
  return { status: Number(first.split(" ")[1]), headers, body: text.slice(at + 4) };
}

/** False when the other side wants no more. */
export async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<boolean> {
  try {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

export async function readToEnd(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65536);
  let text = "";
  try {
    for (let read = await connection.read(buffer); read !== null;) {
      text += decoder.decode(buffer.subarray(0, read), { stream: true });
      read = await connection.read(buffer);
    }
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  return text;
}

function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset;
}
