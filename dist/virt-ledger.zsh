#compdef virt-ledger
# SPDX-License-Identifier: Apache-2.0
# Completion of virt-ledger for zsh: the program itself knows what may come next.
local -a offers
offers=(${(f)"$($words[1] complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)"})
if (( $#offers )); then
  offers=(${${offers//:/\\:}/$'\t'/:})
  _describe -V virt-ledger offers
else
  _files
fi
