/** What a process writes, as it is written. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { selecting } from "./api.ts";
import type { WireFollowed, WirePiece } from "../control/wire.ts";
import { AnsiReader } from "./ansi.ts";
import { useStore } from "./hooks.ts";

const STREAMS = ["stdout", "stderr"] as const;
const LINES = 500;
const MOST_LINES = 5000;
const RETRY_MS = 2000;

export function LogView({ name }: { readonly name: string }): VNode {
  const store = useStore();
  const [stream, setStream] = useState<typeof STREAMS[number]>("stdout");
  const [isFollowing, setIsFollowing] = useState(true);
  const [search, setSearch] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  follows.current = isFollowing;
  const isLive = store.phase === "live";

  useEffect(() => {
    if (!isLive) return;
    const end = new AbortController();
    const lines = new LogLines(box.current!, () => follows.current);
    const path = `/v1/logs/follow?${selecting([name])}&stream=${stream}&lines=${LINES}`;
    const read = async () => {
      const events = await store.api.events(path, end.signal);
      lines.clear();
      for await (const { event, data } of events) {
        if (event === "piece") lines.take(data as WirePiece);
        else setProblem((data as WireFollowed).refused[0]?.reason ?? null);
      }
    };
    let retry: ReturnType<typeof setTimeout> | undefined;
    const keepReading = () =>
      void read().catch((error) => {
        if (end.signal.aborted) return;
        setProblem(error instanceof Error ? error.message : String(error));
        retry = setTimeout(keepReading, RETRY_MS);
      });
    keepReading();
    return () => {
      clearTimeout(retry);
      end.abort();
    };
  }, [name, stream, isLive]);

  useEffect(() => showOnly(box.current!, search), [search]);
  useEffect(() => {
    if (isFollowing) box.current!.scrollTop = box.current!.scrollHeight;
  }, [isFollowing]);

  const download = `/v1/processes/${encodeURIComponent(name)}/logs/${stream}?lines=1000000`;
  return (
    <section aria-label={`Output of ${name}`}>
      <div class="toolbar">
        <span role="group" aria-label="Stream">
          {STREAMS.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === stream}
              onClick={() => setStream(each)}
            >
              {each}
            </button>
          ))}
        </span>
        <label>
          <input
            type="checkbox"
            checked={isFollowing}
            onChange={({ currentTarget }) => setIsFollowing(currentTarget.checked)}
          />
          Follow
        </label>
        <input
          type="search"
          placeholder="Lines with…"
          aria-label="Show only lines with"
          value={search}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        <a href={download} download={`${name.replace(":", "-")}.${stream}.log`}>Download</a>
      </div>
      {problem !== null && <p class="problem" role="alert">{problem}</p>}
      <div
        ref={box}
        class="log"
        data-search={search}
        role="log"
        aria-label={stream}
        tabIndex={0}
      />
    </section>
  );
}

/** Lines in a box; the view itself is not drawn again for each of them. */
class LogLines {
  readonly #box: HTMLElement;
  readonly #follows: () => boolean;
  #decoder = new TextDecoder();
  #ansi = new AnsiReader();
  /** The last line, as long as it has no end. */
  #open: { element: HTMLElement; text: string } | null = null;

  constructor(box: HTMLElement, follows: () => boolean) {
    this.#box = box;
    this.#follows = follows;
  }

  clear(): void {
    this.#box.replaceChildren();
    this.#open = null;
    this.#decoder = new TextDecoder();
    this.#ansi = new AnsiReader();
  }

  take(piece: WirePiece): void {
    switch (piece.kind) {
      case "bytes":
        this.#write(this.#decoder.decode(Uint8Array.fromBase64(piece.bytes), { stream: true }));
        break;
      case "gap":
        this.#note(`${piece.bytes} bytes were skipped, as they came too fast`);
        break;
      case "lost":
        this.#note(`${piece.bytes} bytes were lost: ${piece.reason}`);
    }
    while (this.#box.childElementCount > MOST_LINES) this.#box.firstElementChild!.remove();
    if (this.#follows()) this.#box.scrollTop = this.#box.scrollHeight;
  }

  #write(text: string): void {
    const lines = text.split("\n");
    const rest = lines.pop()!;
    for (const line of lines.slice(-MOST_LINES)) {
      this.#line(line);
      this.#open = null;
    }
    if (rest !== "") this.#line(rest);
  }

  /** The rest of the line that is open, or a new one. */
  #line(text: string): void {
    const { element, text: before } = this.#open ?? { element: this.#add(), text: "" };
    this.#open = { element, text: before + text };
    for (const { text: shown, classes } of this.#ansi.read(text)) {
      const span = document.createElement("span");
      span.className = classes;
      span.textContent = shown;
      element.append(span);
    }
    element.hidden = !isWanted(element, this.#box.dataset.search ?? "");
  }

  #note(text: string): void {
    this.#open = null;
    const element = this.#add();
    element.className = "note";
    element.textContent = text;
  }

  #add(): HTMLElement {
    const element = document.createElement("div");
    this.#box.append(element);
    return element;
  }
}

function isWanted({ textContent }: HTMLElement, search: string): boolean {
  return (textContent ?? "").toLowerCase().includes(search.toLowerCase());
}

function showOnly(box: HTMLElement, search: string): void {
  for (const line of box.children) {
    (line as HTMLElement).hidden = !isWanted(line as HTMLElement, search);
  }
}
