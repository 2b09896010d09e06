/**
 * Commands for programs under test, as YAML. They are lines of shell rather than files, because
 * whom taskmaster becomes may not be allowed to read the directory of the tests.
 */

/** `script` must not contain single quotes. */
export function shell(script: string): string {
  return `[sh, -c, '${script}']`;
}

/** Says "ready" when it ignores SIGTERM, and runs until it is killed. */
export const IGNORES_TERM: string = shell('trap "" TERM; echo ready; exec sleep 1000');

/** Its child says "ready" when it ignores SIGTERM; it does not do so itself. */
export const CHILD_IGNORES_TERM: string = shell(
  '(trap "" TERM; echo ready; exec sleep 1000) & exec sleep 1000',
);

/** Leaves a child behind, whose pid it prints, and ends with code 1 when it has been RUNNING. */
export const LEAVES_A_CHILD: string = shell("sleep 1000 & echo $!; sleep 0.4; exit 1");

/** Says "ready" when it prints the name of each of these signals that it gets. */
export const PRINTS_SIGNALS: string = shell(
  'for each in HUP USR1 USR2; do trap "echo $each" $each; done; echo ready; ' +
    "while :; do sleep 0.1; done",
);
