/** `taskmaster man`: the manual page, to be read or installed. */
import { VERSION } from "../base/version.ts";
import { manPage } from "../cli/man_page.ts";
import type { Output } from "../commands/command.ts";
import { EXIT, type ExitCode } from "../commands/exit_code.ts";

export function man(output: Output): ExitCode {
  output.write(manPage(VERSION));
  return EXIT.done;
}
