# SPDX-License-Identifier: Apache-2.0
# Completion of virt-ledger for bash: the program itself knows what may come next.
_virt_ledger() {
  local words=("${COMP_WORDS[@]:1:COMP_CWORD}") current=${COMP_WORDS[COMP_CWORD]}
  # bash cuts --format=json into three words.
  if [ "$current" = '=' ]; then
    current=
    words[-1]=
  elif [ "${#words[@]}" -gt 2 ] && [ "${words[-2]}" = '=' ]; then
    unset 'words[-2]'
  fi
  mapfile -t COMPREPLY < <(compgen -W "$("$1" complete -- "${words[@]}" 2>/dev/null | cut -f 1)" -- "$current")
}
complete -o default -F _virt_ledger virt-ledger
