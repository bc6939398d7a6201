/* SPDX-License-Identifier: Apache-2.0 */
/* What all lists have in common; their tables are a file per topic. */
#include "cmd/lists/lists.h"

#include "cmd/lists/topics.h"
#include "cmd/nearest.h"
#include "cmd/output/rows.h"

#include <string.h>

/* The order of help and completion. */
static const struct list *const topics[] = {
    machines_lists, guests_lists, keys_lists, cloud_lists, records_lists,
};

static const struct list *
find_in(const struct list *topic, const char *name)
{
  for (const struct list *list = topic; list->name; list++)
    if (strcmp(list->name, name) == 0)
      return list;
  return NULL;
}

const struct list *
lists_find(const char *name)
{
  const struct list *list = NULL;

  for (guint i = 0; !list && i < G_N_ELEMENTS(topics); i++)
    list = find_in(topics[i], name);
  return list;
}

char **
lists_names(void)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();

  for (guint i = 0; i < G_N_ELEMENTS(topics); i++)
    for (const struct list *list = topics[i]; list->name; list++)
      g_strv_builder_add(names, list->name);
  return g_strv_builder_end(names);
}

char **
lists_column_names(const struct list *list)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();

  for (const struct output_column *column = list->columns; column->name; column++)
    g_strv_builder_add(names, column->name);
  return g_strv_builder_end(names);
}

bool
lists_is_by_domain(const struct list *list)
{
  return strstr(list->sql, ":domains") != NULL;
}

static int
column_index(const struct list *list, const char *name)
{
  for (int i = 0; list->columns[i].name; i++)
    if (strcmp(list->columns[i].name, name) == 0)
      return i;
  return -1;
}

static void
refuse_column(const struct list *list, const char *name, GError **error)
{
  g_auto(GStrv) known = lists_column_names(list);
  int nearest = nearest_word(name, (const char *const *)known, g_strv_length(known));
  g_autofree char *all = g_strjoinv(", ", known);

  if (nearest >= 0)
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                "%s have no column '%s'; did you mean '%s'?", list->name, name, known[nearest]);
  else
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s have no column '%s', but %s",
                list->name, name, all);
}

GArray *
lists_choose(const struct list *list, const char *names, GError **error)
{
  g_auto(GStrv) given =
      strcmp(names, "all") == 0 ? lists_column_names(list) : g_strsplit(names, ",", -1);
  g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(int));

  if (!*given) {
    refuse_column(list, names, error);
    return NULL;
  }
  for (char **name = given; *name; name++) {
    int index = column_index(list, *name);

    if (index < 0) {
      refuse_column(list, *name, error);
      return NULL;
    }
    g_array_append_val(chosen, index);
  }
  return g_steal_pointer(&chosen);
}

bool
lists_write(const struct list *list, GArray *picks, sqlite3_stmt *statement,
            const struct output_options *how, GError **error)
{
  g_autofree struct output_column *columns = g_new(struct output_column, picks->len);
  g_autoptr(Output) output = output_new(stdout, how, 1);
  const int *indexes = (const int *)(gconstpointer)picks->data;

  for (guint i = 0; i < picks->len; i++)
    columns[i] = list->columns[indexes[i]];
  return rows_write(statement, output, columns, indexes, picks->len, error);
}

bool
lists_print(const struct list *list, GArray *picks, sqlite3 *db, const struct list_filter *filter,
            const struct output_options *how, GError **error)
{
  g_autofree char *rows = list->rows ? list->rows() : NULL;
  const char *sql = filter->fingerprints ? list->sql_of_keys : list->sql;
  g_autoptr(Statement) statement = sql_prepare(db, sql, error);

  if (!statement)
    return false;
  sql_bind_text(statement, ":rows", rows);
  sql_bind_text(statement, ":domains", filter->domains);
  sql_bind_text(statement, ":fingerprints", filter->fingerprints);
  return lists_write(list, picks, statement, how, error);
}
