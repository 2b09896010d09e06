/**
 * Messages show the lines that they are about, on screens and in logs; passwords, tokens and the
 * like must not come along. They are covered letter by letter, so that all places stay right.
 */
import type { Span } from "../base/diagnostic.ts";
import type { ConfigNode, Entry } from "./config_node.ts";
import {
  isEnvironment,
  isStrayVariable,
  likelyVariables,
  valuesOfVariables,
} from "./hide_variables.ts";
import {
  likelySecrets,
  SECRET_WORDS,
  secretsAnywhere,
  SHOWN_ALERT_KEYS,
} from "./likely_secrets.ts";

/** Keys under a user or a token whose values are no secrets. */
const HARMLESS = ["role", "token_env", "token_file"];
/** Wherever they stand: names of secrets, but not of places of secrets. */
const SECRET_KEY = new RegExp(`${SECRET_WORDS}$`, "i");
/** With its quote, if it has one: of a URL everything after the host may be a secret. */
const SHOWN_OF_URL = /^["']?[a-z]+:\/\/(?:[a-z0-9.-]+(?::\d+)?(?=[/?#"']|$)\/?)?/i;
/** A password by mistake does not look like this. */
const VARIABLE = /^[A-Z_][A-Z0-9_]*$/;
const KEY = /^[\w.-]+$/;

/** `root` is null when the text is no YAML: then what looks like a secret counts as one. */
export function hideSecrets(text: string, root: ConfigNode | null): string {
  const found = root === null
    ? [...likelySecrets(text), ...likelyVariables(text)]
    : new Finder(text).secretsIn(root);
  const spans = [...found, ...secretsAnywhere(text)].sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of spans) {
    const from = Math.max(at, start); // Two of them may overlap.
    if (end <= from) continue;
    parts.push(text.slice(at, from), text.slice(from, end).replaceAll(/[^\r\n]/g, "*"));
    at = end;
  }
  return parts.join("") + text.slice(at);
}

class Finder {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  secretsIn(root: ConfigNode): Span[] {
    const ofHttp = children(root, "taskmaster").flatMap((daemon) => children(daemon, "http"))
      .flatMap((http) => [...children(http, "users"), ...children(http, "tokens")])
      .flatMap(entriesOf)
      .flatMap(({ value }) => value.kind === "map" ? values(value) : of(value));
    const ofAlerts = children(root, "alerts").flatMap((section) =>
      section.kind === "map"
        ? entriesOf(section).flatMap(({ value }) => this.#ofAlert(value))
        : this.#ofAlert(section)
    );
    return [...ofHttp, ...ofAlerts, ...this.#named(root)];
  }

  /** All but what is known to be harmless: a misspelt key has the same secret. */
  #ofAlert(node: ConfigNode): Span[] {
    if (node.kind === "text") return of(node);
    if (node.kind === "list") return node.items.flatMap((item) => this.#ofAlert(item));
    return entriesOf(node).flatMap(({ key, keySpan, value }) => {
      if (SHOWN_ALERT_KEYS.includes(key) && value.kind !== "map") return [];
      if (key === "password_env" && value.kind === "text" && VARIABLE.test(value.text)) return [];
      if (key === "url") return this.#ofUrl(value);
      // "url:https://…", without a space, is all of it a key.
      return KEY.test(key) ? this.#ofAlert(value) : [keySpan, ...this.#ofAlert(value)];
    });
  }

  #ofUrl(node: ConfigNode): Span[] {
    if (node.kind !== "text") return this.#ofAlert(node);
    return of(node).map(({ start, end }) => {
      const shown = SHOWN_OF_URL.exec(this.#text.slice(start, end))?.[0].length ?? 0;
      return { start: start + shown, end };
    });
  }

  /** What has such a name, in the whole tree. What aliases repeat is looked at where it is defined. */
  #named(node: ConfigNode): Span[] {
    if (node.definedAt !== undefined || node.kind === "text") return [];
    if (node.kind === "list") return node.items.flatMap((item) => this.#named(item));
    return entriesOf(node).flatMap((entry) => {
      const { key, value } = entry;
      if (SECRET_KEY.test(key)) return of(value);
      if (isEnvironment(entry)) return valuesOfVariables(value, this.#text);
      if (isStrayVariable(entry)) return of(value);
      // Only alerts have these, perhaps in the wrong place, or under a key of the user's own.
      if (key === "url") return this.#ofUrl(value);
      return key === "headers" ? this.#ofAlert(value) : this.#named(value);
    });
  }
}

function values(map: ConfigNode & { readonly kind: "map" }): Span[] {
  // A misspelt key has the same secret.
  return entriesOf(map).flatMap(({ key, value }) => HARMLESS.includes(key) ? [] : of(value));
}

function children(node: ConfigNode, key: string): ConfigNode[] {
  return entriesOf(node).filter((entry) => entry.key === key).map(({ value }) => value);
}

/** What is written there, even if it counts for nothing. */
function entriesOf(node: ConfigNode): readonly Entry[] {
  return node.kind === "map" ? [...node.entries, ...node.ignored] : [];
}

function of({ span, definedAt }: ConfigNode): Span[] {
  return definedAt === undefined ? [span] : [span, definedAt];
}
