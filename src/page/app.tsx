/** The page: what is at the top, and what the address says below. */
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { usePlace, useStore } from "./hooks.ts";
import { ProcessList } from "./process_list.tsx";
import { ProcessPage } from "./process_page.tsx";
import { Uptime } from "./process_row.tsx";
import { LogPage } from "./records.tsx";
import { ReloadPage } from "./reload_page.tsx";
import { SignIn } from "./sign_in.tsx";

export function App(): VNode {
  const store = useStore();
  const place = usePlace();
  const isHere = useRef(true);
  useEffect(() => {
    document.title = place === "" ? "taskmaster" : `${place.replace("process/", "")} – taskmaster`;
    // Who cannot see the page hears where he is, and goes on from there.
    if (!isHere.current) document.querySelector("main")?.focus({ preventScroll: true });
    scrollTo(0, 0);
    isHere.current = false;
  }, [place]);
  if (store.phase === "signed-out") return <SignIn />;
  return (
    <>
      <header>
        <h1>
          <a href="#/">taskmaster</a>
        </h1>
        <nav aria-label="Pages">
          <Link to="" place={place}>Processes</Link>
          <Link to="log" place={place}>Log</Link>
          {store.mayAdminister && <Link to="reload" place={place}>Reload</Link>}
        </nav>
        {store.supervisor !== null && (
          <span class="about" title={store.supervisor.config}>
            {store.supervisor.version}, up <Uptime since={store.supervisorSince} />
          </span>
        )}
        {store.session !== null && (
          <span class="who">
            {store.session.name} ({store.session.role}
            {!store.mayOperate && ": to look, not to change"}){" "}
            <button type="button" class="link" onClick={() => void store.signOut()}>
              Sign out
            </button>
          </span>
        )}
      </header>
      <div aria-live="assertive">
        {store.phase === "lost" && (
          <p class="banner">No connection to taskmaster; trying again. What is shown may be old.</p>
        )}
        {store.trouble !== null && (
          <p class="banner">
            {store.trouble}{" "}
            <button type="button" class="link" onClick={() => store.dismissTrouble()}>Close</button>
          </p>
        )}
      </div>
      <p class="heard" role="status">{store.outcome}</p>
      <Place place={place} />
    </>
  );
}

function Link(
  { to, place, children }: { to: string; place: string; children: string },
): VNode {
  return <a href={`#/${to}`} aria-current={place === to ? "page" : undefined}>{children}</a>;
}

function Place({ place }: { readonly place: string }): VNode {
  if (place.startsWith("process/")) {
    const name = place.slice("process/".length);
    return <ProcessPage key={name} name={name} />;
  }
  if (place === "log") return <LogPage />;
  if (place === "reload") return <ReloadPage />;
  return <ProcessList />;
}
