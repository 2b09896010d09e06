/** What a verb loads is most of what it costs: what `status` and Tab must not load. */
import assert from "node:assert/strict";

interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly isDynamic?: boolean;
    readonly code?: { readonly specifier?: string };
  }[];
}

const ROOT = new URL("../../", import.meta.url).href;

/** By specifier, everything that main.ts may ever load. */
async function modules(): Promise<ReadonlyMap<string, ModuleInfo>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", `${ROOT}main.ts`],
    stderr: "null",
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: ModuleInfo[] };
  return new Map(modules.map((module) => [module.specifier, module]));
}

/** What these files load before they run, themselves included; paths from the root. */
function loadedBy(all: ReadonlyMap<string, ModuleInfo>, files: readonly string[]): string[] {
  const found = new Set<string>();
  const open = files.map((file) => ROOT + file);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const { isDynamic = false, code } of all.get(next)?.dependencies ?? []) {
      if (!isDynamic && code?.specifier !== undefined) open.push(code.specifier);
    }
  }
  return [...found].map((specifier) => specifier.replace(ROOT, "")).sort();
}

function isForeign(path: string): boolean {
  return path !== "main.ts" && !path.startsWith("src/");
}

const all = await modules();

const UNNEEDED =
  /^src\/(alert|config|logging|shell|supervisor|sys)\/|cli\/arguments\.ts$|commands\/table\.ts$/;

/** node: modules count as well: the first one brings the whole of Node's environment. */
Deno.test("status loads no package, no other verb, and nothing that only a supervisor needs", () => {
  const files = ["main.ts", "src/modes/client.ts", "src/commands/status.ts"];
  const loaded = loadedBy(all, files);
  assert.ok(loaded.length > files.length);
  const server = loaded.filter((path) => /^src\/control\/(?!client\/|wire\.ts)/.test(path));
  assert.deepEqual([...loaded.filter(isForeign), ...server], []);
  assert.deepEqual(loaded.filter((path) => UNNEEDED.test(path)), []);
});

Deno.test("Tab in a shell loads no package but the one that measures text", () => {
  const files = [
    "main.ts",
    "src/modes/complete_line.ts",
    "src/modes/find_running.ts",
    "src/control/client/remote_controller.ts",
  ];
  const foreign = loadedBy(all, files).filter(isForeign);
  assert.deepEqual(foreign.filter((path) => !path.startsWith("npm:fast-string-width@")), []);
});
