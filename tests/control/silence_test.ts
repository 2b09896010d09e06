import assert from "node:assert/strict";
import { Connection } from "../../src/control/client/connection.ts";

/** Answers a request when it is told to, like a supervisor that is busy. */
class SlowServer implements AsyncDisposable {
  readonly path: string;
  readonly #server: Deno.HttpServer;
  #asked = Promise.withResolvers<() => void>();

  constructor(directory: string) {
    this.path = `${directory}/sock`;
    this.#server = Deno.serve({ path: this.path, onListen() {} }, async () => {
      await new Promise<void>((answer) => this.#asked.resolve(answer));
      return Response.json({});
    });
  }

  /** Resolves when a request is there, with the function that has it answered. */
  async asked(): Promise<() => void> {
    const answer = await this.#asked.promise;
    this.#asked = Promise.withResolvers();
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

Deno.test("Connection tells of silence once until there is an answer, and not of long work", async () => {
  const directory = await Deno.makeTempDir();
  await using server = new SlowServer(directory);
  let silences = 0;
  let heard = Promise.withResolvers<void>();
  const onSilent = () => {
    silences++;
    heard.resolve();
  };
  const connection = new Connection(server.path, { onSilent, silenceMs: 50 });
  for (const expected of [1, 2]) {
    heard = Promise.withResolvers();
    const answer = connection.json("GET", "/x");
    const giveAnswer = await server.asked();
    await heard.promise;
    giveAnswer();
    assert.deepEqual(await answer, {});
    assert.equal(silences, expected);
  }
  const work = connection.json("POST", "/x", { mayTakeLong: true });
  const giveAnswer = await server.asked();
  await new Promise((resolve) => setTimeout(resolve, 200));
  giveAnswer();
  await work;
  assert.equal(silences, 2);
  connection.close();
  await Deno.remove(directory, { recursive: true });
});
