/// <reference lib="dom" />
/** The terminal of a program, in the page. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { testInBrowser } from "../support/browser.ts";
import { addressOf, daemonOnOnePort, says, signIn, startServed, VIEWER } from "../support/page.ts";
import { startTaskmaster } from "../support/taskmaster.ts";
import { crash, startAgain } from "../support/taskmaster_crash.ts";
import { Place } from "../support/taskmaster_place.ts";

const CONSOLE =
  "console: {cmd: [bash, --norc, --noprofile, -i], tty: true, starttime: 0, stopsignal: HUP, env: {PS1: 'ready> ', HISTFILE: ''}}";

async function openConsole(page: Page): Promise<void> {
  await says(page, "console", "RUNNING");
  await page.getByRole("link", { name: "console" }).click();
}

/** Waits until a line of the screen shows it. */
async function shows(page: Page, text: string | RegExp): Promise<void> {
  await page.locator(".xterm-rows > div", { hasText: text }).first().waitFor();
}

testInBrowser("attach: keys, colours, Tab, the size of the window, and leaving", async (open) => {
  await using tm = await startServed(CONSOLE);
  const opened = await open();
  const { page, errors } = opened;
  await signIn(opened, await addressOf(tm));
  await openConsole(page);
  assert.equal(
    await page.evaluate(() =>
      performance.getEntriesByType("resource")
        .some(({ name }) => name.includes("/screen-"))
    ),
    false,
    "loaded when it is needed",
  );
  await page.getByRole("button", { name: "Attach", exact: true }).click();
  await page.getByText("All keys go to the program").waitFor();
  await shows(page, "ready>");
  const input = page.getByLabel("Terminal of console; Ctrl-] d leaves it").and(
    page.locator("textarea"),
  );
  assert.ok(await input.evaluate((element) => element === document.activeElement));
  // 24-bit colours are styles of elements, which the policy of the page must not stop.
  await page.keyboard.type(String.raw`printf "\033[38;2;1;200;3m%s\033[0m\n" "gr""een"` + "\n");
  const green = page.locator(".xterm-rows span", { hasText: /^green$/ });
  await green.waitFor();
  const colours = await green.evaluate((element) => getComputedStyle(element).color);
  assert.notEqual(
    colours,
    await page.locator(".attached").evaluate((box) => getComputedStyle(box).color),
  );
  await page.keyboard.type("cd /et");
  await page.keyboard.press("Tab");
  await shows(page, "cd /etc/");
  await page.keyboard.press("Control+c");
  // What is typed while the shell gives its line up may be given up with it.
  await shows(page, /^ready>\s*$/);
  await page.keyboard.type("echo $((1+1))=two\n");
  await shows(page, /^2=two/);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.keyboard.type("stty size\n");
  await shows(page, /^\d\d \d\d/);
  await page.setViewportSize({ width: 500, height: 700 });
  await page.keyboard.type(
    "while [ $(stty size | cut -d' ' -f2) -gt 60 ]; do sleep 0.1; done; echo nar''row\n",
  );
  await shows(page, /^narrow/);
  await page.keyboard.press("Control+]");
  await page.keyboard.press("d");
  await page.locator(".attached").waitFor({ state: "detached" });
  const button = page.getByRole("button", { name: "Attach", exact: true });
  await button.and(page.locator(":focus")).waitFor();
  assert.deepEqual(errors, []);
  await tm.end();
});

testInBrowser("attach: several see the same, and the end of the program", async (open) => {
  await using tm = await startServed(CONSOLE);
  const address = await addressOf(tm);
  const operator = await open();
  const viewer = await open();
  await signIn(operator, address);
  await signIn(viewer, address, VIEWER);
  await openConsole(operator.page);
  await openConsole(viewer.page);
  assert.equal(await viewer.page.getByRole("button", { name: "Attach" }).count(), 0);
  await viewer.page.getByRole("button", { name: "Watch" }).click();
  await shows(viewer.page, "ready>");
  await viewer.page.keyboard.type("no");
  await operator.page.getByRole("button", { name: "Attach", exact: true }).click();
  await shows(operator.page, "ready>");
  await operator.page.keyboard.type("echo hel''lo\n");
  await shows(operator.page, /^hello/);
  await shows(viewer.page, /^hello/);
  const refused = await viewer.page.evaluate(() =>
    new Promise((resolve) => {
      const socket = new WebSocket("/v1/processes/console/attach");
      socket.onopen = () => resolve("open");
      socket.onerror = () => resolve("refused");
    })
  );
  assert.equal(refused, "refused");
  await operator.page.keyboard.type("exit\n");
  await operator.page.getByText("console has ended.").waitFor();
  await viewer.page.getByText("console has ended.").waitFor();
  await operator.page.getByRole("button", { name: "Attach again" }).click();
  await operator.page.getByText("Not attached: not running").waitFor();
  await operator.page.getByRole("button", { name: "Start console", exact: true }).click();
  await operator.page.getByRole("button", { name: "Attach again" }).click();
  await operator.page.getByText("All keys go to the program").waitFor();
  await operator.page.keyboard.type("echo a''gain\n");
  await shows(operator.page, /^again/);
  assert.deepEqual(operator.errors, []);
  assert.deepEqual(viewer.errors.filter((text) => !text.includes("403")), []);
  await tm.end();
});

testInBrowser("attach: with the session ends what it is attached to", async (open) => {
  await using tm = await startServed(CONSOLE);
  const opened = await open();
  const { page } = opened;
  await signIn(opened, await addressOf(tm));
  await openConsole(page);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await page.getByRole("button", { name: "Attach", exact: true }).click();
  await shows(page, "ready>");
  await other.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  await tm.end();
});

testInBrowser("attach: goes on with the same program after kill -9 of taskmaster", async (open) => {
  const place = await Place.create();
  await place.configure(CONSOLE, daemonOnOnePort());
  try {
    const opened = await open();
    const { page, errors } = opened;
    await using first = await startTaskmaster({ programs: "", place });
    await signIn(opened, await addressOf(first));
    await openConsole(page);
    await page.getByRole("button", { name: "Attach", exact: true }).click();
    await shows(page, "ready>");
    await page.keyboard.type("KEPT=kept; echo $KEPT\n");
    await shows(page, /^kept/);
    await crash(first);
    await page.getByText("The connection is lost").waitFor();
    await using second = await startAgain(first);
    await page.getByText("All keys go to the program").waitFor();
    await page.keyboard.type("echo still $KEPT\n");
    await shows(page, /^still kept/);
    assert.deepEqual(errors.filter((text) => !text.includes("ERR_CONNECTION_REFUSED")), []);
    await second.end();
  } finally {
    await place.remove();
  }
});
