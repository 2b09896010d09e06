/** Placeholders in the paths of output files. */

/** What stands for a process in an output path. */
export interface OutputPlaceholders {
  readonly program: string;
  /** As shown: "web:0". */
  readonly process: string;
  readonly num: number;
}

export const OUTPUT_PLACEHOLDERS = ["program", "process", "num"] as const;

/** The path of one process's file; braces around anything but a placeholder stay as they are. */
export function expandOutputPath(template: string, values: OutputPlaceholders): string {
  return template.replaceAll(
    /\{(program|process|num)\}/g,
    (_match, name: keyof OutputPlaceholders) => String(values[name]),
  );
}
