# SPDX-License-Identifier: Apache-2.0
foreach(name known-hosts list-keys)
  story(cli ${name})
endforeach()
