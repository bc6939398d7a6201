/* SPDX-License-Identifier: Apache-2.0 */
/* Sources of keys that are no readable files. */
#include "guest/ssh/login/key_sources.h"

#include "guest/text.h"

#include <string.h>

struct key_sources {
  struct root *root;
  GHashTable *rows;  /* user, newline and source of those that are there */
  GHashTable *lines; /* struct sshd_line that everybody was told of */
};

struct key_sources *
key_sources_new(struct root *root)
{
  struct key_sources *sources = g_new0(struct key_sources, 1);

  sources->root = root;
  sources->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  sources->lines = g_hash_table_new(NULL, NULL);
  return sources;
}

void
key_sources_free(struct key_sources *sources)
{
  if (!sources)
    return;
  g_hash_table_unref(sources->rows);
  g_hash_table_unref(sources->lines);
  g_free(sources);
}

static char *
optional_text(const char *bytes)
{
  return bytes ? text_make_valid(bytes, FIELD_TEXT_MAX) : NULL;
}

/* In the place of the last row that there is room for: sources that are not named are none. */
static void
add_overflow(struct root *root)
{
  KeySource *row = key_source_new();

  root_add_mark(root, MARK_TRUNCATED);
  row->user = g_strdup("");
  row->source = g_strdup("other sources");
  row->state = g_strdup(KEY_FILE_TRUNCATED);
  row->detail = g_strdup("more than are kept");
  g_ptr_array_add(root->key_sources, row);
}

void
key_sources_add(struct key_sources *sources, const struct key_source_text *text)
{
  g_autoptr(KeySource) row = key_source_new();

  row->user = text_make_valid(text->user ? text->user : "", ACCOUNT_NAME_MAX);
  row->source = text_make_valid(text->source, FIELD_TEXT_MAX);
  if (!g_hash_table_add(sources->rows, g_strconcat(row->user, "\n", row->source, NULL)))
    return;
  if (sources->root->key_sources->len == KEYS_MAX)
    return;
  if (sources->root->key_sources->len == KEYS_MAX - 1) {
    add_overflow(sources->root);
    return;
  }
  row->state = g_strdup(text->state);
  row->detail = optional_text(text->detail);
  row->place = optional_text(text->place);
  g_ptr_array_add(sources->root->key_sources, g_steal_pointer(&row));
}

void
key_sources_add_config(struct key_sources *sources, const struct sshd_config *config)
{
  if (strcmp(config->state, KEY_FILE_OK) != 0)
    key_sources_add(sources, &(struct key_source_text){.source = config->path,
                                                       .state = config->state,
                                                       .detail = config->detail});
  for (guint i = 0; i < config->gaps->len; i++) {
    const struct sshd_gap *gap = config->gaps->pdata[i];
    g_autofree char *source = g_strconcat("Include ", gap->include, NULL);
    g_autofree char *place = g_strdup_printf("%s:%u", gap->file, gap->number);

    key_sources_add(sources, &(struct key_source_text){.source = source,
                                                       .state = SOURCE_UNRESOLVED,
                                                       .detail = "directories cannot be listed",
                                                       .place = place});
  }
}

/* Keywords that say who may log in, and how they are usually written. */
static const struct directive {
  enum sshd_keyword keyword;
  const char *name;
  bool dynamic; /* wherever it stands: what it brings is known when somebody comes */
} directives[] = {
    {SSHD_ALLOW_GROUPS, "AllowGroups"},
    {SSHD_ALLOW_USERS, "AllowUsers"},
    {SSHD_AUTHENTICATION_METHODS, "AuthenticationMethods"},
    {SSHD_AUTHORIZED_KEYS_COMMAND, "AuthorizedKeysCommand", .dynamic = true},
    {SSHD_AUTHORIZED_KEYS_FILE, "AuthorizedKeysFile"},
    {SSHD_AUTHORIZED_PRINCIPALS_COMMAND, "AuthorizedPrincipalsCommand", .dynamic = true},
    {SSHD_AUTHORIZED_PRINCIPALS_FILE, "AuthorizedPrincipalsFile", .dynamic = true},
    {SSHD_CA_SIGNATURE_ALGORITHMS, "CASignatureAlgorithms"},
    {SSHD_CHROOT_DIRECTORY, "ChrootDirectory"},
    {SSHD_DENY_GROUPS, "DenyGroups"},
    {SSHD_DENY_USERS, "DenyUsers"},
    {SSHD_PERMIT_ROOT_LOGIN, "PermitRootLogin"},
    {SSHD_PUBKEY_ACCEPTED_ALGORITHMS, "PubkeyAcceptedAlgorithms"},
    {SSHD_PUBKEY_AUTHENTICATION, "PubkeyAuthentication"},
    {SSHD_REQUIRED_RSA_SIZE, "RequiredRSASize"},
    {SSHD_REVOKED_KEYS, "RevokedKeys"},
    {SSHD_TRUSTED_USER_CA_KEYS, "TrustedUserCAKeys", .dynamic = true},
};

static void
add_line(struct key_sources *sources, const char *user, const struct directive *directive,
         const struct sshd_line *line)
{
  g_autofree char *values = g_strjoinv(" ", line->values);
  g_autofree char *source = g_strconcat(directive->name, " ", values, NULL);
  g_autofree char *place = sshd_line_place(line);

  key_sources_add(sources, &(struct key_source_text){.user = user,
                                                     .source = source,
                                                     .state = SOURCE_UNRESOLVED,
                                                     .detail = line->block,
                                                     .place = place});
}

/* A line that counts for some connections is about everybody whom its block is about. */
static void
add_possible(struct key_sources *sources, const struct directive *directive, GPtrArray *lines)
{
  for (guint i = 0; i < lines->len; i++)
    if (g_hash_table_add(sources->lines, lines->pdata[i]))
      add_line(sources, NULL, directive, lines->pdata[i]);
}

static void
add_dynamic(struct key_sources *sources, const char *user, const struct directive *directive,
            GPtrArray *lines)
{
  const struct sshd_line *line = lines->len > 0 ? lines->pdata[0] : NULL;

  if (!line || g_ascii_strcasecmp(line->values[0], "none") == 0)
    return;
  if (line->block)
    add_line(sources, user, directive, line);
  else if (g_hash_table_add(sources->lines, (gpointer)line))
    add_line(sources, NULL, directive, line);
}

void
key_sources_add_answers(struct key_sources *sources, const char *user,
                        const struct sshd_answers *answers)
{
  for (guint i = 0; i < G_N_ELEMENTS(directives); i++) {
    const struct sshd_setting *setting = sshd_answers_get(answers, directives[i].keyword);

    add_possible(sources, &directives[i], setting->possible);
    if (directives[i].dynamic)
      add_dynamic(sources, user, &directives[i], setting->lines);
  }
}
