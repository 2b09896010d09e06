/** Reload: first what it would do, or what is wrong with the file; then the deed. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Report } from "../base/diagnostic.ts";
import { isEmptyPlan, type Plan } from "../core/plan.ts";
import { renderReport } from "../render/diagnostic.ts";
import { renderPlan } from "../render/plan.ts";
import { ApiError } from "./api.ts";
import { useStore } from "./hooks.ts";

interface PlanAnswer {
  readonly plan: Plan;
  readonly warnings: Report;
}

type Shown =
  | { readonly kind: "planned" | "done"; readonly answer: PlanAnswer }
  | { readonly kind: "refused"; readonly message: string; readonly report: Report | null }
  | { readonly kind: "reading" };

const LOOK = { colour: false, width: 100 };

export function ReloadPage(): VNode {
  const store = useStore();
  const [shown, setShown] = useState<Shown>({ kind: "reading" });

  async function ask(kind: "planned" | "done"): Promise<void> {
    setShown({ kind: "reading" });
    try {
      const answer = kind === "planned"
        ? await store.api.get<PlanAnswer>("/v1/plan")
        : await store.api.post<PlanAnswer>("/v1/reload", {});
      setShown({ kind, answer });
    } catch (error) {
      const report = error instanceof ApiError ? error.problem.report as Report | null : null;
      const message = error instanceof Error ? error.message : String(error);
      setShown({ kind: "refused", message, report: report ?? null });
    }
  }

  useEffect(() => {
    if (store.mayAdminister) void ask("planned");
  }, [store.mayAdminister]);

  if (!store.mayAdminister) {
    return (
      <main tabIndex={-1}>
        <p class="empty">Your role may not reload the configuration.</p>
      </main>
    );
  }
  return (
    <main tabIndex={-1}>
      <h2>Reload</h2>
      <p>
        <code>{store.supervisor?.config}</code>
      </p>
      <div aria-live="polite">
        <Outcome shown={shown} />
      </div>
      <div class="toolbar">
        <button type="button" onClick={() => void ask("planned")}>Look again</button>
        <button
          type="button"
          class="main"
          disabled={shown.kind !== "planned" || isEmptyPlan(shown.answer.plan)}
          onClick={() => void ask("done")}
        >
          Apply
        </button>
      </div>
    </main>
  );
}

function Outcome({ shown }: { readonly shown: Shown }): VNode {
  switch (shown.kind) {
    case "reading":
      return <p role="status">Reading…</p>;
    case "refused":
      return (
        <>
          <p class="problem" role="alert">{shown.message}. Nothing was changed.</p>
          {shown.report !== null && <pre class="report">{renderReport(shown.report, LOOK)}</pre>}
        </>
      );
    default: {
      const { plan, warnings } = shown.answer;
      const isDone = shown.kind === "done";
      return (
        <>
          <h3>{isDone ? "Done" : "What it would do"}</h3>
          <pre class="report">{renderPlan(plan, "done", { colour: false })}</pre>
          {warnings.diagnostics.length > 0 && (
            <pre class="report">{renderReport(warnings, LOOK)}</pre>
          )}
        </>
      );
    }
  }
}
