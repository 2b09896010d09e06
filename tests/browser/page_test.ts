/// <reference lib="dom" />
/** The web page of a real taskmaster in a real browser. */
import assert from "node:assert/strict";
import { testInBrowser } from "../support/browser.ts";
import { readPageFiles } from "../../src/modes/page_files.ts";
import { FakeSupervisor } from "../support/fake_supervisor.ts";
import {
  addressOf,
  DAEMON,
  daemonOnOnePort,
  rowOf,
  says,
  signIn,
  startServed,
  VIEWER,
} from "../support/page.ts";
import { servePage, TOKENS } from "../support/served_page.ts";
import { Place } from "../support/taskmaster_place.ts";
import { startTaskmaster, type Taskmaster } from "../support/taskmaster.ts";

const WEB = "web: {cmd: sleep 1000, starttime: 0, autorestart: always}";
const PROGRAMS = `
  ${WEB}
  many: {cmd: sleep 1000, starttime: 0, numprocs: 6}
  talk: {cmd: [sh, -c, 'printf "\\\\033[31mred\\\\033[0m plain\\\\n"; while read line; do echo "$line"; done < /dev/null; exec sleep 1000'], starttime: 0}
  broken: {cmd: /no/such/program, startretries: 0}
`;

function start(programs: string = PROGRAMS): Promise<Taskmaster> {
  return startServed(programs);
}

testInBrowser(
  "who is not signed in sees nothing, and a wrong token is refused in place",
  async (open) => {
    await using tm = await start();
    const opened = await open();
    const { page, errors } = opened;
    await page.goto(await addressOf(tm));
    await page.getByLabel("Name").fill("ada");
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").filter({ hasText: "not known" }).waitFor();
    await page.locator("input[name=password]:focus").waitFor();
    assert.equal(await page.locator("table").count(), 0);
    await signIn(opened, await addressOf(tm));
    await says(page, "web", "RUNNING");
    await page.reload();
    await says(page, "web", "RUNNING");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Password").waitFor();
    assert.deepEqual(errors, []);
    await tm.end();
  },
);

testInBrowser("the list follows what happens, and does what is asked for", async (open) => {
  await using tm = await start();
  const opened = await open();
  const { page, errors } = opened;
  await signIn(opened, await addressOf(tm));
  await says(page, "broken", /FATAL.*\/no\/such\/program/s);
  const { pid } = await tm.next("web", "running");
  await says(page, "web", String(pid));
  await rowOf(page, "web").getByText(/\d (KiB|MiB)/).waitFor();
  const after = tm.now;
  Deno.kill(pid, "SIGKILL");
  const again = await tm.next("web", "running", { after });
  await says(page, "web", String(again.pid));
  await says(page, "web", "signal KILL");
  const memory = rowOf(page, "web").locator('[data-label="Memory"]');
  await memory.filter({ hasText: /\d (KiB|MiB)/ }).waitFor();
  await page.route("**/v1/usage", () => {}); // from here on no reading is answered
  await page.getByRole("button", { name: "Stop web", exact: true }).click();
  await says(page, "web", "STOPPED");
  await memory.and(page.locator(":empty")).waitFor({ state: "attached" });
  await page.unroute("**/v1/usage");
  await page.getByRole("button", { name: "Stop web", exact: true }).click();
  await rowOf(page, "web").getByRole("alert").filter({ hasText: "not running" }).waitFor();
  await page.getByRole("button", { name: "Start web", exact: true }).click();
  await says(page, "web", "RUNNING");
  assert.equal(await rowOf(page, "many:0").count(), 0, "larger programs are folded");
  await page.getByRole("button", { name: /^many/ }).click();
  await says(page, "many:5", "RUNNING");
  page.on("dialog", (dialog) => void dialog.accept());
  await page.getByLabel("Select all of many").check();
  await page.getByText("6 selected").waitFor();
  await page.getByRole("button", { name: "Stop the selection" }).click();
  for (let num = 0; num < 6; num++) await says(page, `many:${num}`, "STOPPED");
  await page.getByLabel("Select web", { exact: true }).check();
  await page.getByRole("button", { name: "Start the selection", exact: true }).click();
  await page.getByText("start 7 processes: done").waitFor({ state: "attached" });
  assert.equal(await rowOf(page, "web").getByRole("alert").count(), 0, "it runs already");
  await page.getByLabel("Filter by state").selectOption("FATAL");
  await rowOf(page, "web").waitFor({ state: "detached" });
  assert.equal(await page.locator("tr[data-process]").count(), 1);
  assert.deepEqual(errors, []);
  await tm.end();
});

testInBrowser("who may only look is offered nothing else", async (open) => {
  await using tm = await start();
  const opened = await open();
  const { page } = opened;
  await signIn(opened, await addressOf(tm), VIEWER);
  await says(page, "web", "RUNNING");
  await page.getByText("viewer (read-only: to look, not to change)").waitFor();
  await page.locator("tr.group").getByText("6 RUNNING").waitFor();
  assert.equal(await page.getByRole("link", { name: "Reload" }).count(), 0);
  const operations = page.getByRole("button", { name: /^(Start|Stop|Restart) / })
    .or(page.getByLabel(/^(Select|Send)/));
  assert.equal(await operations.count(), 0);
  await page.getByRole("link", { name: "web", exact: true }).click();
  await page.getByText("web is RUNNING").waitFor();
  assert.equal(await operations.count(), 0);
  const status = await page.evaluate(async () => {
    const { csrf } = await (await fetch("/v1/session")).json();
    const { status } = await fetch("/v1/processes/stop", {
      method: "POST",
      headers: { "content-type": "application/json", "x-csrf-token": csrf },
      body: JSON.stringify({ selectors: ["web"] }),
    });
    return status;
  });
  assert.equal(status, 403);
  await tm.end();
});

testInBrowser("a process has its output with colours, its story, and a download", async (open) => {
  await using tm = await start(`
    talk: {cmd: [sh, -c, 'printf "\\\\033[31mred\\\\033[0m plain\\\\n"; trap "echo got it" HUP; while :; do sleep 0.1; done'], starttime: 0}
  `);
  const opened = await open();
  const { page, errors } = opened;
  await signIn(opened, await addressOf(tm));
  await page.getByRole("link", { name: "talk" }).click();
  await page.locator(".log .fg-1", { hasText: "red" }).waitFor();
  await page.getByLabel("Send a signal to talk").selectOption("HUP");
  await page.locator(".log div", { hasText: "got it" }).waitFor();
  await page.getByLabel("Show only lines with").fill("GOT");
  await page.locator(".log div", { hasText: "red" }).waitFor({ state: "hidden" });
  await page.locator(".records li", { hasText: "talk signalled signal=HUP" }).waitFor();
  await page.getByText("talk is RUNNING").waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "talk.stdout.log");
  assert.match(await Deno.readTextFile(await download.path()), /red.*plain\ngot it\n/);
  assert.deepEqual(errors, []);
  await tm.end();
});

testInBrowser("a process that is over says how it ended last, and when", async (open) => {
  await using tm = await start(`
    job: {cmd: [sh, -c, "exit 3"], autostart: false, autorestart: never, starttime: 0}
  `);
  const opened = await open();
  const { page, errors } = opened;
  await signIn(opened, await addressOf(tm));
  await page.getByRole("link", { name: "job" }).click();
  const fact = (name: string) => page.locator(".facts div", { hasText: name }).locator("dd");
  await fact("Last exit").getByText(/^–$/).waitFor();
  await page.getByRole("button", { name: "Start job", exact: true }).click();
  await fact("Last exit").getByText("code 3 (not expected)").waitFor();
  const exit = await tm.next("job", "exited");
  await fact("Last exit").locator(`time[datetime="${exit.time}"]`).waitFor();
  assert.equal(await fact("Uptime").innerText(), "–");
  // Also for who has not seen it happen.
  await page.reload();
  await fact("Last exit").locator(`time[datetime="${exit.time}"]`).waitFor();
  assert.deepEqual(errors, []);
  await tm.end();
});

testInBrowser(
  "a reload shows mistakes with their lines, then its plan, and does it",
  async (open) => {
    await using tm = await start();
    const opened = await open();
    const { page } = opened;
    await signIn(opened, await addressOf(tm));
    await says(page, "web", "RUNNING");
    await tm.rewriteConfig("web: {cmd: sleep 1000, strattime: 0}\n", DAEMON);
    await page.getByRole("link", { name: "Reload" }).click();
    await page.locator(".report", { hasText: "strattime" }).waitFor();
    assert.match(await page.locator(".report").innerText(), /conf\.yaml:\d+:\d+/);
    assert.ok(await page.getByRole("button", { name: "Apply" }).isDisabled());
    await tm.rewriteConfig(`${WEB}\nadded: {cmd: sleep 1000, starttime: 0}\n`, DAEMON);
    await page.getByRole("button", { name: "Look again" }).click();
    await page.locator(".report", { hasText: "+ added" }).waitFor();
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByRole("heading", { name: "Done" }).waitFor();
    await page.getByRole("link", { name: "Processes" }).click();
    await says(page, "added", "RUNNING");
    await rowOf(page, "many:0").waitFor({ state: "detached" });
    await tm.end();
  },
);

testInBrowser("the page says when taskmaster is gone, and comes back with it", async (open) => {
  const place = await Place.create();
  await place.configure(WEB, daemonOnOnePort());
  try {
    const opened = await open();
    const { page } = opened;
    await using first = await startTaskmaster({ programs: "", place });
    await signIn(opened, await addressOf(first));
    await says(page, "web", "RUNNING");
    await first.end();
    await page.getByText("No connection to taskmaster").waitFor();
    await using second = await startTaskmaster({ programs: "", place });
    await page.getByText("No connection to taskmaster").waitFor({ state: "detached" });
    // Who was signed in still is, and may do what he could.
    await page.getByRole("button", { name: "Stop web", exact: true }).click();
    await says(page, "web", "STOPPED");
    await second.end();
  } finally {
    await place.remove();
  }
});

testInBrowser(
  "among a thousand processes a change draws only its own row anew",
  async (open) => {
    const programs = Array.from(
      { length: 500 },
      (_, index) => ({ name: `p${index}`, numprocs: 2 }),
    );
    const supervisor = await new FakeSupervisor(programs).boot();
    const page = await readPageFiles();
    assert.ok(page !== null, "deno task page has to be run before");
    await using served = await servePage(supervisor, page);
    const opened = await open();
    await signIn(opened, served.origin, TOKENS.admin);
    await rowOf(opened.page, "p499:1").waitFor();
    assert.equal(await opened.page.locator("tr[data-process]").count(), 1000);
    await opened.page.evaluate(() => {
      const drawn = new Set<string>();
      Object.assign(globalThis, { drawn });
      const observer = new MutationObserver((mutations) => {
        for (const { target } of mutations) {
          const element = target instanceof Element ? target : target.parentElement;
          if (element?.closest('[data-label="Uptime"]')) continue; // it counts by itself
          const name = element?.closest<HTMLElement>("tr[data-process]")?.dataset.process;
          if (name !== undefined) drawn.add(name);
        }
      });
      const what = { subtree: true, childList: true, attributes: true, characterData: true };
      observer.observe(document.querySelector("table")!, what);
    });
    for (let round = 0; round < 20; round++) {
      supervisor.spawner.childOf(`p${round}:0`).exit({ kind: "code", code: 7 });
      await supervisor.clock.advance(100);
    }
    await says(opened.page, "p19:0", "code 7");
    const drawn = await opened.page.evaluate(
      () => [...(globalThis as unknown as { drawn: Set<string> }).drawn],
    );
    const expected = Array.from({ length: 20 }, (_, index) => `p${index}:0`);
    assert.deepEqual(drawn.sort(), expected.sort());
  },
);

testInBrowser(
  "a log that is followed ends at its end, also where lines are wrapped",
  async (open) => {
    await using tm = await start(`
    long: {cmd: [sh, -c, 'head -c 200000 /dev/zero | tr "\\\\0" x; echo; exec sleep 1000'], starttime: 0}
  `);
    const opened = await open();
    const { page } = opened;
    await signIn(opened, await addressOf(tm));
    await page.getByRole("link", { name: "long", exact: true }).click();
    await page.waitForFunction(() =>
      (document.querySelector("[role=log]")?.textContent ?? "").length >= 200_000
    );
    const below = await page.getByRole("log").evaluate(async (one) => {
      for (let n = 0; n < 10; n++) await new Promise((drawn) => requestAnimationFrame(drawn));
      return one.scrollHeight - one.scrollTop - one.clientHeight;
    });
    assert.ok(below < 2, `${below} pixels are below what is shown`);
    await tm.end();
  },
);
