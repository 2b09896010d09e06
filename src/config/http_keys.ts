/** The keys of alerts by HTTP. */
import * as z from "zod";
import { readHeaderName, readHeaderValue, readTemplate, readUrl } from "./alert_words.ts";
import { emailKeys } from "./email_keys.ts";
import { scalar, setting } from "./setting.ts";

export const httpKeys = {
  url: setting(scalar(readUrl), {
    expects: "a URL that begins with http:// or https://",
    default: "none, it is required",
    notes: "Where it is sent, as a POST. Only its beginning, the host, is ever shown again.",
    example: 'url: "https://hooks.example.com/x"',
    json: { type: "string", pattern: "^https?://" },
  }),
  headers: setting(z.map(scalar(readHeaderName), scalar(readHeaderValue)), {
    expects: 'a mapping "Name: value"',
    default: "`Content-Type: application/json`",
    notes: "Headers to send. Their values are never shown.",
    example: 'headers: { Authorization: "Bearer abcdef" }',
    json: {
      type: "object",
      propertyNames: { pattern: "^[^ :]+$" },
      additionalProperties: { type: ["string", "number", "boolean"] },
    },
  }),
  template: setting(scalar(readTemplate), {
    expects: "a text with placeholders",
    default: "a JSON document that [alerts.md](alerts.md) describes",
    notes: "The body, for services that want another one. Placeholders such as `{{text}}` stand " +
      "inside quotes; what they stand for is escaped for JSON, unless a `Content-Type` header " +
      "says that it is something else.",
    example: 'template: \'{"text": "{{text}}"}\'',
    json: { type: "string", minLength: 1 },
  }),
  ca_file: emailKeys.ca_file,
} as const;
