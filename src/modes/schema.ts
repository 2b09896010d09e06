/** `taskmaster schema`: for editors that complete and check YAML. */
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";
import { configJsonSchema } from "../config/json_schema.ts";

export function schema(output: Output): ExitCode {
  output.write(JSON.stringify(configJsonSchema(), null, 2) + "\n");
  return EXIT.done;
}
