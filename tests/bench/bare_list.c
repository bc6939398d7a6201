/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What listing costs at least: one list call and one XML call per domain, and nothing done with
 * them.
 */
#include <libvirt/libvirt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t
read_definitions(virConnectPtr connection)
{
  virDomainPtr *domains;
  int count = virConnectListAllDomains(connection, &domains, 0);
  size_t bytes = 0;

  for (int i = 0; i < count; i++) {
    char *xml = virDomainGetXMLDesc(domains[i], 0);

    bytes += xml ? strlen(xml) : 0;
    free(xml);
    virDomainFree(domains[i]);
  }
  if (count >= 0)
    free(domains);
  return bytes;
}

int
main(int argc, char **argv)
{
  virConnectPtr connection = argc == 2 ? virConnectOpenReadOnly(argv[1]) : NULL;

  if (!connection) {
    fprintf(stderr, "usage: bench-bare_list URI\n");
    return EXIT_FAILURE;
  }
  printf("%zu bytes of XML\n", read_definitions(connection));
  virConnectClose(connection);
  return EXIT_SUCCESS;
}
