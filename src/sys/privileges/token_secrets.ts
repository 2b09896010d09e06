/**
 * The texts of tokens, which the configuration only says the places of. They are kept apart from it,
 * so that nobody who shows settings can show them.
 */
import { err, ok, type Result } from "../../base/result.ts";
import {
  type HttpToken,
  type TokenSecret,
  type TokenSource,
  whyNotToken,
} from "../../core/http_settings.ts";
import { readSecretFile } from "./secret_file.ts";

const LARGEST_FILE_BYTES = 4096;

type Tokens = Readonly<Record<string, HttpToken>>;

export class TokenSecrets {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  /** By path. What was read as root may be out of reach later. */
  readonly #files = new Map<string, string>();

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  /**
   * Reads what has to be read. The error is a sentence about the first token that cannot be had; it
   * has nothing of a secret in it. A file that was read before and may no longer be read keeps its
   * text.
   */
  read(tokens: Tokens): Result<void, string> {
    for (const [name, { source }] of Object.entries(tokens)) {
      const problem = source.kind === "file"
        ? this.#readFile(source.path)
        : this.#problemOf(source);
      if (problem !== null) return err(`taskmaster.http.tokens.${name}: ${problem}`);
    }
    return ok(undefined);
  }

  /** By name; those that `read` has accepted. */
  of(tokens: Tokens): ReadonlyMap<string, TokenSecret> {
    const found = new Map<string, TokenSecret>();
    for (const [name, { source, role }] of Object.entries(tokens)) {
      const secret = this.#textOf(source);
      if (secret !== undefined) found.set(name, { secret, role });
    }
    return found;
  }

  #textOf(source: TokenSource): string | undefined {
    switch (source.kind) {
      case "text":
        return source.text;
      case "env":
        return this.#environment[source.name];
      case "file":
        return this.#files.get(source.path);
    }
  }

  #problemOf(source: Exclude<TokenSource, { kind: "file" }>): string | null {
    const text = this.#textOf(source);
    const what = source.kind === "env" ? `the variable ${source.name}` : "the token";
    if (text === undefined) {
      return `${what} is not set; set it for taskmaster, or write token_file instead of token_env`;
    }
    const reason = whyNotToken(text);
    return reason === null ? null : `${what} ${reason}`;
  }

  #readFile(path: string): string | null {
    const text = readSecretFile(path, LARGEST_FILE_BYTES);
    if (!text.ok) {
      const { message, isDenied } = text.error;
      return isDenied && this.#files.has(path) ? null : message;
    }
    const token = text.value.trim();
    const reason = whyNotToken(token);
    if (reason !== null) return `the token in ${JSON.stringify(path)} ${reason}`;
    this.#files.set(path, token);
    return null;
  }
}
