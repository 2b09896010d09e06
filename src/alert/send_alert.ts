/** Carries messages to where their alert sends them: one attempt, with a limit, without secrets. */
import { redact } from "../base/redact.ts";
import { visible } from "../base/visible.ts";
import type { AlertMessage } from "../core/alert/message.ts";
import type { Delivery } from "../core/alert/outbox.ts";
import type { AlertSettings } from "../core/alert/settings.ts";
import type { AlertSender } from "../ports/alerts.ts";
import type { Attempt, SinkContext } from "./attempt.ts";
import { mailerProblem, sendEmail } from "./email.ts";
import { sendHttp } from "./http.ts";
import { sendSyslog } from "./syslog.ts";

/** More of a failure than this nobody reads. */
const LONGEST_REASON = 500;

export class SystemAlertSender implements AlertSender {
  readonly #context: Omit<SinkContext, "signal">;

  constructor(context: Omit<SinkContext, "signal">) {
    this.#context = context;
  }

  async send(settings: AlertSettings, message: AlertMessage): Promise<Delivery> {
    const { timeoutMs } = settings;
    const abort = new AbortController();
    const expired = Promise.withResolvers<Attempt>();
    const timer = setTimeout(() => {
      const failure = `no success within ${timeoutMs / 1000} s`;
      expired.resolve({ failure, isPermanent: false });
      abort.abort();
    }, timeoutMs);
    try {
      const attempt = this.#attempt(settings, message, abort.signal);
      attempt.catch(() => {}); // It may end later, when nobody waits for it any more.
      return this.#deliveryOf(settings, await Promise.race([attempt, expired.promise]));
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      return this.#deliveryOf(settings, { failure, isPermanent: false });
    } finally {
      clearTimeout(timer);
    }
  }

  problemOf(settings: AlertSettings): string | null {
    if (settings.type === "syslog") return null;
    const { secrets } = this.#context;
    if (settings.caFile !== null) {
      const ca = secrets.file(settings.caFile);
      if (!ca.ok) return `ca_file: ${ca.error}`;
    }
    if (settings.type !== "email") return null;
    if (mailerProblem() !== null || settings.login === null) return mailerProblem();
    const password = secrets.read(settings.login.password);
    return password.ok ? null : `no password: ${password.error}`;
  }

  #attempt(
    settings: AlertSettings,
    message: AlertMessage,
    signal: AbortSignal,
  ): Promise<Attempt> {
    const context = { ...this.#context, signal };
    switch (settings.type) {
      case "email":
        return sendEmail(settings, message, context);
      case "http":
        return sendHttp(settings, message, context);
      case "syslog":
        return sendSyslog(settings, message, context);
    }
  }

  #deliveryOf(settings: AlertSettings, attempt: Attempt): Delivery {
    if (attempt.failure === null) return { kind: "delivered" };
    const text = redact(attempt.failure, this.#secretsOf(settings));
    const reason = visible(text.replaceAll(/\s+/g, " ").slice(0, LONGEST_REASON));
    return { kind: "failed", reason, isPermanent: attempt.isPermanent };
  }

  #secretsOf(settings: AlertSettings): string[] {
    switch (settings.type) {
      case "email": {
        if (settings.login === null) return [];
        const password = this.#context.secrets.read(settings.login.password);
        return password.ok ? [password.value] : [];
      }
      case "http": {
        const { pathname, search } = new URL(settings.url);
        const values = Object.values(settings.headers);
        const words = values.flatMap((value) => value.split(" "));
        return [settings.url, `${pathname}${search}`, pathname, ...values, ...words];
      }
      case "syslog":
        return [];
    }
  }
}
