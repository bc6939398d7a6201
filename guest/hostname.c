/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's name, as hostname(5) has it: the first line of the file that is no comment. Where the
 * file names none, a running system has a name all the same.
 */
#include "guest/collect.h"
#include "guest/text.h"

#include <limits.h>
#include <string.h>

/* *ret_name is set when the state is valid. */
static const char *
parse(GBytes *raw, char **ret_name)
{
  struct text rest = text_of(raw), line;

  while (text_next_line(&rest, &line)) {
    if (line.length == 0 || line.at[0] == '#')
      continue;
    /* No kernel takes a longer one. */
    g_autofree char *name =
        line.length <= HOST_NAME_MAX ? text_printable(line.at, line.length) : NULL;
    if (!name)
      return STATE_MALFORMED;
    *ret_name = g_steal_pointer(&name);
    return STATE_VALID;
  }
  return STATE_EMPTY;
}

/* The name that the kernel knows, new; NULL when that is its own word for none. */
static char *
running_name(struct road *road)
{
  g_autoptr(GBytes) raw =
      road->running ? road_read_file(road, "/proc/sys/kernel/hostname", HOST_NAME_MAX + 1, NULL)
                    : NULL;
  g_autofree char *name = NULL;

  if (!raw || g_strcmp0(parse(raw, &name), STATE_VALID) != 0 || strcmp(name, "(none)") == 0)
    return NULL;
  return g_steal_pointer(&name);
}

void
hostname_collect(struct road *road, struct root *root)
{
  struct file_stat self;
  struct identity *identity =
      collect_identity(road, root, IDENTITY_HOSTNAME, "/etc/hostname", &self);

  if (identity->raw)
    identity->state = g_strdup(parse(identity->raw, &identity->value));
  root->hostname = identity->value ? g_strdup(identity->value) : running_name(road);
}
