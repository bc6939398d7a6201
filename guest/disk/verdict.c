/* SPDX-License-Identifier: Apache-2.0 */
/* The status of a guest, from what is on its volumes. */
#include "guest/disk/verdict.h"

#include "facts/image.h"
#include "guest/disk/magic.h"

#include <string.h>

#define DETAIL_MAX 2000

/* How well something explains that there is no root; the best explanation is the guest's status. */
enum weight {
  WEIGHT_NOTHING,     /* no disk */
  WEIGHT_BLANK,       /* a volume without a file system */
  WEIGHT_AUXILIARY,   /* a file system that cannot be read and would not hold a root */
  WEIGHT_NO_ROOT,     /* one that can be read and does not hold a root */
  WEIGHT_FAILED,      /* a disk or partition that cannot be read: the root may be there */
  WEIGHT_CORRUPT,     /* a file system that can almost be read */
  WEIGHT_UNSUPPORTED, /* one that cannot be read: the root is most likely there */
  WEIGHT_ENCRYPTED,
};

static bool
is_named(const struct volume *volume)
{
  return g_strcmp0(volume->status, GUEST_UNSUPPORTED_FILESYSTEM) == 0;
}

static enum weight
weigh(const struct volume *volume)
{
  static const struct {
    const char *status;
    enum weight weight;
  } weights[] = {
      {IMAGE_ENCRYPTED, WEIGHT_ENCRYPTED}, {GUEST_UNSUPPORTED_FILESYSTEM, WEIGHT_UNSUPPORTED},
      {GUEST_CORRUPT, WEIGHT_CORRUPT},     {IMAGE_UNKNOWN_FEATURE, WEIGHT_CORRUPT},
      {GUEST_NO_FILESYSTEM, WEIGHT_BLANK}, {GUEST_NO_DISK, WEIGHT_NOTHING},
  };

  if (!volume->status)
    return WEIGHT_NO_ROOT;
  if (is_named(volume) && magic_is_auxiliary(volume->message))
    return WEIGHT_AUXILIARY;
  for (guint i = 0; i < G_N_ELEMENTS(weights); i++)
    if (g_str_equal(volume->status, weights[i].status))
      return weights[i].weight;
  return WEIGHT_FAILED;
}

/* "xfs on vda2", "vdb: missing", "vda3: corrupt (inode 2: …)"; NULL: nothing to say. */
static char *
describe(const struct volume *volume, enum weight weight)
{
  if (weight == WEIGHT_BLANK || weight == WEIGHT_NOTHING)
    return NULL;
  if (!volume->status)
    return g_strdup_printf("%s on %s", volume->fs->type, volume->name);
  if (is_named(volume))
    return g_strdup_printf("%s on %s", volume->message, volume->name);
  if (!volume->message)
    return g_strdup_printf("%s: %s", volume->name, volume->status);
  return g_strdup_printf("%s: %s (%s)", volume->name, volume->status, volume->message);
}

/* Beside a root only what should be readable is worth a word, not that there is swap. */
static bool
is_worth_telling(enum weight weight, bool found)
{
  return !found || (weight >= WEIGHT_FAILED && weight != WEIGHT_UNSUPPORTED);
}

static void
append(GString *detail, const char *text)
{
  if (!text || detail->len + strlen(text) > DETAIL_MAX)
    return;
  if (detail->len > 0)
    g_string_append(detail, ", ");
  g_string_append(detail, text);
}

void
verdict_reach(const struct volumes *volumes, struct guest *guest)
{
  g_autoptr(GString) detail = g_string_new(NULL);
  const bool found = guest->roots->len > 0;
  const char *status = GUEST_NO_DISK;
  enum weight best = WEIGHT_NOTHING;

  for (guint i = 0; i < volumes->list->len; i++) {
    const struct volume *volume = volumes->list->pdata[i];
    enum weight weight = weigh(volume);
    g_autofree char *text = is_worth_telling(weight, found) ? describe(volume, weight) : NULL;

    append(detail, text);
    if (weight > best) {
      best = weight;
      status = volume->status ? volume->status : GUEST_NO_ROOT;
    }
  }
  g_free(guest->status);
  g_free(guest->detail);
  guest->status = g_strdup(found ? GUEST_OK : status);
  guest->detail = detail->len > 0 ? g_utf8_make_valid(detail->str, -1) : NULL;
}
