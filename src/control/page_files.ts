/** The files of the web page: there are no others. */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/** By path: "/page.js". */
export type PageFiles = ReadonlyMap<string, PageFile>;

export function makePageFile(type: string, bytes: Uint8Array): PageFile {
  const digest = createHash("sha256").update(bytes).digest("base64url");
  return { type, bytes, etag: `"${digest}"` };
}

/** Nothing comes from elsewhere or goes there, nothing in a document is run, nobody frames it. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  // Asked for anew each time, so that the parts always fit together.
  "cache-control": "no-cache",
} as const;

export function writePageFile(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  { type, bytes, etag }: PageFile,
): void {
  if (headers["if-none-match"] === etag) {
    response.writeHead(304, { ...HEADERS, etag });
    response.end();
    return;
  }
  response.writeHead(200, {
    ...HEADERS,
    etag,
    "content-type": type,
    "content-length": bytes.length,
  });
  if (method === "HEAD") response.end();
  else response.end(bytes);
}
