/* SPDX-License-Identifier: Apache-2.0 */
/* One step after the other; how it ended is written into every image on the way. */
#include "hypervisor/image_chain.h"

#include "hypervisor/backing_name.h"
#include "hypervisor/foreign_text.h"
#include "hypervisor/image_status.h"

#include <string.h>

#define CHAIN_TEXT_MAX ((size_t)2000) /* bytes of a chain printed as detail */

/* What users are told of a link that is at fault. */
#define NO_BACKING_FORMAT                                                                          \
  "its header names a backing file without its format (qemu-img rebase -u -F FORMAT sets it)"
#define RAW_OUTSIDE                                                                                \
  "its backing file is raw and outside known storage (define a pool for its folder to make it "    \
  "known)"
#define TWO_FORMATS "its header and a domain declare different formats for its backing file"
#define LOOP        "its backing file leads back to it"
#define MISSING     "its backing file does not exist"

/* How a walk down a chain ended: an IMAGE_* word; where a link is at fault, whose, and why. */
struct outcome {
  const char *word;
  struct image *faulty; /* NULL: the last image, or nobody */
  const char *reason;
};

static struct image *
chain_image(const GPtrArray *chain, guint index)
{
  return ((struct image_entry *)chain->pdata[index])->image;
}

static bool
chain_has(const GPtrArray *chain, const struct image_entry *wanted)
{
  for (guint i = 0; i < chain->len; i++) {
    const struct image_entry *entry = chain->pdata[i];

    if (entry == wanted)
      return true;
    if (wanted->identity.inode && entry->identity.device == wanted->identity.device &&
        entry->identity.inode == wanted->identity.inode)
      return true;
  }
  return false;
}

/* The format of a backing image, as the header above or else a domain declares it; may be NULL. */
static const char *
find_backing_format(const struct image_table *table, const struct image *image)
{
  const struct declaration *declaration = known_storage_find(table->known, image->backing_image);

  if (image->backing_format && *image->backing_format)
    return image->backing_format;
  return declaration ? declaration->format : NULL;
}

/* Why a name in a header is no path. */
static const char *
refusal_of(const struct image *image)
{
  const char *refusal = "";
  char *path = backing_name_resolve(image->backing_path, image->path, &refusal);

  g_free(path);
  return refusal;
}

static struct image_entry *
fail_link(struct outcome *outcome, struct image *image, const char *word, const char *reason)
{
  *outcome = (struct outcome){word, image, reason};
  return NULL;
}

/* The backing image, read; NULL with the outcome when the link must not or cannot be followed. */
static struct image_entry *
follow_link(struct image_table *table, struct image *image, struct outcome *outcome)
{
  const char *path = image->backing_image;

  if (!path)
    return fail_link(outcome, image, IMAGE_BACKING_REFUSED, refusal_of(image));
  const char *format = find_backing_format(table, image);
  if (!format)
    return fail_link(outcome, image, IMAGE_BACKING_FORMAT_MISSING, NO_BACKING_FORMAT);
  if (strcmp(format, "raw") == 0 && !known_storage_has(table->known, path))
    return fail_link(outcome, image, IMAGE_BACKING_REFUSED, RAW_OUTSIDE);
  struct image_entry *next = image_table_get(table, path, format);
  if (g_strcmp0(next->image->declared_format, format) != 0)
    return fail_link(outcome, image, IMAGE_FORMAT_MISMATCH, TWO_FORMATS);
  return next;
}

/* Add the next image to a chain. False with the outcome where the chain ends. */
static bool
step(struct image_table *table, GPtrArray *chain, struct outcome *outcome)
{
  struct image *last = chain_image(chain, chain->len - 1);

  *outcome = (struct outcome){.word = last->status};
  if (!image_status_is(last, IMAGE_OK) || !last->backing_path)
    return false;
  if (chain->len == IMAGE_CHAIN_MAX) {
    outcome->word = IMAGE_BACKING_TOO_DEEP;
    return false;
  }
  struct image_entry *next = follow_link(table, last, outcome);
  if (!next)
    return false;
  if (chain_has(chain, next)) {
    fail_link(outcome, last, IMAGE_BACKING_LOOP, LOOP);
    return false;
  }
  g_ptr_array_add(chain, next);
  if (!image_status_is(next->image, IMAGE_MISSING))
    return true;
  fail_link(outcome, last, IMAGE_BACKING_MISSING, MISSING);
  return false;
}

/* The paths of a chain, and the name that leads on from its last image. */
static char *
describe_chain(const GPtrArray *chain)
{
  g_autoptr(GString) text = g_string_new("chain: ");
  const struct image *last = chain_image(chain, chain->len - 1);

  for (guint i = 0; i < chain->len; i++)
    g_string_append_printf(text, "%s%s", i ? " <- " : "", chain_image(chain, i)->path);
  if (last->backing_path) {
    g_autofree char *name =
        g_strndup(g_bytes_get_data(last->backing_path, NULL), g_bytes_get_size(last->backing_path));
    g_string_append_printf(text, " <- %s", name);
  }
  return foreign_text_clean(text->str, CHAIN_TEXT_MAX);
}

static void
record_fault(struct image *image, const struct outcome *outcome, const char *chain_text)
{
  if (image == outcome->faulty)
    image_status_set(image, outcome->word, "%s; %s", outcome->reason, chain_text);
  else
    image_status_set(image, IMAGE_OK, "%s", chain_text);
}

/* Nobody is to blame for a chain that is too deep: only its top has one. */
static void
record_too_deep(const GPtrArray *chain)
{
  struct image *top = chain_image(chain, 0);
  g_autofree char *text = describe_chain(chain);

  image_status_set(top, IMAGE_OK, "%s", text);
  g_free(top->chain);
  top->chain = g_strdup(IMAGE_BACKING_TOO_DEEP);
}

/* Write what a walk found into the images on the way, but for one that could not be followed. */
static void
record(const GPtrArray *chain, const struct outcome *outcome)
{
  bool fine = strcmp(outcome->word, IMAGE_OK) == 0;
  bool loop = strcmp(outcome->word, IMAGE_BACKING_LOOP) == 0;
  g_autofree char *text = fine ? NULL : describe_chain(chain);

  for (guint i = 0; i < chain->len; i++) {
    struct image *image = chain_image(chain, i);

    if (!image_status_is(image, IMAGE_OK))
      continue;
    g_free(image->chain);
    image->chain = g_strdup(outcome->word);
    image->chain_depth = loop ? FACT_UNKNOWN : (gint64)(chain->len - 1 - i);
    if (!fine)
      record_fault(image, outcome, text);
  }
}

void
image_chain_follow_headers(struct image_table *table, GPtrArray *chain)
{
  struct outcome outcome;

  while (step(table, chain, &outcome))
    ;
  if (strcmp(outcome.word, IMAGE_BACKING_TOO_DEEP) == 0)
    record_too_deep(chain);
  else
    record(chain, &outcome);
}

void
image_chain_follow_definition(struct image_table *table, const struct disk *disk, GPtrArray *chain)
{
  for (guint i = 0; i < disk->backing->len && chain->len < IMAGE_CHAIN_MAX; i++) {
    const struct backing *backing = disk->backing->pdata[i];
    struct image *above = chain_image(chain, chain->len - 1);

    if (!image_chain_names_path(backing))
      break;
    struct image_entry *next = image_table_get(table, backing->source, backing->format);
    if (chain_has(chain, next))
      break;
    if (!above->backing_image)
      above->backing_image = g_strdup(next->image->path);
    g_ptr_array_add(chain, next);
  }
  for (guint i = 0; i < chain->len; i++)
    chain_image(chain, i)->chain_depth = chain->len - 1 - i;
}

bool
image_chain_names_path(const struct backing *backing)
{
  return (strcmp(backing->source_type, "file") == 0 ||
          strcmp(backing->source_type, "block") == 0) &&
         backing->source && *backing->source == '/';
}
