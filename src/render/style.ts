/** Colours, when the reader's terminal wants them. */

export type Colour = "red" | "green" | "yellow" | "cyan" | "dim" | "bold";

/** Select Graphic Rendition: on, off. A table, because node:util would be loaded for nothing else. */
const CODES: { readonly [C in Colour]: readonly [on: number, off: number] } = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  dim: [2, 22],
  bold: [1, 22],
};

export function style(colour: Colour, text: string, isColoured: boolean): string {
  const [on, off] = CODES[colour];
  return isColoured ? `\x1b[${on}m${text}\x1b[${off}m` : text;
}
