#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every C file is laid out as .clang-format says; `clang-format -i FILE` does it.
set -euo pipefail
cd "$SOURCE"

if ! command -v clang-format >/dev/null; then
  echo 'clang-format is not installed'
  exit 77
fi
find audit cmake cmd facts guest hypervisor store tests -name '*.[ch]' -print0 | sort -z |
  xargs -0 -n 100 clang-format --dry-run -Werror --ferror-limit=1
