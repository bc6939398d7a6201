/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of HostKey and HostCertificate. */
#include "guest/ssh/host/host_key_path.h"

#include <glib.h>

char *
host_key_path_resolve(const char *written)
{
  if (written[0] == '/')
    return g_strdup(written);
  if (written[0] != '~')
    return g_strconcat("/", written, NULL);
  if (written[1] != '\0' && written[1] != '/')
    return NULL;
  return g_strconcat("/root", written + 1, NULL);
}
