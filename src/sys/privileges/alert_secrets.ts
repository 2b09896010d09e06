/**
 * Passwords and other files that alerts need. What only root may read is read before root is given
 * up and kept; everything else is read when it is needed, so that a new password needs no reload.
 */
import { err, ok, type Result } from "../../base/result.ts";
import type { AlertSettings, Secret } from "../../core/alert/settings.ts";
import type { AlertSecrets } from "../../ports/alerts.ts";
import { readSecretFile } from "./secret_file.ts";

const LARGEST_FILE_BYTES = 256 * 1024;

export class SystemAlertSecrets implements AlertSecrets {
  /** By path. */
  readonly #kept: Map<string, string>;

  /** `kept`: what the program before this one could read. */
  constructor(kept: Readonly<Record<string, string>> = {}) {
    this.#kept = new Map(Object.entries(kept));
  }

  /** What cannot be read any more: for the program after this one, and for nobody else. */
  get kept(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#kept].filter(([path]) => !readFile(path).ok));
  }

  /** To be called while we are still who we were started as. What cannot be read is told later. */
  keep(alerts: Iterable<AlertSettings>): void {
    for (const path of filesOf(alerts)) {
      const text = readFile(path);
      if (text.ok) this.#kept.set(path, text.value);
    }
  }

  read(secret: Secret): Result<string, string> {
    switch (secret.kind) {
      case "text":
        return ok(secret.text);
      case "env": {
        const value = Deno.env.get(secret.name);
        if (value) return ok(value);
        const state = value === undefined ? "is not set" : "is empty";
        return err(`the variable ${secret.name} ${state} in taskmaster's environment`);
      }
      case "file": {
        const text = this.file(secret.path);
        if (!text.ok) return text;
        const value = text.value.replace(/\r?\n$/, "");
        return value === "" ? err(`${JSON.stringify(secret.path)} is empty`) : ok(value);
      }
    }
  }

  file(path: string): Result<string, string> {
    const text = readFile(path);
    if (text.ok) {
      if (this.#kept.has(path)) this.#kept.set(path, text.value);
      return text;
    }
    const kept = this.#kept.get(path);
    return kept === undefined ? text : ok(kept);
  }
}

function filesOf(alerts: Iterable<AlertSettings>): string[] {
  return [...alerts].flatMap((alert) => {
    if (alert.type === "syslog") return [];
    const files = alert.caFile === null ? [] : [alert.caFile];
    if (alert.type === "email" && alert.login?.password.kind === "file") {
      files.push(alert.login.password.path);
    }
    return files;
  });
}

function readFile(path: string): Result<string, string> {
  const text = readSecretFile(path, LARGEST_FILE_BYTES);
  if (text.ok) return text;
  const { message, isDenied } = text.error;
  return err(isDenied ? `${message}; ${ONLY_ROOT}` : message);
}

const ONLY_ROOT = "if only root may read it, start taskmaster anew, as root: it reads such files " +
  "before it becomes another user";
