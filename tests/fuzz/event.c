/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an event; what is one survives being written. */
#include "hypervisor/event.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A UUID is what a collector is asked for, here or elsewhere. */
static void
check(const struct event *event)
{
  g_assert_true(!event->uuid == (strcmp(event->event, EVENT_DOMAIN) != 0));
  g_assert_true(!event->why == (strcmp(event->event, EVENT_LOST) != 0));
  if (event->uuid)
    g_assert_cmpuint(strspn(event->uuid, "0123456789abcdef-"), ==, 36);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(Event) event = event_parse((const char *)data, size, NULL);
  char *text = NULL;
  size_t length;

  if (!event)
    return 0;
  check(event);
  FILE *out = open_memstream(&text, &length);
  g_assert_true(event_write(event, out));
  fclose(out);
  g_autoptr(Event) again = event_parse(text, length - 1, NULL);
  g_assert_nonnull(again);
  check(again);
  free(text);
  return 0;
}
