/* SPDX-License-Identifier: Apache-2.0 */
/* The table of kinds that are kept, and what is done to each. */
#include "store/keepers.h"

static const struct keeper_kind *const kept[FACT_KINDS] = {
    [FACT_DOMAIN] = &keeper_domain,
    [FACT_IMAGE] = &keeper_image,
    [FACT_GUEST] = &keeper_guest,
};

struct keepers {
  struct keeper *of[FACT_KINDS]; /* NULL for kinds that are not kept */
};

bool
keepers_keep(enum fact_kind kind)
{
  return kept[kind];
}

struct keepers *
keepers_new(sqlite3 *db, struct row_changes *changes, GError **error)
{
  struct keepers *keepers = g_new0(struct keepers, 1);

  for (size_t kind = 0; kind < FACT_KINDS; kind++)
    if (kept[kind] && !(keepers->of[kind] = keeper_new(db, kind, kept[kind], changes, error))) {
      keepers_free(keepers);
      return NULL;
    }
  keeper_follow(keepers->of[FACT_GUEST], keepers->of[FACT_DOMAIN]);
  return keepers;
}

void
keepers_free(struct keepers *keepers)
{
  if (!keepers)
    return;
  for (size_t kind = 0; kind < FACT_KINDS; kind++)
    keeper_free(keepers->of[kind]);
  g_free(keepers);
}

bool
keepers_take(struct keepers *keepers, enum fact_kind kind, struct line *line,
             struct keeping *ret_keeping, GError **error)
{
  return keeper_take(keepers->of[kind], line, ret_keeping, error);
}

void
keepers_begin(struct keepers *keepers, gint64 hypervisor_id, gint64 scan_id, gint64 version)
{
  for (size_t kind = 0; kind < FACT_KINDS; kind++)
    if (keepers->of[kind])
      keeper_begin(keepers->of[kind], hypervisor_id, scan_id, version);
}

bool
keepers_mark_shared(struct keepers *keepers, GError **error)
{
  for (size_t kind = 0; kind < FACT_KINDS; kind++)
    if (keepers->of[kind] && !keeper_mark_shared(keepers->of[kind], error))
      return false;
  return true;
}

bool
keepers_close_absent(struct keepers *keepers, GError **error)
{
  for (size_t kind = 0; kind < FACT_KINDS; kind++)
    if (keepers->of[kind] && !keeper_close_absent(keepers->of[kind], error))
      return false;
  return true;
}

bool
keepers_close_domain(struct keepers *keepers, const char *uuid, GError **error)
{
  for (size_t kind = 0; kind < FACT_KINDS; kind++)
    if (keepers->of[kind] && !keeper_close_domain(keepers->of[kind], uuid, error))
      return false;
  return true;
}
