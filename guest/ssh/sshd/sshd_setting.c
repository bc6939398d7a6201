/* SPDX-License-Identifier: Apache-2.0 */
/* Values of settings. */
#include "guest/ssh/sshd/sshd_setting.h"

#include "facts/shape.h"

const char *
sshd_setting_value(const struct sshd_setting *setting, const char *otherwise)
{
  const struct sshd_line *line = setting->lines->len > 0 ? setting->lines->pdata[0] : NULL;

  return line ? line->values[0] : otherwise;
}

bool
sshd_setting_is_none(const struct sshd_setting *setting)
{
  return g_ascii_strcasecmp(sshd_setting_value(setting, "none"), "none") == 0;
}

gint64
sshd_setting_is_yes(const struct sshd_setting *setting, bool otherwise)
{
  if (setting->unresolved)
    return FACT_UNKNOWN;
  return g_ascii_strcasecmp(sshd_setting_value(setting, otherwise ? "yes" : "no"), "yes") == 0;
}

char *
sshd_line_place(const struct sshd_line *line)
{
  return g_strdup_printf("%s:%u", line->file, line->number);
}
