/** docs/benchmarks.md. */
import { KINDS } from "./executable.ts";
import { renderTable, renderTargets } from "./report.ts";
import type { Results } from "./results.ts";
import { TARGETS } from "./targets.ts";

export interface Sections {
  /** Of taskmaster and the other supervisors. */
  readonly peers: Results;
  /** Of the executable and `deno run`. */
  readonly kinds: Results;
}

export interface PageContents extends Sections {
  readonly machine: string;
  /** Average of the last minute, before it began. */
  readonly load: string;
  readonly versions: ReadonlyMap<string, string>;
  /** Size of the executable. */
  readonly bytes: number;
}

const COLUMNS = ["taskmaster", "supervisord", "pm2", "runit", "s6", "cat"];

const HOW = `## How it is measured

The supervisors take turns, round by round; medians, and in parentheses the least and the most. "4×"
is four times the value of taskmaster. taskmaster is the compiled executable. Everybody's files, logs
and sockets are in memory (\`/dev/shm\`), as \`/run\` usually is. The program that is supervised is a
small static one (\`bench/stamp.c\`) that writes the time into a FIFO as its first act; the
supervisor's word for it is not taken. Settings are the defaults, but that programs are always
restarted. Each of the programs is configured by itself.

- **restart**: from \`kill(2)\` to the first act of the next process, for ten programs one after the
  other that have run for 2.5 s.
- **start**: from the command line to the first act of the last program.
- **memory**: PSS of the supervisor and of the processes that it starts for its own use (\`runsv\`,
  \`s6-supervise\`, taskmaster's \`taskmaster-fifo-holder\`), not of the programs.
- **idle**: CPU, and context switches of all threads of those processes; all supervisors at the same
  time.
- **output**: one program writes 1 GiB in pieces of 64 KiB into its log, which is not rotated;
  \`cat\` is \`program | cat >log\`. runit and s6 leave that to another program.
- **status**, **stop**, **reload**: from the command line to its end and to what it was for. pm2,
  runit and s6 are told which program has changed; taskmaster and supervisord find out. s6 has no
  command for many: a shell loop calls it for each.
- **programs that fail at once**: taskmaster, supervisord wait 1 s, 2 s, 3 s between attempts and
  give up after three more; pm2 restarts at once and gives up after 16; runit and s6 start one each
  second for ever.
`;

export function renderResults({ peers, kinds }: Sections): string {
  const columns = COLUMNS.filter((name) =>
    peers.figures.some((figure) => peers.summary(figure, name) !== undefined)
  );
  const ofPeers = peers.figures.length === 0 ? "" : renderTable(peers, columns);
  const ofKinds = kinds.figures.length === 0
    ? ""
    : `\n## The executable\n\n${renderTable(kinds, KINDS.map(({ name }) => name))}`;
  return ofPeers + ofKinds;
}

export function renderPage(contents: PageContents): string {
  const { machine, load, versions, bytes, peers } = contents;
  const missing = COLUMNS.filter((name) => name !== "cat" && !versions.has(name));
  const left = missing.length === 0 ? "" : ` Not installed: ${missing.join(", ")}.`;
  const names = [...versions].map(([name, version]) => `${name} ${version}`);
  const date = new Date().toISOString().slice(0, 10);
  return `# Benchmarks

Written by \`deno task bench\`, which measures all of it again; \`deno task bench start 5\` measures one
thing, in five rounds. It needs a C compiler, Debian's \`supervisor\`, \`runit\` and \`s6\` as far as they are to be
compared, and npm for pm2.

${date}: ${machine}; load before it ${load}. ${names.join(", ")}; Deno ${Deno.version.deno}; the
executable has ${(bytes / 1e6).toFixed(0)} MB.${left}

## Targets

${renderTargets(TARGETS, peers)}
## Results

${renderResults(contents)}
${HOW}`;
}
