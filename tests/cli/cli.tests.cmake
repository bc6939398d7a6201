# SPDX-License-Identifier: Apache-2.0
foreach(name scan layouts usage ingest list show query audit db hostile output completion manual)
  story(cli ${name})
endforeach()
