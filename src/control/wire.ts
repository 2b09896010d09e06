/** The few things that JSON cannot carry as they are. */
import type { TailReply } from "../ports/controller.ts";
import type { OutputPiece } from "../ports/output_logs.ts";

export interface WireTail {
  readonly name: string;
  /** Base64. */
  readonly bytes: string;
  readonly problem: string | null;
}

export interface WireTails {
  readonly tails: readonly WireTail[];
  readonly unknown: TailReply["unknown"];
}

export function tailToWire({ tails, unknown }: TailReply): WireTails {
  return { tails: tails.map((tail) => ({ ...tail, bytes: tail.bytes.toBase64() })), unknown };
}

export function tailFromWire({ tails, unknown }: WireTails): TailReply {
  return {
    tails: tails.map((tail) => ({ ...tail, bytes: Uint8Array.fromBase64(tail.bytes) })),
    unknown,
  };
}

export type WirePiece =
  | { readonly kind: "bytes"; readonly name: string; readonly bytes: string }
  | ({ readonly name: string } & Exclude<OutputPiece, { kind: "bytes" }>);

export function pieceToWire(name: string, piece: OutputPiece): WirePiece {
  return piece.kind === "bytes"
    ? { kind: "bytes", name, bytes: piece.bytes.toBase64() }
    : { name, ...piece };
}

export function pieceFromWire({ name: _name, ...piece }: WirePiece): OutputPiece {
  return piece.kind === "bytes"
    ? { kind: "bytes", bytes: Uint8Array.fromBase64(piece.bytes) }
    : piece;
}

/** What a follower of logs is told first. */
export interface WireFollowed {
  readonly names: readonly string[];
  readonly refused: readonly { readonly name: string; readonly reason: string }[];
  readonly unknown: TailReply["unknown"];
}
