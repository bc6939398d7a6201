#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every C file is laid out as .clang-format says; `clang-format -i FILE` does it.
set -euo pipefail
cd "$SOURCE"

if ! command -v clang-format >/dev/null; then
  echo 'clang-format is not installed'
  exit 77
fi
status=0
while read -r file; do
  clang-format --dry-run -Werror "$file" 2>/dev/null || { echo "clang-format -i $file"; status=1; }
done < <(find audit cmake cmd facts guest hypervisor store tests -name '*.[ch]' | sort)
exit $status
