# SPDX-License-Identifier: Apache-2.0
# A stream of facts of a large fleet: awk -v domains=N -v generation=G. Every machine ID says its generation.
BEGIN {
  print "{\"kind\":\"collection\",\"version\":1,\"tool\":\"fleet-stream\",\"uri\":\"qemu:///system\",\"at\":" 1700000000 + generation "}"
  print "{\"kind\":\"hypervisor\",\"driver\":\"QEMU\",\"hostname\":\"host\",\"scope\":\"system\",\"local\":true}"
  for (i = 1; i <= domains; i++) {
    uuid = sprintf("00000000-0000-4000-8000-%012x", i)
    printf "{\"kind\":\"domain\",\"uuid\":\"%s\",\"name\":\"guest-%d\",\"state\":\"shut off\",\"status\":\"ok\"}\n", uuid, i
    printf "{\"kind\":\"guest\",\"domain\":\"%s\",\"road\":\"disk\",\"status\":\"ok\",\"roots\":[{\"root\":\"vda1\",", uuid
    printf "\"status\":\"ok\",\"identities\":[{\"kind\":\"machine-id\",\"state\":\"valid\",\"path\":\"/etc/machine-id\","
    printf "\"value\":\"%08x%024x\"}]}]}\n", generation, i
  }
  printf "{\"kind\":\"end\",\"status\":\"complete\",\"domains\":%d,\"images\":0,\"guests\":%d}\n", domains, domains
}
