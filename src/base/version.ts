/** Read by the build, the shell and the log; kept equal to deno.json by a test. */
export const VERSION = "0.1.0";
