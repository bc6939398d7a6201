# SPDX-License-Identifier: Apache-2.0
# Completion of virt-ledger for fish: the program itself knows what may come next.
function __virt_ledger_offers
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l offers ($words[1] complete -- $words[2..-1] $current 2>/dev/null)
    if test (count $offers) -gt 0
        printf '%s\n' $offers
    else
        __fish_complete_path $current
    end
end
complete -c virt-ledger -f -k -a '(__virt_ledger_offers)'
