/* SPDX-License-Identifier: Apache-2.0 */
/* Files with keys of users. */
#include "guest/ssh/login/user_keys.h"

#include "guest/ssh/login/file_trust.h"
#include "guest/ssh/login/key_file_name.h"
#include "guest/text.h"

#include <string.h>

#define LOOKUPS_MAX 40000             /* files that are looked for, of all users */
#define BYTES_MAX   ((gsize)64 << 20) /* of all files */

struct user_keys {
  struct road *road;
  struct root *root;
  struct key_sources *sources;
  struct real_paths *paths;
  GHashTable *files; /* path -> struct authorized_file */
  guint lookups_left;
  gsize bytes_left;
};

/* One user on the way through the files. */
struct visit {
  struct user_keys *keys;
  const struct login_user *user;
  const struct user_home *home;
  struct verdict verdict; /* of the account, and of what says where the files are */
  const char *shown;
  GHashTable *seen; /* files as facts name them: a file twice is a file once */
  guint count;
};

struct user_keys *
user_keys_new(struct road *road, struct root *root, struct key_sources *sources,
              struct real_paths *paths)
{
  struct user_keys *keys = g_new0(struct user_keys, 1);

  keys->road = road;
  keys->root = root;
  keys->sources = sources;
  keys->paths = paths;
  keys->files =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)authorized_file_free);
  keys->lookups_left = LOOKUPS_MAX;
  keys->bytes_left = BYTES_MAX;
  return keys;
}

void
user_keys_free(struct user_keys *keys)
{
  if (!keys)
    return;
  g_hash_table_unref(keys->files);
  g_free(keys);
}

/* Debian's sshd lets a group of the user's own write; so do those that are made of its package. */
static bool
is_like_debian(const char *os_id)
{
  static const char *const ids[] = {"debian", "ubuntu", "raspbian", "devuan", "kali", "linuxmint"};

  for (guint i = 0; os_id && i < G_N_ELEMENTS(ids); i++)
    if (strcmp(os_id, ids[i]) == 0)
      return true;
  return false;
}

static struct verdict
judge_modes(const struct visit *visit, const struct real_path *file)
{
  const struct login_user *user = visit->user;
  struct file_trust trust = {
      .paths = visit->keys->paths,
      .accounts = user->accounts,
      .account = user->account,
      .gids = user->groups->gids,
      .home = visit->home->path,
      .private_groups_may = is_like_debian(visit->keys->root->os_id),
  };
  gint64 strict = sshd_setting_is_yes(sshd_answers_get(user->answers, SSHD_STRICT_MODES), true);

  if (!file_trust_can_read(&trust, file))
    return VERDICT_DENIED(LOGIN_FILE_MODE);
  if (strict == 0 || file_trust_is_safe(&trust, file))
    return VERDICT_ALLOWED;
  return strict == 1 ? VERDICT_DENIED(LOGIN_FILE_MODE) : VERDICT_UNKNOWN(LOGIN_UNRESOLVED);
}

static void
add_key(struct visit *visit, const struct authorized_entry *entry, const char *path,
        struct verdict file)
{
  const AuthorizedKey *fact = entry->fact;
  struct verdict verdict =
      verdict_and(login_rules_judge_entry(visit->user, entry), verdict_and(visit->verdict, file));
  AuthorizedKey *key = authorized_key_new();

  key->user = g_strdup(visit->shown);
  key->key_file = g_strdup(path);
  key->entry = g_strdup(fact->entry);
  key->line = fact->line;
  key->uid = visit->user->account->uid;
  key->algorithm = g_strdup(fact->algorithm);
  key->bits = fact->bits;
  key->fingerprint = g_strdup(fact->fingerprint);
  key->cert_authority = fact->cert_authority;
  key->options = fact->options ? g_bytes_ref(fact->options) : NULL;
  key->comment = fact->comment ? g_bytes_ref(fact->comment) : NULL;
  key->effective = verdict.allowed;
  key->reason = g_strdup(verdict.reason);
  g_ptr_array_add(visit->keys->root->authorized_keys, key);
  visit->count++;
}

static void
add_source(struct visit *visit, const char *source, const char *state, const char *detail)
{
  key_sources_add(visit->keys->sources,
                  &(struct key_source_text){
                      .user = visit->shown, .source = source, .state = state, .detail = detail});
}

static void
add_cut(struct visit *visit, const char *path)
{
  root_add_mark(visit->keys->root, MARK_TRUNCATED);
  add_source(visit, path, KEY_FILE_TRUNCATED, "more keys than are read");
}

/* The file at a path, read when it is wanted first. NULL when too much was read already. */
static const struct authorized_file *
get_file(struct user_keys *keys, const char *path)
{
  struct authorized_file *file = g_hash_table_lookup(keys->files, path);

  if (file || keys->bytes_left == 0)
    return file;
  file = authorized_file_read(keys->road, path, KEYS_MAX);
  keys->bytes_left -= MIN(keys->bytes_left, file->size);
  g_hash_table_insert(keys->files, g_strdup(path), file);
  return file;
}

/* Take the lines of `path`, which facts show as `shown`. */
static void
take_file(struct visit *visit, const char *path, const char *shown, struct verdict verdict)
{
  GPtrArray *keys = visit->keys->root->authorized_keys;
  const struct authorized_file *file = keys->len < KEYS_MAX ? get_file(visit->keys, path) : NULL;

  if (!file) {
    add_cut(visit, shown);
    return;
  }
  if (strcmp(file->state, KEY_FILE_OK) != 0 && strcmp(file->state, KEY_FILE_MISSING) != 0)
    add_source(visit, shown, file->state, file->detail);
  for (guint i = 0; i < file->entries->len; i++) {
    if (keys->len == KEYS_MAX) {
      add_cut(visit, shown);
      return;
    }
    add_key(visit, file->entries->pdata[i], shown, verdict);
  }
}

/* A file on a road without properties is read by its name; who may read it nobody knows. */
static void
take_unseen(struct visit *visit, const char *path, const char *shown, const GError *error)
{
  if (g_error_matches(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED))
    take_file(visit, path, shown, VERDICT_UNKNOWN(LOGIN_UNKNOWN_MODE));
  else if (g_error_matches(error, ROAD_ERROR, ROAD_ERROR_UNREADABLE))
    add_source(visit, shown, KEY_FILE_UNREADABLE, error->message);
}

static void
take_path(struct visit *visit, const char *path)
{
  g_autofree char *shown = text_make_valid(path, FIELD_TEXT_MAX);
  g_autoptr(GError) error = NULL;
  struct real_path found;

  if (!g_hash_table_add(visit->seen, g_strdup(shown)))
    return;
  if (!real_path_find(visit->keys->paths, path, &found, &error)) {
    take_unseen(visit, path, shown, error);
    return;
  }
  if (found.stat.type == FILE_REGULAR)
    take_file(visit, found.path, shown, judge_modes(visit, &found));
  else
    add_source(visit, shown, KEY_FILE_NOT_REGULAR, NULL);
  real_path_clear(&found);
}

static void
take_pattern(struct visit *visit, const char *pattern)
{
  if (g_ascii_strcasecmp(pattern, "none") == 0)
    return;
  if (visit->keys->lookups_left == 0) {
    add_cut(visit, pattern);
    return;
  }
  visit->keys->lookups_left--;
  g_autofree char *path =
      key_file_name_expand(pattern, visit->user->accounts, visit->user->account);
  g_autofree char *source = path ? NULL : g_strconcat("AuthorizedKeysFile ", pattern, NULL);
  if (path)
    take_path(visit, path);
  else
    add_source(visit, source, KEY_FILE_MALFORMED, "sshd cannot tell which file that is");
}

guint
user_keys_collect(struct user_keys *keys, const struct login_user *user,
                  const struct user_home *home, struct verdict account, const char *shown)
{
  const struct sshd_setting *setting = sshd_answers_get(user->answers, SSHD_AUTHORIZED_KEYS_FILE);
  g_autoptr(GPtrArray) patterns = key_file_name_patterns(setting);
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  struct verdict where = setting->unresolved ? VERDICT_UNKNOWN(LOGIN_UNRESOLVED) : VERDICT_ALLOWED;
  struct visit visit = {keys, user, home, verdict_and(account, where), shown, seen, 0};

  for (guint i = 0; i < patterns->len; i++)
    take_pattern(&visit, patterns->pdata[i]);
  return visit.count;
}
