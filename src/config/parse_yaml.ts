/**
 * YAML text to a tree of our own. Only this file and its neighbours `yaml_mistake.ts` and
 * `convert_yaml.ts` know the YAML library.
 */
import { parseDocument } from "yaml";
import type { ConfigNode } from "./config_node.ts";
import { convertDocument } from "./convert_yaml.ts";
import type { Mistakes } from "./mistakes.ts";
import { syntaxMistakes } from "./yaml_mistake.ts";

/**
 * The tree of a text, or null when it has none: it is empty, or its syntax is so wrong that a tree
 * would only lead to messages about things the user did not mean.
 */
export function parseYaml(text: string, mistakes: Mistakes): ConfigNode | null {
  let document;
  try {
    document = parseDocument(text, {
      // Every scalar stays text: 022, 1.10 and yes mean what their key says they mean.
      schema: "failsafe",
      prettyErrors: false,
      // Looked for while converting: the library's check is quadratic and knows only one place.
      uniqueKeys: false,
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    mistakes.error(
      "yaml-too-deep",
      { start: 0, end: 0 },
      "values are nested too deeply",
    );
    return null;
  }
  if (document.errors.length > 0) {
    for (const { code, span, message, help } of syntaxMistakes(text, document)) {
      mistakes.error(code, span, message, help === undefined ? {} : { help });
    }
    return null;
  }
  return convertDocument(document, text, mistakes);
}
