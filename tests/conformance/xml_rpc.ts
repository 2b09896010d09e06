/** The little of XML-RPC that is needed to ask supervisord for something. */
import { request } from "node:http";

/** Calls a method of `supervisor` ; resolves when it is done or has been refused. */
export function callXmlRpc(
  socketPath: string,
  method: string,
  params: readonly (string | boolean)[],
): Promise<void> {
  const values = params.map((value) => `<param><value>${valueText(value)}</value></param>`);
  const body = `<?xml version="1.0"?><methodCall><methodName>supervisor.${method}</methodName>` +
    `<params>${values.join("")}</params></methodCall>`;
  return new Promise((resolve, reject) => {
    const headers = { "Content-Type": "text/xml", "Content-Length": String(body.length) };
    const options = { socketPath, method: "POST", path: "/RPC2", headers, agent: false };
    const asked = request(options, (response) => {
      response.resume();
      response.on("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${method}: status ${response.statusCode}`));
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

function valueText(value: string | boolean): string {
  if (typeof value === "string") return `<string>${value}</string>`;
  return `<boolean>${value ? 1 : 0}</boolean>`;
}
