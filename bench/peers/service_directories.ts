/** Folders of runit and s6: one for each program, with a script `run` that becomes it. */
import { commandOf, type Fleet, namesOf } from "./peer.ts";

/** Gives the folder of the folders. */
export async function writeServices(fleet: Fleet): Promise<string> {
  const services = `${fleet.directory}/services`;
  await Deno.mkdir(services, { recursive: true });
  for (const name of namesOf(fleet)) {
    await Deno.mkdir(`${services}/${name}`, { recursive: true });
    const script = `#!/bin/sh\nexec ${commandOf(fleet, name).join(" ")}\n`;
    await Deno.writeTextFile(`${services}/${name}/run`, script, { mode: 0o755 });
  }
  return services;
}
