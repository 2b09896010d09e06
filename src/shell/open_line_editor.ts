/** Which of the line editors a terminal can have. */
import { EditingLineEditor } from "./editing_line_editor.ts";
import type { LineEditor, LineEditorOptions } from "./line_editor.ts";
import { PlainLineEditor } from "./plain_line_editor.ts";

/** Takes the terminal until `close`. Without cursor movement the terminal itself does the editing. */
export function openLineEditor(options: LineEditorOptions): LineEditor {
  return options.terminal.canEdit ? new EditingLineEditor(options) : new PlainLineEditor(options);
}
