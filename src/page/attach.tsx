/** Attach: the terminal of a process, in its page. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useStore } from "./hooks.ts";
import { Session, type Stage } from "./terminal/session.ts";

const RETRY_MS = 1000;

type Use = "attach" | "watch";

export function Attach({ name, isRunning }: { name: string; isRunning: boolean }): VNode {
  const store = useStore();
  const [use, setUse] = useState<Use | null>(null);
  const wasUsed = useRef<Use | null>(null);
  const toolbar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Who has left the terminal goes on where it was entered.
    if (use === null && wasUsed.current !== null) {
      toolbar.current?.querySelector<HTMLElement>(`[data-use=${wasUsed.current}]`)?.focus();
    }
    wasUsed.current = use;
  }, [use]);
  if (use !== null) {
    return (
      <AttachedTerminal
        name={name}
        isReadOnly={use === "watch"}
        onLeave={() => setUse(null)}
      />
    );
  }
  const isOff = !isRunning || store.phase !== "live";
  return (
    <div ref={toolbar} class="toolbar">
      {store.mayOperate && (
        <button
          type="button"
          data-use="attach"
          disabled={isOff}
          onClick={() => setUse("attach")}
        >
          Attach
        </button>
      )}
      <button type="button" data-use="watch" disabled={isOff} onClick={() => setUse("watch")}>
        Watch
      </button>
      <span class="hint">
        {isRunning
          ? store.mayOperate ? "Attach to type; watch to see only." : "Your role may only watch."
          : "It does not run."}
      </span>
    </div>
  );
}

interface AttachedTerminalProps {
  readonly name: string;
  readonly isReadOnly: boolean;
  readonly onLeave: () => void;
}

function AttachedTerminal({ name, isReadOnly, onLeave }: AttachedTerminalProps): VNode {
  const store = useStore();
  const [stage, setStage] = useState<Stage>({ kind: "loading" });
  const box = useRef<HTMLDivElement>(null);
  const session = useRef<Session | null>(null);
  useEffect(() => {
    const opened = new Session({
      box: box.current!,
      name,
      isReadOnly,
      onStage: setStage,
      onLeave,
    });
    session.current = opened;
    opened.open().catch(() =>
      setStage({ kind: "refused", reason: "the terminal cannot be loaded; load the page again" })
    );
    return () => opened.close();
  }, []);

  const isRetrying = stage.kind === "lost" && store.phase === "live";
  useEffect(() => {
    if (!isRetrying) return;
    const timer = setTimeout(() => {
      // A WebSocket that is refused tells no reason; the session may be over.
      void store.checkSession().then((isSignedIn) => isSignedIn && session.current?.connect());
    }, RETRY_MS);
    return () => clearTimeout(timer);
  }, [stage, isRetrying]);

  function again(): void {
    setStage({ kind: "loading" });
    session.current?.connect();
    session.current?.focus();
  }

  const isOver = stage.kind === "process_ended" || stage.kind === "refused";
  return (
    <section aria-label={`Terminal of ${name}`}>
      <div class="toolbar">
        <span role="status" class={stage.kind === "attached" ? "hint" : "problem"}>
          {describe(stage, name, isReadOnly)}
        </span>
        <span class="end">
          <label>
            <input
              type="checkbox"
              onChange={({ currentTarget }) => session.current?.speak(currentTarget.checked)}
            />
            For screen readers
          </label>
          {isOver && <button type="button" onClick={again}>Attach again</button>}
          <button type="button" onClick={onLeave}>{isOver ? "Close" : "Detach"}</button>
        </span>
      </div>
      <div ref={box} class="attached" />
    </section>
  );
}

function describe(stage: Stage, name: string, isReadOnly: boolean): string {
  switch (stage.kind) {
    case "loading":
      return "Attaching…";
    case "attached":
      return isReadOnly
        ? "What you type goes nowhere."
        : "All keys go to the program, Tab too. Ctrl-] and then d leaves it.";
    case "lost":
      return "The connection is lost; attaching again when it is back.";
    case "process_ended":
      return `${name} has ended.`;
    case "refused":
      return `Not attached: ${stage.reason}`;
  }
}
