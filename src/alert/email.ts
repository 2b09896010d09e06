/** One e-mail by SMTP. nodemailer does the talking, and is loaded only when there is a mail to send. */
import type * as Nodemailer from "nodemailer";
import { err, ok, type Result } from "../base/result.ts";
import type { AlertMessage } from "../core/alert/message.ts";
import { addressText, type EmailAlert } from "../core/alert/settings.ts";
import { alertSubject, alertText } from "../render/alert_text.ts";
import type { Attempt, SinkContext } from "./attempt.ts";

type Mailer = typeof Nodemailer;

let loaded: Mailer | undefined;
let problem: string | null = null;

/**
 * To be called before root is given up, as the module cache of `deno run` may be out of reach then;
 * an executable has everything in itself. The error is a sentence.
 */
export async function loadMailer(): Promise<Result<Mailer, string>> {
  try {
    loaded ??= await import("nodemailer");
    problem = null;
    return ok(loaded);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    problem =
      "the part of taskmaster that sends e-mail can no longer be loaded: start taskmaster " +
      `anew (${reason})`;
    return err(problem);
  }
}

/** Why it could not be loaded, when it was tried. */
export function mailerProblem(): string | null {
  return problem;
}

export async function sendEmail(
  settings: EmailAlert,
  message: AlertMessage,
  { secrets, origin, signal }: SinkContext,
): Promise<Attempt> {
  const mailer = await loadMailer();
  if (!mailer.ok) return { failure: mailer.error, isPermanent: false };
  const { login, caFile } = settings;
  const password = login === null ? ok("") : secrets.read(login.password);
  if (!password.ok) return { failure: `no password: ${password.error}`, isPermanent: false };
  const ca = caFile === null ? ok(undefined) : secrets.file(caFile);
  if (!ca.ok) return { failure: `ca_file: ${ca.error}`, isPermanent: false };
  // The signal comes before these, and says in one way that time is over.
  const limitMs = 2 * settings.timeoutMs;
  const transport = mailer.value.createTransport({
    host: settings.host,
    port: settings.port,
    secure: settings.security === "tls",
    requireTLS: settings.security === "starttls",
    ignoreTLS: settings.security === "plain",
    // Otherwise it would go on without a login when the server offers none.
    forceAuth: login !== null,
    ...(login !== null && { auth: { user: login.username, pass: password.value } }),
    tls: { ...(ca.value !== undefined && { ca: ca.value }) },
    connectionTimeout: limitMs,
    greetingTimeout: limitMs,
    socketTimeout: limitMs,
    dnsTimeout: limitMs,
    socketCloseTimeout: 0,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { rejected } = await transport.sendMail({
      from: settings.from,
      to: [...settings.to],
      subject: alertSubject(message, origin),
      text: alertText(message, origin),
      date: new Date(message.createdAt),
      // The same for every attempt: mailboxes recognise a message that comes twice.
      messageId: `<${message.id}.${origin.name}@${messageHost(origin.host)}>`,
      headers: { "Auto-Submitted": "auto-generated", "X-Taskmaster-Alert": settings.name },
      signal,
    });
    return rejected.length === 0 ? { failure: null } : {
      // The others have it: to send it again would be worse.
      failure: `${rejected.join(", ")} was refused by the server; the others have the message`,
      isPermanent: true,
    };
  } catch (error) {
    return explain(error, settings);
  } finally {
    transport.close();
  }
}

function messageHost(host: string): string {
  return /^[A-Za-z0-9.-]+$/.test(host) ? host : "localhost";
}

/** What nodemailer's errors carry. */
interface MailError {
  readonly code?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
  readonly message: string;
}

function explain(error: unknown, settings: EmailAlert): Attempt {
  const server = addressText(settings);
  if (!(error instanceof Error)) return { failure: String(error), isPermanent: false };
  const { code, response, responseCode, message, command } = error as MailError;
  if (isCertificateError(error)) {
    return {
      failure: `the certificate of ${server} is not trusted: ${certificateReason(message)}`,
      isPermanent: false,
    };
  }
  if (code === "EAUTH") {
    return { failure: `${server} refuses the login: ${response ?? message}`, isPermanent: false };
  }
  if (/wrong version number|record overflow|InvalidContentType|corrupt message/i.test(message)) {
    const failure = settings.security === "starttls"
      ? `${server} agrees to STARTTLS but does not begin with TLS then: the server, or what is ` +
        'between, is at fault; another way is port 465 with "security: tls"'
      : `${server} does not begin with TLS; write "security: starttls" or "plain"`;
    return { failure, isPermanent: false };
  }
  if (settings.security === "starttls" && /STARTTLS/i.test(`${command} ${message}`)) {
    return {
      failure: `${server} does not offer STARTTLS: ${response ?? message}`,
      isPermanent: false,
    };
  }
  if (response !== undefined && responseCode !== undefined) {
    const isPermanent = responseCode >= 500 && responseCode < 600;
    return { failure: `${server} answers: ${response}`, isPermanent };
  }
  return { failure: `${server}: ${plainReason(error)}`, isPermanent: false };
}

/** A name with several addresses that were all tried in vain gives an error without a text. */
function plainReason(error: Error): string {
  if (!(error instanceof AggregateError)) return error.message;
  const reasons = error.errors.map((each) => each instanceof Error ? each.message : String(each));
  return reasons.join("; ");
}

function isCertificateError(error: Error): boolean {
  return /certificate|UnknownIssuer|CertNotValid|CERT_|self.signed|unable to verify/i.test(
    `${(error as MailError).code} ${error.message}`,
  );
}

function certificateReason(message: string): string {
  const reason = message.replace(/^.*?invalid peer certificate: /s, "");
  if (/UnknownIssuer|self.signed|unable to verify|CaUsedAsEndEntity/i.test(reason)) {
    return `its issuer is unknown (${reason}); if it is of your own making, name the issuer with ` +
      `"ca_file"`;
  }
  return reason;
}
