/* SPDX-License-Identifier: Apache-2.0 */
/* A status replaces the one before, with its detail. */
#include "hypervisor/image_status.h"

#include <string.h>

void
image_status_set(struct image *image, const char *status, const char *format, ...)
{
  char *new_status = g_strdup(status);
  char *new_detail = NULL;
  va_list arguments;

  va_start(arguments, format);
  if (format)
    new_detail = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_free(image->status);
  g_free(image->detail);
  image->status = new_status;
  image->detail = new_detail;
}

bool
image_status_is(const struct image *image, const char *status)
{
  return strcmp(image->status, status) == 0;
}
