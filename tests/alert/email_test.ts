import assert from "node:assert/strict";
import { loadMailer } from "../../src/alert/email.ts";
import type { Delivery } from "../../src/core/alert/outbox.ts";
import type { EmailAlert, Secret } from "../../src/core/alert/settings.ts";
import { makeEmailAlert, makeItem, makeMessage } from "../support/make_alert.ts";
import { makeSender } from "../support/send_context.ts";
import { CA_FILE, SmtpReceiver, SmtpRefusal } from "../support/smtp_receiver.ts";

await loadMailer();

const PASSWORD = "abcd efgh ijkl mnop";
const LOGIN = { username: "me@example.com", password: PASSWORD };

function login(password: Secret = { kind: "text", text: PASSWORD }): Partial<EmailAlert> {
  return { login: { username: LOGIN.username, password } };
}

function send(settings: Partial<EmailAlert>, message = makeMessage()): Promise<Delivery> {
  return makeSender().send(makeEmailAlert(settings), message);
}

async function failureOf(settings: Partial<EmailAlert>): Promise<string> {
  const delivery = await send(settings);
  assert.equal(delivery.kind, "failed");
  assert.ok(delivery.kind === "failed");
  for (const secret of [PASSWORD, btoa(PASSWORD)]) assert.ok(!delivery.reason.includes(secret));
  return delivery.reason;
}

Deno.test("an e-mail goes over TLS with a login, as to Gmail", async () => {
  await using server = await SmtpReceiver.start({ secure: true, login: LOGIN });
  const settings = {
    ...login(),
    port: server.port,
    security: "tls",
    caFile: CA_FILE,
    from: "me@example.com",
    to: ["ops@example.com", "Boss <boss@example.com>"],
  } as const;
  assert.deepEqual(await send(settings), { kind: "delivered" });
  const [mail] = await server.received(1);
  assert.ok(mail !== undefined);
  const { from, to, user, isEncrypted, text } = mail;
  assert.deepEqual({ from, to, user, isEncrypted }, {
    from: "me@example.com",
    to: ["ops@example.com", "boss@example.com"],
    user: "me@example.com",
    isEncrypted: true,
  });
  assert.match(text, /^Subject: \[taskmaster myhost\] web:0 FATAL\r$/m);
  assert.match(text, /^Message-ID: <oncall-1-1767225600000\.test@myhost>\r$/m);
  assert.match(text, /^web:0 is FATAL: exited too early with code 1\r$/m);
});

Deno.test("an e-mail goes by STARTTLS, and not without it", async () => {
  await using server = await SmtpReceiver.start({ login: LOGIN });
  const settings = { ...login(), security: "starttls", caFile: CA_FILE } as const;
  assert.deepEqual(await send({ ...settings, port: server.port }), { kind: "delivered" });
  const [mail] = await server.received(1);
  assert.deepEqual([mail?.isEncrypted, mail?.user], [true, "me@example.com"]);

  await using open = await SmtpReceiver.start({ without: ["STARTTLS"] });
  const reason = await failureOf({ ...settings, port: open.port });
  assert.match(reason, /^localhost:\d+ does not offer STARTTLS: /);
  assert.deepEqual(open.mails, []);
});

Deno.test("an e-mail goes in the plain without touching what the server offers", async () => {
  await using server = await SmtpReceiver.start();
  assert.deepEqual(await send({ port: server.port }), { kind: "delivered" });
  const [mail] = await server.received(1);
  assert.deepEqual([mail?.isEncrypted, mail?.user], [false, null]);
});

Deno.test("an e-mail says that the certificate is not trusted, and what to do", async () => {
  await using server = await SmtpReceiver.start({ secure: true });
  const reason = await failureOf({ port: server.port, security: "tls" });
  assert.match(reason, /^the certificate of localhost:\d+ is not trusted: its issuer is unknown/);
  assert.match(reason, /"ca_file"/);
});

Deno.test("an e-mail says that the certificate is for another name", async () => {
  await using server = await SmtpReceiver.start({ secure: true });
  const settings = { port: server.port, security: "tls", caFile: CA_FILE } as const;
  const address = server.address;
  const reason = await failureOf({ ...settings, host: address });
  assert.match(
    reason,
    /^the certificate of \S+ is not trusted: .*(NotValidForName|not valid for|altnames)/i,
  );
});

Deno.test("an e-mail says that a server does not begin with TLS", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const accepted = listener.accept();
  const failure = failureOf({ host: "127.0.0.1", port, security: "tls" });
  const connection = await accepted;
  await connection.write(new TextEncoder().encode("220 mail.example.com ESMTP\r\n"));
  assert.match(await failure, /^127\.0\.0\.1:\d+ does not begin with TLS; write "security: /);
  connection.close();
  listener.close();
});

Deno.test("an e-mail says that a server agrees to STARTTLS and goes on without TLS", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const accepted = listener.accept();
  const failure = failureOf({ host: "127.0.0.1", port, security: "starttls" });
  const connection = await accepted;
  const bytes = new Uint8Array(1000);
  const answers = ["220 hi\r\n", "250-hi\r\n250 STARTTLS\r\n", "220 go on\r\n", "500 what?\r\n"];
  for (const [index, answer] of answers.entries()) {
    if (index > 0) await connection.read(bytes);
    await connection.write(new TextEncoder().encode(answer));
  }
  assert.match(
    await failure,
    /^127\.0\.0\.1:\d+ agrees to STARTTLS but does not begin with TLS then/,
  );
  connection.close();
  listener.close();
});

Deno.test("an e-mail says that the login is refused, without the password, and may try again", async () => {
  await using server = await SmtpReceiver.start({ secure: true, login: LOGIN });
  const wrong = login({ kind: "text", text: "hunter2hunter2" });
  const delivery = await send({ ...wrong, port: server.port, security: "tls", caFile: CA_FILE });
  assert.deepEqual(delivery, {
    kind: "failed",
    reason: `localhost:${server.port} refuses the login: ` +
      "535 5.7.8 Username and Password not accepted",
    isPermanent: false,
  });
});

Deno.test("an e-mail with a login is not sent to a server that knows no logins", async () => {
  await using server = await SmtpReceiver.start();
  await failureOf({ ...login(), port: server.port });
  assert.deepEqual(server.mails, []);
});

Deno.test("an e-mail that is refused for good is not tried again, one put off is", async () => {
  await using server = await SmtpReceiver.start({
    refuseRecipient: (address) =>
      address.startsWith("busy")
        ? new SmtpRefusal(451, "4.3.0 try again later")
        : new SmtpRefusal(550, "5.1.1 no such user"),
  });
  const settings = { port: server.port };
  assert.deepEqual(await send({ ...settings, to: ["nobody@example.com"] }), {
    kind: "failed",
    reason: `localhost:${server.port} answers: 550 5.1.1 no such user`,
    isPermanent: true,
  });
  assert.deepEqual(await send({ ...settings, to: ["busy@example.com"] }), {
    kind: "failed",
    reason: `localhost:${server.port} answers: 451 4.3.0 try again later`,
    isPermanent: false,
  });
});

Deno.test("an e-mail that only some may have is delivered to them once", async () => {
  await using server = await SmtpReceiver.start({
    refuseRecipient: (address) =>
      address.startsWith("gone") ? new SmtpRefusal(550, "5.1.1 no such user") : null,
  });
  const to = ["ops@example.com", "gone@example.com"];
  assert.deepEqual(await send({ port: server.port, to }), {
    kind: "failed",
    reason: "gone@example.com was refused by the server; the others have the message",
    isPermanent: true,
  });
  const [mail] = await server.received(1);
  assert.deepEqual(mail?.to, ["ops@example.com"]);
});

Deno.test("an e-mail gives up on a server that stalls", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const { port } = listener.addr as Deno.NetAddr;
  const reason = await failureOf({ host: "127.0.0.1", port, timeoutMs: 200 });
  assert.equal(reason, "no success within 0.2 s");
  const connection = await accepted;
  // It has hung up: nothing is left open behind a server that never answers.
  assert.equal(await connection.read(new Uint8Array(1)), null);
  connection.close();
  listener.close();
});

Deno.test("an e-mail gives up on a server that talks for ever without saying anything", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const drip = (async () => {
    const connection = await listener.accept();
    try {
      while (true) await connection.write(new TextEncoder().encode("220-wait\r\n"));
    } catch {
      connection.close();
    }
  })();
  await failureOf({ host: "127.0.0.1", port, timeoutMs: 300 });
  await drip;
  listener.close();
});

Deno.test("an e-mail says that nobody listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  for (const host of ["127.0.0.1", "localhost"]) {
    const reason = await failureOf({ host, port });
    assert.ok(reason.startsWith(`${host}:${port}: `));
    assert.match(reason, /ECONNREFUSED/);
  }
});

Deno.test("an e-mail takes the password from a variable or a file, and says where it is missing", async () => {
  await using server = await SmtpReceiver.start({ secure: true, login: LOGIN });
  const directory = await Deno.makeTempDir();
  const path = `${directory}/password`;
  await Deno.writeTextFile(path, `${PASSWORD}\n`);
  Deno.env.set("TEST_SMTP_PASSWORD", PASSWORD);
  const settings = { port: server.port, security: "tls", caFile: CA_FILE } as const;
  for (
    const secret of [{ kind: "env", name: "TEST_SMTP_PASSWORD" }, { kind: "file", path }] as const
  ) {
    assert.deepEqual(await send({ ...settings, ...login(secret) }), { kind: "delivered" });
  }
  Deno.env.delete("TEST_SMTP_PASSWORD");
  await Deno.remove(directory, { recursive: true });
  assert.equal(
    await failureOf({ ...settings, ...login({ kind: "env", name: "TEST_SMTP_PASSWORD" }) }),
    "no password: the variable TEST_SMTP_PASSWORD is not set in taskmaster's environment",
  );
  assert.equal(
    await failureOf({ ...settings, ...login({ kind: "file", path }) }),
    `no password: cannot read "${path}": no such file (ENOENT)`,
  );
});

Deno.test("an e-mail cannot be given other headers by what a program is called", async () => {
  await using server = await SmtpReceiver.start();
  const { record } = makeItem();
  const evil = { ...record, process: "web\r\nBcc: all@example.com\r\n\r\nhello" };
  await send({ port: server.port }, makeMessage({ items: [makeItem({ record: evil })] }));
  const [mail] = await server.received(1);
  assert.doesNotMatch(mail!.text, /^Bcc:/m);
  assert.deepEqual(mail!.to, ["ops@example.com"]);
});
