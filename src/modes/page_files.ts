/** The files of the web page, once `deno task page` has built them. */
import { extname } from "node:path/posix";
import { makePageFile, type PageFiles } from "../control/page_files.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** null when the page was not built, or cannot be read: who asks for it is told so. */
export async function readPageFiles(): Promise<PageFiles | null> {
  const texts = await loadTexts();
  if (texts === null) return null;
  return new Map(
    Object.entries(texts).map(([name, text]) => {
      const type = TYPES[extname(name)] ?? "application/octet-stream";
      const file = makePageFile(type, new TextEncoder().encode(text));
      return [name === "index.html" ? "/" : `/${name}`, file];
    }),
  );
}

/** As a module, so that it becomes part of an executable. */
async function loadTexts(): Promise<Readonly<Record<string, string>> | null> {
  try {
    // @ts-ignore: it is not there before it is built
    const module = await import("../../dist/page.json", { with: { type: "json" } });
    return module.default;
  } catch {
    return null;
  }
}
