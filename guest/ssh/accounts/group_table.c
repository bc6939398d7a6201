/* SPDX-License-Identifier: Apache-2.0 */
/* Groups by number and by member. */
#include "guest/ssh/accounts/group_table.h"

#include "guest/ssh/accounts/colon_file.h"

struct group {
  char *name;
  char *first_member; /* NULL without */
  guint members;
};

struct group_table {
  GHashTable *by_gid;    /* number -> struct group */
  GHashTable *by_member; /* name -> GArray of guint32 */
};

static void
free_group(gpointer data)
{
  struct group *group = data;

  g_free(group->name);
  g_free(group->first_member);
  g_free(group);
}

static void
add_membership(struct group_table *table, struct text member, guint32 gid)
{
  g_autofree char *name = colon_file_string(member);
  GArray *gids = g_hash_table_lookup(table->by_member, name);

  if (!gids) {
    gids = g_array_new(FALSE, FALSE, sizeof gid);
    g_hash_table_insert(table->by_member, g_steal_pointer(&name), gids);
  }
  g_array_append_val(gids, gid);
}

static void
add_members(struct group_table *table, struct group *group, struct text list, guint32 gid)
{
  while (list.length > 0) {
    struct text member = text_cut(&list, ',');

    if (member.length == 0)
      continue;
    if (group->members++ == 0)
      group->first_member = colon_file_string(member);
    add_membership(table, member, gid);
  }
}

/* name:password:gid:member,member… */
static void
add_group(struct group_table *table, struct text line)
{
  struct group *group;
  struct text name = colon_file_field(&line);
  guint64 gid;

  colon_file_field(&line);
  if (!colon_file_number(colon_file_field(&line), G_MAXUINT32, &gid))
    return;
  group = g_new0(struct group, 1);
  group->name = colon_file_string(name);
  add_members(table, group, colon_file_field(&line), (guint32)gid);
  if (g_hash_table_contains(table->by_gid, GUINT_TO_POINTER((guint)gid)))
    free_group(group);
  else
    g_hash_table_insert(table->by_gid, GUINT_TO_POINTER((guint)gid), group);
}

struct group_table *
group_table_new(struct text text)
{
  struct group_table *table = g_new0(struct group_table, 1);
  struct text line;

  table->by_gid = g_hash_table_new_full(NULL, NULL, NULL, free_group);
  table->by_member =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
  while (colon_file_next(&text, &line))
    add_group(table, line);
  return table;
}

void
group_table_free(struct group_table *table)
{
  if (!table)
    return;
  g_hash_table_unref(table->by_gid);
  g_hash_table_unref(table->by_member);
  g_free(table);
}

static const struct group *
find(const struct group_table *table, guint32 gid)
{
  return g_hash_table_lookup(table->by_gid, GUINT_TO_POINTER(gid));
}

const char *
group_table_name(const struct group_table *table, guint32 gid)
{
  const struct group *group = find(table, gid);

  return group ? group->name : NULL;
}

const GArray *
group_table_of_member(const struct group_table *table, const char *name)
{
  return g_hash_table_lookup(table->by_member, name);
}

guint
group_table_members(const struct group_table *table, guint32 gid, const char **ret_first)
{
  const struct group *group = find(table, gid);

  *ret_first = group ? group->first_member : NULL;
  return group ? group->members : 0;
}
