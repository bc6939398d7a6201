/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a domain's definition: refused, or facts that the stream takes. */
#include "hypervisor/domain_xml.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static struct domain_xml *parser;

  if (!parser)
    parser = domain_xml_new();
  g_autoptr(Domain) domain = domain_xml_parse(parser, (const char *)data, size, NULL);
  if (domain && !shape_check(&domain_shape, domain, NULL))
    abort();
  return 0;
}
