/** Where the configuration comes from, so that a reload can ask for it again. */
import type { Report } from "../base/diagnostic.ts";
import type { Result } from "../base/result.ts";
import type { Configuration } from "../core/configuration.ts";
import type { ConfigRefusal } from "./controller.ts";

export interface ConfigSource {
  /** Reads and validates the file; `warnings` has no errors in it. */
  read(): Result<
    { readonly configuration: Configuration; readonly warnings: Report },
    ConfigRefusal
  >;
}
