#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every script of the tree satisfies shellcheck.
set -euo pipefail
cd "$SOURCE"

if ! command -v shellcheck >/dev/null; then
  echo 'shellcheck is not installed'
  exit 77
fi
mapfile -t scripts < <(grep -rlIE --exclude-dir='.git' --exclude-dir='build*' --exclude-dir=demo '^#!.*\b(ba)?sh$' .)
[ "${#scripts[@]}" -gt 5 ]
# What these four say: a path only known at run time cannot be followed, single quotes may hold $ or `, and a
# function may be called by its name only.
shellcheck -x -P SCRIPTDIR -e SC1090,SC1091,SC2016,SC2317 "${scripts[@]}"
