/**
 * A supervisor that only captures one stream: goes on where an earlier one was killed. Arguments:
 * a directory. Prints the path of the FIFO when it is ready, then waits to be killed.
 */
import { watchingStopped } from "../../../src/sys/epoll.ts";
import { disarmFileSizeSignal } from "../../../src/sys/limits.ts";
import { FifoHolder } from "../../../src/sys/output/fifo_holder.ts";
import { OutputHub } from "../../../src/sys/output/output_hub.ts";

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

disarmFileSizeSignal();
const [directory] = Deno.args;
const recorded = `${directory}/holder.json`;
const options = {
  directory: `${directory}/fifo`,
  onEnded: () => print("the holder ended"),
};

function findHolder(): FifoHolder | undefined {
  try {
    return FifoHolder.adopt(JSON.parse(Deno.readTextFileSync(recorded)), options);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const holder = findHolder() ?? FifoHolder.start(options);
Deno.writeTextFileSync(recorded, JSON.stringify(holder.identity));
const hub = new OutputHub({
  fifoDirectory: options.directory,
  holder,
  onLoss: (report) => print(JSON.stringify(report)),
  onRecovered: (report) => print(JSON.stringify(report)),
  onWarning: print,
});
const target = { path: `${directory}/x.log`, maxBytes: 4_000_000, backups: 1000 };
print(hub.open("web.0.stdout", target));
await watchingStopped();
