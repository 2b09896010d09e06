/** Where the files of the web page are, once `deno task page` has built them. */
import { extname } from "node:path/posix";
import { makePageFile, type PageFiles } from "../control/page_files.ts";

const FOLDER = new URL("../../dist/page/", import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** null when the page was not built, or cannot be read. */
export async function readPageFiles(folder: URL = FOLDER): Promise<PageFiles | null> {
  try {
    const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
    const files = names.flatMap((name) => {
      const type = TYPES[extname(name)];
      return type === undefined ? [] : [{ name, type }];
    });
    const entries = await Promise.all(files.map(async ({ name, type }) => {
      const file = makePageFile(type, await Deno.readFile(new URL(name, folder)));
      return [name === "index.html" ? "/" : `/${name}`, file] as const;
    }));
    return entries.some(([path]) => path === "/") ? new Map(entries) : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return null; // who asks for the page is told so
    }
    throw error;
  }
}
