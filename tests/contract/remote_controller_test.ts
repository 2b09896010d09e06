import { Connection } from "../../src/control/client/connection.ts";
import { RemoteController } from "../../src/control/client/remote_controller.ts";
import { serve } from "../support/served_supervisor.ts";
import { controllerContract } from "./controller_contract.ts";

controllerContract("RemoteController", async (supervisor) => {
  const served = await serve(supervisor);
  const connection = new Connection(served.path);
  return {
    controller: new RemoteController(connection),
    async dispose() {
      connection.close();
      await served[Symbol.asyncDispose]();
    },
  };
});
