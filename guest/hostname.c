/* SPDX-License-Identifier: Apache-2.0 */
/* The host's name, as hostname(5) has it: the first line of the file that is no comment. */
#include "guest/collect.h"
#include "guest/text.h"

#include <limits.h>

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

void
hostname_collect(struct road *road, struct root *root)
{
  struct file_stat self;
  struct identity *identity =
      collect_identity(road, root, IDENTITY_HOSTNAME, "/etc/hostname", &self);

  if (!identity->raw)
    return;
  identity->state = g_strdup(parse(identity->raw, &identity->value));
  root->hostname = g_strdup(identity->value);
}
