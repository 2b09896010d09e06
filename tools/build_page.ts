/** Builds the web page: all its files, by name, in dist/page.json. */
const ROOT = new URL("../", import.meta.url);
const OUTPUT = new URL("dist/page.json", ROOT);

/** The entry, and what it loads when it is needed. */
async function bundle(): Promise<Record<string, string>> {
  const directory = await Deno.makeTempDir({ prefix: "taskmaster_page_" });
  try {
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["bundle", "--quiet", "--frozen", "--platform", "browser", "--minify"],
        ...["--code-splitting", "--outdir", directory],
        "src/page/main.tsx",
      ],
      cwd: ROOT.pathname,
      stderr: "inherit",
    }).output();
    if (!success) throw new Error("the page cannot be bundled");
    const files: Record<string, string> = {};
    for await (const { name } of Deno.readDir(directory)) {
      files[name] = await Deno.readTextFile(`${directory}/${name}`);
    }
    return files;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const files = await bundle();
for (const name of ["index.html", "page.css", "icon.svg"]) {
  files[name] = await Deno.readTextFile(new URL(`src/page/${name}`, ROOT));
}
await Deno.mkdir(new URL("./", OUTPUT), { recursive: true });
const temporary = new URL(`page.json.${Deno.pid}`, OUTPUT);
await Deno.writeTextFile(temporary, JSON.stringify(files));
await Deno.rename(temporary, OUTPUT);
