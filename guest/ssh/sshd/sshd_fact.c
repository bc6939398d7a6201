/* SPDX-License-Identifier: Apache-2.0 */
/* What sshd is set to, for everybody. */
#include "guest/ssh/sshd/sshd_fact.h"

#include "guest/ssh/sshd/sshd_presence.h"
#include "guest/text.h"

#include <string.h>

/* The value that holds for everybody, or NULL where that cannot be told. Lower case: new. */
static char *
global_word(const struct sshd_config *config, enum sshd_keyword keyword, const char *otherwise)
{
  const struct sshd_setting *setting = sshd_config_global(config, keyword);

  return setting->unresolved ? NULL : g_ascii_strdown(sshd_setting_value(setting, otherwise), -1);
}

static char *
root_login_word(const struct sshd_config *config)
{
  g_autofree char *word = global_word(config, SSHD_PERMIT_ROOT_LOGIN, "prohibit-password");

  /* Its old name, which `sshd -T` still prints. */
  if (g_strcmp0(word, "without-password") == 0)
    return g_strdup("prohibit-password");
  return g_steal_pointer(&word);
}

static char *
key_files_text(const struct sshd_config *config)
{
  const struct sshd_setting *setting = sshd_config_global(config, SSHD_AUTHORIZED_KEYS_FILE);
  const struct sshd_line *line = setting->lines->len > 0 ? setting->lines->pdata[0] : NULL;
  g_autofree char *files =
      line ? g_strjoinv(" ", line->values) : g_strdup(".ssh/authorized_keys .ssh/authorized_keys2");

  return setting->unresolved || strcmp(config->state, KEY_FILE_OK) != 0
             ? NULL
             : text_make_valid(files, FIELD_TEXT_MAX);
}

struct sshd *
sshd_fact_new(struct road *road, const struct sshd_config *config)
{
  struct sshd *sshd = sshd_new();

  sshd->enabled = sshd_presence_enabled(road);
  sshd->state = g_strdup(config->state);
  sshd->detail = config->detail ? text_make_valid(config->detail, FIELD_TEXT_MAX) : NULL;
  sshd->permit_root_login = root_login_word(config);
  sshd->pubkey_authentication = global_word(config, SSHD_PUBKEY_AUTHENTICATION, "yes");
  sshd->strict_modes = global_word(config, SSHD_STRICT_MODES, "yes");
  sshd->authorized_keys_file = key_files_text(config);
  return sshd;
}
