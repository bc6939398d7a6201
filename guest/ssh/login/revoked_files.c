/* SPDX-License-Identifier: Apache-2.0 */
/* Files of RevokedKeys. */
#include "guest/ssh/login/revoked_files.h"

/* One is usual, and a Match block for every user could name another. */
#define FILES_MAX 16

struct revoked_files {
  struct road *road;
  struct key_sources *sources;
  GHashTable *by_value; /* of RevokedKeys -> struct revoked_keys */
};

struct revoked_files *
revoked_files_new(struct road *road, struct key_sources *sources)
{
  struct revoked_files *files = g_new0(struct revoked_files, 1);

  files->road = road;
  files->sources = sources;
  files->by_value =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)revoked_keys_free);
  return files;
}

void
revoked_files_free(struct revoked_files *files)
{
  if (!files)
    return;
  g_hash_table_unref(files->by_value);
  g_free(files);
}

static struct revoked_keys *
read_file(const struct revoked_files *files, const char *value)
{
  g_autofree char *path = g_strconcat(value[0] == '/' ? "" : "/", value, NULL);

  return g_hash_table_size(files->by_value) < FILES_MAX ? revoked_keys_read(files->road, path)
                                                        : revoked_keys_unread();
}

static void
add_doubt(const struct revoked_files *files, const struct sshd_line *line, const char *doubt)
{
  g_autofree char *source = g_strconcat("RevokedKeys ", line->values[0], NULL);
  g_autofree char *place = sshd_line_place(line);

  key_sources_add(files->sources, &(struct key_source_text){.source = source,
                                                            .state = SOURCE_UNRESOLVED,
                                                            .detail = doubt,
                                                            .place = place});
}

const struct revoked_keys *
revoked_files_get(struct revoked_files *files, const struct sshd_answers *answers)
{
  const struct sshd_setting *setting = sshd_answers_get(answers, SSHD_REVOKED_KEYS);

  if (sshd_setting_is_none(setting))
    return NULL;
  const char *value = sshd_setting_value(setting, NULL);
  struct revoked_keys *revoked = g_hash_table_lookup(files->by_value, value);
  if (revoked)
    return revoked;
  revoked = read_file(files, value);
  g_hash_table_insert(files->by_value, g_strdup(value), revoked);
  if (revoked_keys_doubt(revoked))
    add_doubt(files, setting->lines->pdata[0], revoked_keys_doubt(revoked));
  return revoked;
}
