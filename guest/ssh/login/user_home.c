/* SPDX-License-Identifier: Apache-2.0 */
/* Homes of users. */
#include "guest/ssh/login/user_home.h"

#include "guest/ssh/login/key_file_name.h"

void
user_home_find(struct real_paths *paths, const struct user_account *account,
               struct user_home *ret_home)
{
  g_autofree char *path = g_strconcat(account->home[0] == '/' ? "" : "/", account->home, NULL);
  g_autoptr(GError) error = NULL;
  struct real_path found = {0};

  *ret_home = (struct user_home){0};
  if (real_path_find(paths, path, &found, &error))
    ret_home->path = g_steal_pointer(&found.path);
  else
    ret_home->missing = g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND);
  real_path_clear(&found);
}

void
user_home_clear(struct user_home *home)
{
  g_clear_pointer(&home->path, g_free);
}

/* Whether all the files where sshd looks for keys of the user are in the home. */
static bool
needs_home(const struct login_user *user)
{
  const struct sshd_setting *setting = sshd_answers_get(user->answers, SSHD_AUTHORIZED_KEYS_FILE);
  g_autoptr(GPtrArray) patterns = key_file_name_patterns(setting);

  for (guint i = 0; i < patterns->len; i++)
    if (g_ascii_strcasecmp(patterns->pdata[i], "none") != 0 &&
        !key_file_name_needs_home(patterns->pdata[i]))
      return false;
  return !setting->unresolved;
}

struct verdict
user_home_judge(const struct login_user *user, const struct user_home *home)
{
  static const enum sshd_keyword elsewhere[] = {SSHD_AUTHORIZED_KEYS_COMMAND,
                                                SSHD_TRUSTED_USER_CA_KEYS};

  if (!home->missing || !needs_home(user))
    return VERDICT_ALLOWED;
  for (guint i = 0; i < G_N_ELEMENTS(elsewhere); i++) {
    const struct sshd_setting *setting = sshd_answers_get(user->answers, elsewhere[i]);

    if (setting->unresolved || !sshd_setting_is_none(setting))
      return VERDICT_ALLOWED;
  }
  return VERDICT_DENIED(LOGIN_HOME_MISSING);
}
