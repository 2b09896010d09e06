import { controllerContract } from "./controller_contract.ts";

controllerContract(
  "LocalController",
  ({ controller }) => Promise.resolve({ controller, dispose: () => Promise.resolve() }),
);
