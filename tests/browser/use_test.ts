/// <reference lib="dom" />
/** What is asked of the page beside its functions: keys, names, signals for many, output of any kind. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { testInBrowser } from "../support/browser.ts";
import { addressOf, ADMIN, rowOf, says, signIn, startServed } from "../support/page.ts";

const PROGRAMS = `
  web: {cmd: sleep 1000, starttime: 0, numprocs: 2, autorestart: never}
  console: {cmd: cat, tty: true, starttime: 0}
  many: {cmd: sleep 1000, starttime: 0, numprocs: 6, autorestart: never}
`;
const CONTROLS = ["button", "link", "checkbox", "textbox", "searchbox", "combobox", "log", "table"];

/** Roles of what has no name that could be read out. */
async function nameless(page: Page): Promise<string[]> {
  const cdp = await page.context().newCDPSession(page);
  const { nodes } = await cdp.send("Accessibility.getFullAXTree");
  const controls = nodes.filter(({ role, ignored }) =>
    !ignored && CONTROLS.includes(String(role?.value))
  );
  assert.ok(controls.length > 3, "the tree has what the page shows");
  return controls.filter(({ name }) => !name?.value).map(({ role }) => String(role?.value));
}

/** Where the keys go: "BUTTON Stop web:0". */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement!;
    return `${element.tagName} ${element.getAttribute("aria-label") ?? ""}`.trimEnd();
  });
}

async function tabTo(page: Page, wanted: string): Promise<void> {
  for (let count = 0; count < 60; count++) {
    await page.keyboard.press("Tab");
    if (await focused(page) !== wanted) continue;
    const outline = await page.evaluate(() =>
      getComputedStyle(document.activeElement!).outlineStyle
    );
    assert.equal(outline, "solid", "one sees where the keys go");
    return;
  }
  assert.fail(`Tab does not lead to ${wanted}`);
}

testInBrowser("keys alone do everything, and stay where they are", async (open) => {
  await using tm = await startServed(PROGRAMS);
  const { page, errors } = await open();
  await page.goto(await addressOf(tm));
  await page.getByLabel("Name").and(page.locator(":focus")).waitFor();
  await page.getByRole("button", { name: "Use a token" }).press("Enter");
  await page.getByLabel("Token").and(page.locator(":focus")).waitFor();
  await page.keyboard.type(`${ADMIN}\n`);
  await says(page, "web:0", "RUNNING");
  await tabTo(page, "BUTTON Stop web:0");
  await page.keyboard.press("Enter");
  await says(page, "web:0", "STOPPED");
  await page.getByRole("status").filter({ hasText: "stop web:0: done" }).waitFor();
  assert.equal(await focused(page), "BUTTON Stop web:0");
  await rowOf(page, "web:1").getByRole("link").press("Enter");
  await page.getByRole("heading", { name: "web:1" }).waitFor();
  await page.locator("main:focus").waitFor();
  assert.equal(await page.title(), "web:1 – taskmaster");
  assert.deepEqual(errors, []);
  await tm.end();
});

testInBrowser("all that can be used has a name, on each page", async (open) => {
  await using tm = await startServed(PROGRAMS);
  const opened = await open();
  const { page } = opened;
  const address = await addressOf(tm);
  await page.goto(address);
  await page.getByLabel("Name").waitFor();
  assert.deepEqual(await nameless(page), []);
  await signIn(opened, address);
  await says(page, "web:0", "RUNNING");
  assert.deepEqual(await nameless(page), []);
  const [table] = await page.getByRole("table").all();
  assert.equal(await table!.getByRole("row").count(), 6);
  assert.equal(await table!.getByRole("columnheader").count(), 8);
  await page.getByRole("link", { name: "console" }).click();
  await page.getByRole("button", { name: "Attach", exact: true }).click();
  await page.getByText("All keys go to the program").waitFor();
  assert.deepEqual(await nameless(page), []);
  await page.getByRole("link", { name: "Reload" }).click();
  await page.getByRole("heading", { name: "What it would do" }).waitFor();
  assert.deepEqual(await nameless(page), []);
  await tm.end();
});

testInBrowser(
  "a signal goes to all that are selected, and what is refused is told",
  async (open) => {
    await using tm = await startServed(PROGRAMS);
    const opened = await open();
    const { page } = opened;
    await signIn(opened, await addressOf(tm));
    await says(page, "web:0", "RUNNING");
    await page.getByLabel("Select web:0").check();
    await page.getByLabel("Select all of many").check();
    await page.getByText("7 selected").waitFor();
    page.on("dialog", (dialog) => void dialog.accept());
    await page.getByLabel("Send a signal to the selection").selectOption("HUP");
    await says(page, "web:0", "signal HUP");
    await page.getByRole("status").filter({ hasText: "signal 7 processes: done" }).waitFor();
    assert.match(await rowOf(page, "web:1").innerText(), /RUNNING/);
    await page.locator("tr.group", { hasText: "6 EXITED" }).waitFor();
    await page.getByLabel("Send a signal to the selection").selectOption("HUP");
    await page.locator("tr.group").getByText("6 refused: not running").waitFor();
    await tm.end();
  },
);

testInBrowser(
  "a log is followed from its first start, and a flood does not stop the page",
  async (open) => {
    await using tm = await startServed(
      "flood: {cmd: [yes, a line that is neither short nor long], autostart: false, starttime: 0, stdout_maxbytes: 1MB, stdout_backups: 1}",
    );
    const opened = await open();
    const { page, errors } = opened;
    await signIn(opened, await addressOf(tm));
    await page.getByRole("link", { name: "flood" }).click();
    await page.getByRole("button", { name: "Start flood", exact: true }).click();
    await page.locator(".log .note", { hasText: "too fast" }).first().waitFor();
    await page.getByRole("button", { name: "Stop flood", exact: true }).click();
    await page.getByRole("heading", { name: "flood STOPPED" }).waitFor();
    assert.ok(await page.locator(".log > div").count() <= 5000);
    assert.deepEqual(errors, []);
    await tm.end();
  },
);

testInBrowser("output of any kind is text", async (open) => {
  const output = String.raw`\033[38;5;208morange\033[0m <script>document.title="bad"</script>\n` +
    String.raw`10%%\r20%%\rall\n\033[3\0031mx\n\342\200\256rtl\n`;
  await using tm = await startServed(`
  talk: {cmd: [sh, -c, ${
    JSON.stringify(
      `printf '${output}'; head -c 60000 /dev/zero | tr '\\0' y; echo; echo last; exec sleep 1000`,
    )
  }], starttime: 0}
`);
  const opened = await open();
  const { page, errors } = opened;
  await signIn(opened, await addressOf(tm));
  await page.getByRole("link", { name: "talk" }).click();
  const lines = page.locator(".log > div");
  await lines.filter({ hasText: /^last$/ }).waitFor();
  await lines.filter({ hasText: /^all$/ }).waitFor();
  assert.equal(await lines.filter({ hasText: "10%" }).count(), 0);
  assert.match(await lines.first().innerText(), /^orange <script>document/);
  assert.equal(await page.title(), "talk – taskmaster");
  const [orange, plain] = await lines.first().locator("span").evaluateAll((spans) =>
    spans.map((span) => getComputedStyle(span).color)
  );
  assert.notEqual(orange, plain);
  assert.deepEqual(errors, []);
  await tm.end();
});
