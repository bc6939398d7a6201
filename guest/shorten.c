/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of a guest are as long as it likes, within limits of their own, and so are the texts in
 * them. What is too much in all is cut where most of it is, so that the rest of the guest is known.
 */
#include "guest/shorten.h"

#include "facts/shape_field.h"

/* What the notes about a cut take, in all roots and seeds that a guest may have. */
#define NOTES_SIZE ((gsize)64 << 10)

/* A list whose elements have none. */
struct leaf {
  GPtrArray *list;
  const struct shape *element;
  gsize size; /* of its elements */
  struct root *root;
  struct seed *seed; /* whose it is: one of the two */
};

static gsize
elements_size(const struct leaf *leaf, guint from)
{
  gsize size = 0;

  for (guint i = from; i < leaf->list->len; i++)
    size += shape_size(leaf->element, leaf->list->pdata[i]);
  return size;
}

/* The lists of a root or a seed, whichever of both is there. */
static void
add_leaves(GArray *leaves, const struct shape *shape, struct root *root, struct seed *seed)
{
  gconstpointer data = root ? (gconstpointer)root : seed;

  shape_foreach(field, shape) {
    if (field->type != FIELD_LIST)
      continue;
    struct leaf leaf = {*(GPtrArray **)field_member(field, data), field->element, 0, root, seed};
    leaf.size = elements_size(&leaf, 0);
    g_array_append_val(leaves, leaf);
  }
}

static GArray *
find_leaves(const struct guest *guest)
{
  GArray *leaves = g_array_new(FALSE, FALSE, sizeof(struct leaf));

  for (guint i = 0; i < guest->roots->len; i++)
    add_leaves(leaves, &root_shape, guest->roots->pdata[i], NULL);
  for (guint i = 0; i < guest->seeds->len; i++)
    add_leaves(leaves, &seed_shape, NULL, guest->seeds->pdata[i]);
  return leaves;
}

static struct leaf *
find_largest(GArray *leaves)
{
  struct leaf *largest = &g_array_index(leaves, struct leaf, 0);

  for (guint i = 1; i < leaves->len; i++)
    if (g_array_index(leaves, struct leaf, i).size > largest->size)
      largest = &g_array_index(leaves, struct leaf, i);
  return largest;
}

static void
note_root(struct root *root)
{
  struct key_source *source = key_source_new();

  root_add_mark(root, MARK_TRUNCATED);
  source->user = g_strdup("");
  source->source = g_strdup("this guest");
  source->state = g_strdup(KEY_FILE_TRUNCATED);
  source->detail = g_strdup("it says more than is kept of one guest");
  if (root->key_sources->len == KEYS_MAX)
    g_ptr_array_set_size(root->key_sources, KEYS_MAX - 1);
  g_ptr_array_insert(root->key_sources, 0, source);
}

static void
note_seed(struct seed *seed)
{
  g_free(seed->status);
  g_free(seed->detail);
  seed->status = g_strdup(CLOUD_TOO_LARGE);
  seed->detail = g_strdup("its guest says more than is kept of one guest");
}

/* Drop the second half. Returns how much less it is. */
static gsize
halve(struct leaf *leaf)
{
  guint half = leaf->list->len / 2;
  gsize dropped = elements_size(leaf, half);

  g_ptr_array_set_size(leaf->list, (int)half);
  leaf->size -= dropped;
  return dropped;
}

/* Cut at least so much. Whose lists were cut is noted in `cut`. */
static void
cut_leaves(GArray *leaves, gsize excess, GHashTable *cut)
{
  while (excess > 0) {
    struct leaf *largest = find_largest(leaves);

    if (largest->size == 0)
      return;
    g_hash_table_insert(cut, largest->root ? (gpointer)largest->root : largest->seed, largest);
    gsize dropped = halve(largest);
    excess -= MIN(excess, dropped);
  }
}

static void
note(G_GNUC_UNUSED gpointer key, gpointer value, G_GNUC_UNUSED gpointer data)
{
  const struct leaf *leaf = value;

  if (leaf->root)
    note_root(leaf->root);
  else
    note_seed(leaf->seed);
}

void
shorten_guest(struct guest *guest, gsize max)
{
  gsize size = shape_size(&guest_shape, guest);

  if (size <= max)
    return;
  g_autoptr(GArray) leaves = find_leaves(guest);
  g_autoptr(GHashTable) cut = g_hash_table_new(NULL, NULL);
  cut_leaves(leaves, size - max + NOTES_SIZE, cut);
  g_hash_table_foreach(cut, note, NULL);
}
