/** The entry of the page in a browser. */
import { render } from "preact";
import { App } from "./app.tsx";
import { StoreContext } from "./hooks.ts";
import { Store } from "./store.ts";

const store = new Store();
render(
  <StoreContext.Provider value={store}>
    <App />
  </StoreContext.Provider>,
  document.getElementById("page")!,
);
void store.open();
