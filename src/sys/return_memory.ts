/** Memory of the allocator that nothing uses any more. */
import { libc } from "./libc.ts";

/**
 * Gives it back to the system, which the allocator by itself hardly does. Reading and compiling all
 * modules takes up to 20 MiB that an idle supervisor would keep for good. Takes a few milliseconds.
 */
export function returnMemory(): void {
  libc().malloc_trim(0n);
}
