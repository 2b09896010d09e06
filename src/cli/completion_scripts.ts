/**
 * What makes Tab work in other shells. Each script hands the words before the cursor to the hidden
 * verb `__complete`, of the program as the user has called it, and offers the lines it prints.
 */
import type { SHELLS } from "../commands/complete.ts";
import { COMPLETE_VERB, FILES } from "./complete_protocol.ts";

export type ShellName = typeof SHELLS[number];

const BASH = `# taskmaster completions for bash
_taskmaster() {
  local rest=\${COMP_LINE:0:COMP_POINT} command=$1 words=() word i
  [[ $command == "~/"* ]] && command=$HOME\${command:1}
  # Bash takes words apart at ":" and "=": what stands together in the line is put together again.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $i -eq 0 || $rest == [[:space:]]* ]]; then
      rest=\${rest#"\${rest%%[![:space:]]*}"}
      words+=("")
    fi
    [[ $i -eq $COMP_CWORD ]] && word=$rest
    words[-1]+=$word
    rest=\${rest#"$word"}
  done
  local typed=\${words[-1]}
  for ((i = 1; i < \${#words[@]}; i++)); do
    word=\${words[i]//[\\"\\'\\\\]/}
    [[ $word == "~/"* ]] && word=$HOME\${word:1}
    words[i]=$word
  done
  mapfile -t COMPREPLY < <("$command" ${COMPLETE_VERB} "\${words[@]:1}" 2>/dev/null)
  if [[ \${COMPREPLY[0]-} == ${FILES} ]]; then
    COMPREPLY=()
    compopt -o default
    return
  fi
  # What stands before the last ":" or "=" is no part of what bash replaces, except in quotes.
  local kept=\${typed%"\${typed##*[:=]}"}
  [[ $kept == *:* && $COMP_WORDBREAKS != *:* ]] && kept=\${kept%"\${kept##*=}"}
  [[ $typed == [\\"\\']* ]] && kept=
  COMPREPLY=("\${COMPREPLY[@]#"$kept"}")
}
complete -F _taskmaster taskmaster
`;

const ZSH = `#compdef taskmaster
_taskmaster() {
  local -a given candidates
  given=("\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}")
  given=("\${(@)given/#\\~\\//$HOME/}")
  candidates=(\${(f)"$(\${~words[1]} ${COMPLETE_VERB} "\${(@)given}" 2>/dev/null)"})
  if [[ \${candidates[1]} == ${FILES} ]]; then
    compset -P '--*='
    _files
  else
    compadd -- $candidates
  fi
}
if [[ \${funcstack[1]} == _taskmaster ]]; then
  _taskmaster
else
  compdef _taskmaster taskmaster
fi
`;

const FISH = `# taskmaster completions for fish
function __taskmaster_complete
  set -l words (commandline -opc)
  set -l typed (commandline -ct | string collect)
  set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
  set -e words[1]
  set -l candidates ($program ${COMPLETE_VERB} (string replace -r '^~/' "$HOME/" -- $words) "$typed" 2>/dev/null)
  if test "$candidates[1]" = ${FILES}
    if string match -q -- '--*=*' $typed
      set -l option (string replace -r '=.*' '=' -- $typed)
      printf '%s\\n' $option(__fish_complete_path (string replace -r '^[^=]*=' '' -- $typed))
    else
      __fish_complete_path "$typed"
    end
  else
    printf '%s\\n' $candidates
  end
end
complete -c taskmaster -f -a '(__taskmaster_complete)'
`;

export const COMPLETION_SCRIPTS: Readonly<Record<ShellName, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
};
