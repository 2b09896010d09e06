/** A real mail server on loopback that keeps what it gets. */
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** Made for these tests: an authority, and its certificate for "localhost", good for a century. */
const CERTIFICATES = new URL("../alert/certificates/", import.meta.url);
export const CA_FILE: string = new URL("ca.pem", CERTIFICATES).pathname;
export const SERVER_CERTIFICATE = {
  key: readFileSync(new URL("server.key", CERTIFICATES), "utf8"),
  cert: readFileSync(new URL("server.pem", CERTIFICATES), "utf8"),
};

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came: headers, an empty line, the body. */
  readonly text: string;
  readonly user: string | null;
  readonly isEncrypted: boolean;
}

export interface SmtpReceiverOptions {
  readonly secure?: boolean;
  /** Whoever logs in has to say this; without it nobody has to. */
  readonly login?: { readonly username: string; readonly password: string };
  /** An answer in place of "250": `new Error("…")` with a `responseCode`. */
  readonly refuseRecipient?: (address: string) => SmtpRefusal | null;
  /** Commands it does not know. */
  readonly without?: readonly string[];
  readonly port?: number;
}

export class SmtpRefusal extends Error {
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

export class SmtpReceiver implements AsyncDisposable {
  readonly mails: ReceivedMail[] = [];
  readonly #server: SMTPServer;
  #onMail: () => void = () => {};

  private constructor(options: SmtpReceiverOptions) {
    const { login, refuseRecipient } = options;
    const settings: SMTPServerOptions = {
      ...SERVER_CERTIFICATE,
      secure: options.secure ?? false,
      disabledCommands: [...options.without ?? [], ...login === undefined ? ["AUTH"] : []],
      disableReverseLookup: true,
      authOptional: login === undefined,
      // A plain server may take passwords as well, where a test wants that.
      allowInsecureAuth: true,
      closeTimeout: 100,
      onAuth: ({ username, password }, _session, done) => {
        const isRight = username === login?.username && password === login?.password;
        if (isRight) return done(null, { user: username });
        done(new SmtpRefusal(535, "5.7.8 Username and Password not accepted"));
      },
      onRcptTo: ({ address }, _session, done) => done(refuseRecipient?.(address) ?? undefined),
      onData: (stream, session, done) => {
        const chunks: Uint8Array[] = [];
        stream.on("data", (chunk: Uint8Array) => chunks.push(chunk));
        stream.on("end", () => {
          const { mailFrom, rcptTo } = session.envelope;
          this.mails.push({
            from: mailFrom === false ? "" : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            text: new TextDecoder().decode(Uint8Array.from(chunks.flatMap((each) => [...each]))),
            user: typeof session.user === "string" ? session.user : null,
            isEncrypted: session.secure === true,
          });
          done();
          this.#onMail();
        });
      },
    };
    this.#server = new SMTPServer(settings);
    this.#server.on("error", () => {}); // A client that goes away in the middle of something.
  }

  static async start(options: SmtpReceiverOptions = {}): Promise<SmtpReceiver> {
    const receiver = new SmtpReceiver(options);
    await new Promise<void>((resolve) =>
      receiver.#server.listen(options.port ?? 0, "localhost", resolve)
    );
    return receiver;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  /** The number behind "localhost", which its certificate is not for. */
  get address(): string {
    return (this.#server.server.address() as AddressInfo).address;
  }

  /** Resolves when so many mails have come in all. */
  async received(count: number, limitMs = 20_000): Promise<readonly ReceivedMail[]> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        timer = setTimeout(() => {
          reject(
            new Error(`${this.mails.length} of ${count} mails: ${JSON.stringify(this.mails)}`),
          );
        }, limitMs);
        this.#onMail = () => this.mails.length >= count ? resolve() : undefined;
        this.#onMail();
      });
    } finally {
      clearTimeout(timer);
    }
    return this.mails;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
