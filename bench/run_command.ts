/** Running a command line to its end. */

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Gives its standard output; throws an Error with what it said when it fails. */
export async function runCommand(
  command: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const [program = "", ...args] = command;
  const child = new Deno.Command(program, { ...options, args, stdin: "null" });
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout);
  const said = `${decoder.decode(stdout)}${decoder.decode(stderr)}`.trimEnd().slice(-1000);
  throw new Error(`${command.join(" ").slice(0, 200)} failed: ${said}`);
}

/** undefined when there is no such program, or it fails. */
export async function tryCommand(command: readonly string[]): Promise<string | undefined> {
  try {
    return await runCommand(command);
  } catch {
    return undefined;
  }
}

export function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Not at all when it is over already. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
