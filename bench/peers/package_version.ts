import { tryCommand } from "../run_command.ts";

/** Of a Debian package, for programs that do not tell their version. */
export async function packageVersion(name: string): Promise<string> {
  const said = await tryCommand(["dpkg-query", "--show", "--showformat=${Version}", name]);
  return said ?? "of unknown version";
}
