/**
 * How smooth the page is with a thousand processes, in a Chromium without a window. The supervisor
 * is real, its programs and its clock are not.
 *
 *     deno task bench:page [PROGRAMS NUMPROCS]
 */
import { type CDPSession, chromium, type Page } from "playwright-core";
import { readPageFiles } from "../src/modes/page_files.ts";
import { FakeSupervisor } from "../tests/support/fake_supervisor.ts";
import { servePage, TOKENS } from "../tests/support/served_page.ts";
import { describeMachine } from "./machine.ts";
import { print } from "./run_command.ts";

const [programs = 500, numprocs = 2] = Deno.args.map(Number);
/** What is measured goes on for so long. */
const WATCHED_MS = 1500;
/** The page asks for usage every four seconds. */
const USAGE_MS = 9000;

/** Runs in the page. */
const WATCH = `
  const tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((one) => one.duration)))
    .observe({ type: "longtask", buffered: true });
  let last = performance.now(), gap = 0;
  const frame = (now) => { gap = Math.max(gap, now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
  globalThis.watched = () => {
    const found = { gap, tasks: tasks.splice(0) };
    gap = 0;
    return found;
  };
`;

interface Watched {
  /** The longest time without a frame, in milliseconds. */
  readonly gap: number;
  /** Those of more than 50 ms. */
  readonly tasks: readonly number[];
}

interface Watching {
  readonly page: Page;
  readonly cdp: CDPSession;
}

function watched(page: Page): Promise<Watched> {
  return page.evaluate("globalThis.watched()");
}

/** What the page's own thread has worked so far, in milliseconds of a processor. */
async function worked(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")!.value * 1000;
}

async function measure(
  { page, cdp }: Watching,
  what: string,
  act: () => Promise<unknown>,
  forMs = WATCHED_MS,
): Promise<void> {
  await watched(page);
  const before = await worked(cdp);
  await act();
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const { gap, tasks } = await watched(page);
  const work = (await worked(cdp) - before).toFixed(0).padStart(5);
  const longest = Math.max(0, ...tasks).toFixed(0).padStart(4);
  const frame = gap.toFixed(0).padStart(4);
  print(`${what.padEnd(32)} work ${work} ms   longest task ${longest}, frame ${frame} ms`);
}

const supervisor = await new FakeSupervisor(
  Array.from({ length: programs }, (_, index) => ({ name: `p${index}`, numprocs })),
).boot();
const files = await readPageFiles();
if (files === null) throw new Error("deno task page has to be run before");
await using served = await servePage(supervisor, files);
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
try {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } }))
    .newPage();
  await page.addInitScript(WATCH);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  const { processes } = await supervisor.controllerFor({ via: "http" }).snapshot();
  await page.route("**/v1/usage", (route) =>
    route.fulfill({
      json: {
        processes: processes.map(({ name }) => ({
          name,
          cpuSeconds: performance.now() / 1000 * Math.random(),
          memoryBytes: 1e7 * Math.random(),
          processes: 1,
        })),
        unknown: [],
      },
    }));
  await page.goto(served.origin);
  await page.getByRole("button", { name: "Use a token" }).click();
  await page.getByLabel("Token").fill(TOKENS.admin);
  print(`${await describeMachine()}\n${programs} programs with ${numprocs} processes each`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("tbody tr").first().waitFor();
  await page.goto("about:blank");
  const began = performance.now();
  await page.goto(served.origin);
  await page.locator("tbody tr").last().waitFor();
  const watching = { page, cdp };
  print(`from the address to all rows: ${(performance.now() - began).toFixed(0)} ms`);
  await measure(watching, "first drawing", () => Promise.resolve());
  await measure(watching, "nothing, but the uptimes", () => Promise.resolve(), 3 * WATCHED_MS);
  await measure(watching, "CPU and memory of all", () => Promise.resolve(), USAGE_MS);
  await measure(watching, "one process ends and is started", async () => {
    supervisor.spawner.childOf(numprocs === 1 ? "p7" : "p7:0").exit({ kind: "code", code: 7 });
    await supervisor.clock.advance(100);
  });
  await measure(
    watching,
    "typing a filter",
    () => page.getByLabel("Filter by name").pressSequentially("p12", { delay: 150 }),
  );
  await measure(watching, "removing it", async () => {
    for (let key = 0; key < 3; key++) {
      await page.getByLabel("Filter by name").press("Backspace");
    }
  });
  await measure(
    watching,
    "selecting all",
    () => page.getByLabel("Select all that are shown").check(),
  );
  await measure(watching, "scrolling", async () => {
    for (let turn = 0; turn < 20; turn++) await page.mouse.wheel(0, 800);
  });
} finally {
  await browser.close();
}
