/** What the holder of FIFOs runs. */

/**
 * For bash. Arguments: the FIFO with commands, the FIFO for answers. A command is one line:
 * `hold TOKEN PATH` (answered with the token when it is done), `release - PATH`, `quit - -`.
 * Descriptors that were left open by whoever started us are closed first.
 */
export const HOLDER_SCRIPT = `
for fd in /proc/self/fd/*; do
  fd=\${fd##*/}
  if ((fd > 2)); then exec {fd}>&-; fi
done
declare -A held
exec {commands}<>"$1" {answers}<>"$2" || exit 1
while read -r -u "$commands" command token path; do
  case $command in
    hold)
      if [[ -z \${held[$path]} && -p $path ]] && exec {fd}<>"$path"; then held[$path]=$fd; fi
      if [[ -n \${held[$path]} ]]; then echo "$token" >&"$answers"; fi
      ;;
    release)
      fd=\${held[$path]}
      if [[ -n $fd ]]; then exec {fd}>&-; fi
      unset 'held[$path]'
      ;;
    quit) exit 0 ;;
  esac
done
`;
