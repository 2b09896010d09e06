/**
 * What goes over the WebSocket of an attach: bytes of the terminal as binary messages, both ways,
 * and everything else as JSON.
 */
import type { AttachPiece, WindowSize } from "../ports/attachment.ts";

export type FromServer =
  /** The first message. */
  | { readonly kind: "attached"; readonly name: string }
  | Exclude<AttachPiece, { kind: "bytes" }>;

export type FromClient =
  | ({ readonly kind: "resize" } & WindowSize)
  | { readonly kind: "redraw" }
  /** Of a viewer with `confirms`: so many bytes are on its screen. */
  | { readonly kind: "taken"; readonly bytes: number };

/** Why the server closes a WebSocket of a page, with the reason as text: there is nothing to attach to. */
export const NOT_ATTACHED = 4000;
