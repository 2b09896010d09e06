/** The form of those who are not signed in. */
import type { TargetedSubmitEvent, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useStore } from "./hooks.ts";

export function SignIn(): VNode {
  const store = useStore();
  const [isToken, setIsToken] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("input")?.focus(), [isToken]);

  async function submit(event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? "");
    setIsBusy(true);
    setProblem(null);
    try {
      await store.signIn(
        isToken ? { token: text("token") } : { user: text("user"), password: text("password") },
      );
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setIsBusy(false);
      // The button lost the focus when it was disabled.
      const secret = form.current?.querySelector<HTMLInputElement>("input[type=password]");
      secret?.focus();
      secret?.select();
    }
  }

  return (
    <main class="sign-in">
      <h1>taskmaster</h1>
      <form ref={form} onSubmit={submit} aria-label="Sign in">
        {isToken
          ? (
            <label>
              Token
              <input name="token" type="password" required autocomplete="off" />
            </label>
          )
          : (
            <>
              <label>
                Name
                <input name="user" required autocomplete="username" autocapitalize="off" />
              </label>
              <label>
                Password
                <input name="password" type="password" autocomplete="current-password" />
              </label>
            </>
          )}
        {problem !== null && <p class="problem" role="alert">{problem}</p>}
        <button type="submit" class="main" disabled={isBusy}>
          {isBusy ? "Signing in…" : "Sign in"}
        </button>
        <button type="button" class="link" onClick={() => setIsToken(!isToken)}>
          {isToken ? "Use a name and a password" : "Use a token"}
        </button>
      </form>
    </main>
  );
}
