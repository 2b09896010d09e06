/** What a process writes, as it is written. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { selecting } from "./api.ts";
import type { WireFollowed, WirePiece } from "../control/wire.ts";
import { useStore } from "./hooks.ts";
import { LogLines, showOnly } from "./log_lines.ts";
import { untilVisible, whileVisible } from "./visible.ts";

const STREAMS = ["stdout", "stderr"] as const;
/** Of the past. */
const LINES = 500;
/** Between the parts of a log that comes without an end. */
const PAUSE_MS = 50;
const RETRY_MS = 2000;

export interface LogViewProps {
  readonly name: string;
  /** Before, there may be nothing to follow. */
  readonly wasStarted: boolean;
}

export function LogView({ name, wasStarted }: LogViewProps): VNode {
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
      await untilVisible(end.signal);
      const events = await store.api.events(path, watched = whileVisible(end.signal));
      lines.clear();
      setProblem(null);
      for await (const { event, data } of events) {
        if (event === "piece") {
          lines.take(data as WirePiece);
          // What is not read waits at the server, which skips what becomes too much.
          await frame();
        } else setProblem((data as WireFollowed).refused[0]?.reason ?? null);
      }
    };
    let retry: ReturnType<typeof setTimeout> | undefined;
    let watched: AbortSignal | undefined;
    const keepReading = () =>
      void read().catch((error) => {
        if (end.signal.aborted) return;
        if (watched?.aborted) return keepReading();
        setProblem(error instanceof Error ? error.message : String(error));
        retry = setTimeout(keepReading, RETRY_MS);
      });
    keepReading();
    return () => {
      clearTimeout(retry);
      end.abort();
    };
  }, [name, stream, isLive, wasStarted]);

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
      {problem !== null && wasStarted && <p class="problem" role="alert">{problem}</p>}
      <div
        ref={box}
        class="log"
        data-search={search}
        role="log"
        aria-live="off"
        aria-label={stream}
        tabIndex={0}
      />
    </section>
  );
}

/** Resolves when the page has been drawn and keys had their turn; never while nobody can see it. */
function frame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, PAUSE_MS)));
}
