/** A real browser: Debian's chromium, without a window. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const EXECUTABLE = "/usr/bin/chromium";

function isInstalled(): boolean {
  try {
    return Deno.statSync(EXECUTABLE).isFile;
  } catch {
    return false;
  }
}

/** Everything that the page has said went wrong; expected to stay empty. */
export interface Opened {
  readonly page: Page;
  readonly errors: readonly string[];
}

/** `test` opens as many pages as it likes, each with cookies of its own. */
export function testInBrowser(
  name: string,
  test: (open: (options?: BrowserContextOptions) => Promise<Opened>) => Promise<void>,
): void {
  Deno.test({
    name: isInstalled() ? name : `${name} (skipped: there is no ${EXECUTABLE})`,
    ignore: !isInstalled(),
    // The driver keeps sockets and timers of its own until the process ends.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const args = ["--no-sandbox", "--disable-dev-shm-usage"];
      const browser = await chromium.launch({ executablePath: EXECUTABLE, args });
      try {
        await test((options) => openPage(browser, options));
      } finally {
        await browser.close();
      }
    },
  });
}

async function openPage(browser: Browser, options?: BrowserContextOptions): Promise<Opened> {
  const page = await (await browser.newContext(options)).newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    // What the server refuses is shown in the page and is none of its mistakes.
    const isRefusal = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isRefusal) errors.push(message.text());
  });
  page.setDefaultTimeout(20_000);
  return { page, errors };
}
