/** The WebSocket library, for those who attach. */
// @ts-types="./websocket_library.d.ts"
import type * as Library from "ws";

export type WebSocket = Library.WebSocket;

let loading: Promise<typeof Library> | undefined;

/** Loads it once. Rejects where the modules may not be read any more. */
export function loadWebSockets(): Promise<typeof Library> {
  // @ts-types="./websocket_library.d.ts"
  return loading ??= import("ws");
}
