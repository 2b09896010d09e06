/** The page of a real taskmaster, as somebody who uses it. */
import type { Locator, Page } from "playwright-core";
import type { Opened } from "./browser.ts";
import { startTaskmaster, type Taskmaster } from "./taskmaster.ts";

export const ADMIN = "admin-0123456789abcdef";
export const VIEWER = "viewer-0123456789abcdef";
/** For `taskmaster:` in the configuration. */
export const DAEMON =
  `http: {listen: "127.0.0.1:0", tokens: {admin: ${ADMIN}, viewer: {token: ${VIEWER}, role: read-only}}}`;

/** The same, for one that is started again and has to be found at the same address. */
export function daemonOnOnePort(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return DAEMON.replace("127.0.0.1:0", `127.0.0.1:${listener.addr.port}`);
}

export function startServed(programs: string): Promise<Taskmaster> {
  return startTaskmaster({ programs, daemon: DAEMON });
}

export async function addressOf(tm: Taskmaster): Promise<string> {
  const find = () =>
    tm.log.flatMap((record) =>
      record.kind === "note" ? /served on (http:\S+)/.exec(record.message)?.[1] ?? [] : []
    ).at(-1);
  await tm.until(() => find() !== undefined);
  return find()!;
}

export async function signIn({ page }: Opened, address: string, token = ADMIN): Promise<void> {
  await page.goto(address);
  await page.getByRole("button", { name: "Use a token" }).click();
  await page.getByLabel("Token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

export function rowOf(page: Page, name: string): Locator {
  return page.locator(`tr[data-process="${name}"]`);
}

/** Waits until the row of the process says so. */
export async function says(page: Page, name: string, text: string | RegExp): Promise<void> {
  await rowOf(page, name).filter({ hasText: text }).waitFor();
}
