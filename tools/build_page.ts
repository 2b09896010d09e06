/** Builds the web page: all its files, by name, in dist/page.json. */
const ROOT = new URL("../", import.meta.url);
const OUTPUT = new URL("dist/page.json", ROOT);

async function bundle(): Promise<string> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["bundle", "--quiet", "--frozen", "--platform", "browser", "--minify"],
      "src/page/main.tsx",
    ],
    cwd: ROOT.pathname,
    stderr: "inherit",
  }).output();
  if (!success) Deno.exit(1);
  return new TextDecoder().decode(stdout);
}

const files: Record<string, string> = { "main.js": await bundle() };
for (const name of ["index.html", "page.css", "icon.svg"]) {
  files[name] = await Deno.readTextFile(new URL(`src/page/${name}`, ROOT));
}
await Deno.mkdir(new URL("./", OUTPUT), { recursive: true });
const temporary = new URL(`page.json.${Deno.pid}`, OUTPUT);
await Deno.writeTextFile(temporary, JSON.stringify(files));
await Deno.rename(temporary, OUTPUT);
