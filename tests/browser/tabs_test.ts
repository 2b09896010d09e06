/// <reference lib="dom" />
/** More tabs than a browser opens connections. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { testInBrowser } from "../support/browser.ts";
import { addressOf, signIn, startServed } from "../support/page.ts";

const TABS = 5;

/** Without a window every page takes itself to be in sight. */
async function hide(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate((isHidden) => {
    Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);
}

testInBrowser("tabs in the background leave the connections to those in sight", async (open) => {
  await using tm = await startServed(
    `web: {cmd: [sh, -c, 'while sleep 0.2; do echo "line $((n=n+1))"; done'], starttime: 0}`,
  );
  const opened = await open();
  const address = await addressOf(tm);
  await signIn(opened, address);
  const pages = [opened.page];
  for (let tab = 0; tab < TABS; tab++) {
    await hide(pages.at(-1)!, true);
    const page = await opened.page.context().newPage();
    page.setDefaultTimeout(20_000);
    pages.push(page);
    await page.goto(`${address}#/process/web`);
    await page.getByRole("log").getByText(/line \d+/).first().waitFor();
  }
  await hide(pages.at(-1)!, true);
  const [, first] = pages;
  const { pid } = await tm.next("web", "running");
  const after = tm.now;
  Deno.kill(pid, "SIGKILL");
  const again = await tm.next("web", "running", { after });
  await hide(first!, false);
  await first!.getByText(String(again.pid)).first().waitFor();
  await first!.getByRole("log").getByText(/line \d+/).first().waitFor();
  assert.deepEqual(opened.errors, []);
  await tm.end();
});
