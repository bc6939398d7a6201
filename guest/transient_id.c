/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the machine ID is of this boot only: where /etc cannot be written, systemd mounts an ID
 * from /run over the file, machine-id(5). Only the running system shows that, in its table of
 * mounts, proc(5).
 */
#include "guest/collect.h"
#include "guest/text.h"

#define MOUNTINFO_MAX ((gsize)256 << 10)

/* "ID PARENT DEVICE ROOT MOUNT-POINT OPTIONS …" */
#define MOUNT_POINT_FIELD 5

/* No character of the path is one that the kernel writes in octal. */
static bool
is_over_machine_id(struct text mount)
{
  struct text field = {0};

  for (guint i = 0; i < MOUNT_POINT_FIELD; i++)
    if (!text_next_word(&mount, &field))
      return false;
  return text_is(field, "/etc/machine-id");
}

void
transient_id_collect(struct road *road, struct root *root)
{
  g_autoptr(GBytes) mounts =
      road->running ? road_read_file(road, "/proc/self/mountinfo", MOUNTINFO_MAX, NULL) : NULL;
  struct text rest, line;

  if (!mounts)
    return;
  rest = text_of(mounts);
  while (text_next_line(&rest, &line))
    if (is_over_machine_id(line))
      root_add_mark(root, MARK_TRANSIENT_ID);
}
