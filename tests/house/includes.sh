#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The folder tree is the data flow: which folder's headers a folder may include.
set -euo pipefail
cd "$SOURCE"

# A folder sees itself, the folders of its row with what is below them, and cmake/embedded.h. `tests` may see all.
declare -A may_see=(
  [facts]=''
  [hypervisor]='facts guest/disk'
  [guest]='facts'
  [store]='facts'
  [audit]='facts store'
  [remedy]='facts store guest hypervisor'
  [cmd]='facts store guest hypervisor audit remedy'
)

# seen FOLDER HEADER: whether the folder may include it.
seen() {
  local allowed
  for allowed in "$1" cmake ${may_see[$1]}; do
    [[ $2 != "$allowed"/* ]] || return 0
  done
  return 1
}

status=0
for folder in "${!may_see[@]}"; do
  [ -d "$folder" ] || continue
  while IFS=: read -r file line include; do
    header=${include#*\"}
    header=${header%\"*}
    if ! seen "$folder" "$header"; then
      echo "$file:$line: $folder/ must not see $header"
      status=1
    fi
  done < <(grep -rnE --include='*.[ch]' '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$folder" || true)
done

# Every folder with code has its row above.
for file in */*.c; do
  folder=${file%%/*}
  if [ -z "${may_see[$folder]+row}" ]; then
    echo "$file: tests/house/includes.sh does not say what $folder/ may see"
    status=1
  fi
done
exit $status
