/** Colours, when the reader's terminal wants them. */
import { styleText } from "node:util";

export type Colour = "red" | "green" | "yellow" | "cyan" | "dim" | "bold";

export function style(colour: Colour, text: string, isColoured: boolean): string {
  return isColoured ? styleText(colour, text, { validateStream: false }) : text;
}
