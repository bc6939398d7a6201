/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens of AuthorizedKeysFile. */
#include "guest/ssh/login/key_file_name.h"

#include <string.h>

/* "~" and "~NAME" at the start. sshd asks as root, so "~" is root's home, whoever logs in. */
static char *
expand_tilde(const char *pattern, const struct accounts *accounts)
{
  gsize length = strcspn(pattern, "/");
  g_autofree char *name = g_strndup(pattern, length);

  if (pattern[0] != '~')
    return g_strdup(pattern);
  const struct user_account *owner =
      name[1] != '\0' ? accounts_by_name(accounts, name + 1) : accounts_by_uid(accounts, 0);
  return owner ? g_strconcat(owner->home, pattern + length, NULL) : NULL;
}

static bool
append_token(GString *path, char token, const struct user_account *account)
{
  if (token == 'h')
    g_string_append(path, account->home);
  else if (token == 'u')
    g_string_append(path, account->name);
  else if (token == 'U')
    g_string_append_printf(path, "%u", account->uid);
  else if (token == '%')
    g_string_append_c(path, '%');
  else
    return false;
  return true;
}

char *
key_file_name_expand(const char *pattern, const struct accounts *accounts,
                     const struct user_account *account)
{
  g_autofree char *plain = expand_tilde(pattern, accounts);
  g_autoptr(GString) path = g_string_new(NULL);

  for (const char *at = plain; at && *at; at++) {
    if (*at != '%')
      g_string_append_c(path, *at);
    else if (!append_token(path, *++at, account))
      return NULL;
  }
  if (!plain)
    return NULL;
  if (path->str[0] == '/')
    return g_strdup(path->str);
  /* A home that is relative is so to where sshd stands: the root. */
  return g_strconcat(account->home[0] == '/' ? "" : "/", account->home, "/", path->str, NULL);
}

bool
key_file_name_needs_home(const char *pattern)
{
  return strstr(pattern, "%h") || (pattern[0] != '/' && pattern[0] != '~');
}

GPtrArray *
key_file_name_patterns(const struct sshd_setting *setting)
{
  static const char *const defaults[] = {".ssh/authorized_keys", ".ssh/authorized_keys2"};
  GPtrArray *patterns = g_ptr_array_new();

  for (guint i = 0; setting->lines->len == 0 && i < G_N_ELEMENTS(defaults); i++)
    g_ptr_array_add(patterns, (gpointer)defaults[i]);
  for (guint i = 0; i < setting->lines->len + setting->possible->len; i++) {
    const struct sshd_line *line = i < setting->lines->len
                                       ? setting->lines->pdata[i]
                                       : setting->possible->pdata[i - setting->lines->len];

    for (char **value = line->values; *value; value++)
      g_ptr_array_add(patterns, *value);
  }
  return patterns;
}
