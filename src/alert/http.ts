/** One message by HTTP: a POST of our JSON, or of what a template makes of it. */
import { ok } from "../base/result.ts";
import { type AlertMessage, eventCount, mostUrgent } from "../core/alert/message.ts";
import type { HttpAlert } from "../core/alert/settings.ts";
import { fillTemplate, isJsonBody, type TemplateWord } from "../core/alert/template.ts";
import { visible } from "../base/visible.ts";
import { type AlertOrigin, alertSubject, alertText } from "../render/alert_text.ts";
import type { Attempt, SinkContext } from "./attempt.ts";

/** Of the server's answer, in the log. */
const SHOWN_ANSWER = 200;
/** "Not now": the only refusals that a later attempt can turn (RFC 9110, RFC 6585). */
const LATER = [408, 425, 429];

export async function sendHttp(
  settings: HttpAlert,
  message: AlertMessage,
  { secrets, origin, signal }: SinkContext,
): Promise<Attempt> {
  const ca = settings.caFile === null ? ok(undefined) : secrets.file(settings.caFile);
  if (!ca.ok) return { failure: `ca_file: ${ca.error}`, isPermanent: false };
  const client = ca.value === undefined
    ? undefined
    : Deno.createHttpClient({ caCerts: [ca.value] });
  const server = new URL(settings.url).origin;
  try {
    const response = await fetch(settings.url, {
      method: "POST",
      headers: headersOf(settings, origin),
      body: bodyOf(settings, message, origin),
      // What is behind a redirection was not configured, and would get the headers.
      redirect: "manual",
      signal,
      ...(client !== undefined && { client }),
    });
    if (response.ok) {
      await response.body?.cancel();
      return { failure: null };
    }
    const answer = await beginningOf(response);
    const { status, statusText } = response;
    const isPermanent = status < 500 && !LATER.includes(status);
    const excerpt = visible(answer.trim());
    const detail = excerpt === "" ? "" : `: ${excerpt}`;
    return {
      failure: `${server} answers ${`${status} ${statusText}`.trim()}${detail}`,
      isPermanent,
    };
  } catch (error) {
    return { failure: `${server}: ${describe(error)}`, isPermanent: false };
  } finally {
    client?.close();
  }
}

function headersOf({ headers }: HttpAlert, { version }: AlertOrigin): Headers {
  const all = new Headers({
    "Content-Type": "application/json",
    "User-Agent": `taskmaster/${version}`,
  });
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return all;
}

function bodyOf(settings: HttpAlert, message: AlertMessage, origin: AlertOrigin): string {
  const { template, headers } = settings;
  if (template === null) return JSON.stringify(document(settings, message, origin));
  return fillTemplate(template, words(message, origin), isJsonBody(headers));
}

/** docs/alerts.md describes it; `version` changes when something in it is given a new meaning. */
function document(
  { name }: HttpAlert,
  message: AlertMessage,
  origin: AlertOrigin,
): Record<string, unknown> {
  return {
    version: 1,
    id: message.id,
    alert: name,
    test: message.isTest,
    subject: alertSubject(message, origin),
    text: alertText(message, origin),
    time: message.createdAt,
    host: origin.host,
    config: origin.config,
    taskmaster: { name: origin.name, version: origin.version },
    count: eventCount(message),
    events: message.items.map(({ event, record, starts, since, output }) => ({
      ...{ event, starts, since },
      output: Object.fromEntries(output.map(({ stream, lines }) => [stream, lines])),
      record,
    })),
    more: message.more,
  };
}

function words(message: AlertMessage, origin: AlertOrigin): Record<TemplateWord, string> {
  const item = mostUrgent(message);
  const { program = "", process = "", time, level = "info" } = item?.record ??
    { time: message.createdAt };
  return {
    subject: alertSubject(message, origin),
    text: alertText(message, origin),
    event: item?.event ?? (message.isTest ? "test" : ""),
    ...{ program, process, time, level },
    host: origin.host,
    config: origin.config,
    name: origin.name,
    count: String(eventCount(message)),
  };
}

/** Whatever the server sends, no more than can be shown is read. */
async function beginningOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  // Leaving the loop cancels the rest.
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= SHOWN_ANSWER) break;
  }
  return text.slice(0, SHOWN_ANSWER);
}

/** The runtime's message begins with the URL, which may be a secret. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const causes: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) causes.push(at.message);
  const text = causes.join(": ").replace(/https?:\/\/\S+/g, "").replace(/ \(os error \d+\)/g, "");
  const certificate = /invalid peer certificate: (\w+)/.exec(text)?.[1];
  if (certificate !== undefined) {
    return `the certificate is not trusted (${certificate}); if it is of your own making, name its ` +
      `issuer with "ca_file"`;
  }
  return /client error \(\w+\): (.*)$/s.exec(text)?.[1] ?? text;
}
