/** The `Authorization` header. */

export type Authorization =
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  | { readonly kind: "token"; readonly token: string };

const LONGEST = 4096;

/** null when it is not one that we understand. The text of Basic is UTF-8 (RFC 7617). */
export function parseAuthorization(header: string): Authorization | null {
  if (header.length > LONGEST) return null;
  const match = /^(basic|bearer) +(\S+) *$/i.exec(header);
  if (match === null) return null;
  const [, scheme, text] = match as unknown as [string, string, string];
  if (scheme.toLowerCase() === "bearer") return { kind: "token", token: text };
  const pair = decode(text);
  const colon = pair?.indexOf(":") ?? -1;
  if (pair === null || colon < 0) return null;
  return { kind: "password", user: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

function decode(base64: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null; // neither base64 nor UTF-8: no credentials
  }
}
