/** Terminals without programs: what viewers are told, as the test looks at it. */
import type { AttachListener, AttachOptions } from "../../src/ports/attachment.ts";
import type { Terminals, TerminalView } from "../../src/ports/terminals.ts";

export class FakeTerminals implements Terminals {
  /** "web 0" for each viewer that is there now. */
  readonly attached = new Set<string>();

  attach(
    { program, num }: { readonly program: string; readonly num: number },
    _options: AttachOptions,
    listener: AttachListener,
  ): TerminalView {
    const name = `${program} ${num}`;
    this.attached.add(name);
    return {
      write: () => Promise.resolve(),
      resize: () => {},
      redraw: () => {},
      end: () => void this.attached.delete(name),
      tell: (record) => void listener({ kind: "record", record }),
      finish: (reason) => {
        this.attached.delete(name);
        void listener({ kind: "end", reason });
      },
    };
  }
}
