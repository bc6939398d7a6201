/* SPDX-License-Identifier: Apache-2.0 */
/* Two readings, compared in every fact. */
#include "guest/twice.h"

#include <string.h>

static bool
is_equal(const struct guest *one, const struct guest *other)
{
  g_autofree char *a = shape_to_text(&guest_shape, one);
  g_autofree char *b = shape_to_text(&guest_shape, other);

  return strcmp(a, b) == 0;
}

static void
set_changed(struct guest *guest)
{
  g_ptr_array_set_size(guest->roots, 0);
  g_free(guest->status);
  g_free(guest->detail);
  guest->status = g_strdup(GUEST_CHANGED);
  guest->detail = g_strdup("it was read twice, and differed: it was in use");
}

struct guest *
twice_read(struct guest *(*read)(const struct reader_job *job), const struct reader_job *job)
{
  g_autoptr(Guest) first = read(job);
  struct guest *second = read(job);

  if (!is_equal(first, second))
    set_changed(second);
  for (guint i = 0; i < second->roots->len; i++)
    root_add_mark(second->roots->pdata[i], MARK_TORN_POSSIBLE);
  return second;
}
