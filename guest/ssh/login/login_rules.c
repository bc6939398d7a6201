/* SPDX-License-Identifier: Apache-2.0 */
/* What keeps an account, or one of its keys, out. */
#include "guest/ssh/login/login_rules.h"

#include "guest/ssh/login/key_algorithms.h"
#include "guest/ssh/login/login_lists.h"

#include <string.h>

#define SECONDS_OF_DAY 86400

static const struct sshd_setting *
setting_of(const struct login_user *user, enum sshd_keyword keyword)
{
  return sshd_answers_get(user->answers, keyword);
}

static struct verdict
judge_sshd(const struct login_user *user)
{
  if (user->sshd_installed == 0)
    return VERDICT_DENIED(LOGIN_NO_SSHD);
  if (user->sshd_installed == FACT_UNKNOWN || strcmp(user->config->state, KEY_FILE_OK) != 0)
    return VERDICT_UNKNOWN(LOGIN_UNRESOLVED);
  return VERDICT_ALLOWED;
}

/* Without PAM sshd itself minds "!" before the hash (platform_locked_account() of platform.c). */
static struct verdict
judge_lock(const struct login_user *user)
{
  gint64 pam = sshd_setting_is_yes(setting_of(user, SSHD_USE_PAM), false);

  if (pam == 1)
    return VERDICT_ALLOWED;
  if (!user->account->locked && user->account->password != PASSWORD_UNKNOWN)
    return VERDICT_ALLOWED;
  if (pam == 0 && user->account->locked)
    return VERDICT_DENIED(LOGIN_ACCOUNT_LOCKED);
  return VERDICT_UNKNOWN(LOGIN_UNRESOLVED);
}

/* An account ends on its day with PAM, and one day later without. */
static struct verdict
judge_age(const struct login_user *user)
{
  gint64 pam = sshd_setting_is_yes(setting_of(user, SSHD_USE_PAM), false);
  gint64 today = user->now / SECONDS_OF_DAY, ends = user->account->expires_day,
         dead_after = user->account->dead_after_day;
  bool with_pam = (ends >= 0 && today >= ends) || (dead_after >= 0 && today > dead_after);
  bool without = ends >= 0 && today > ends;

  if (pam == FACT_UNKNOWN && with_pam != without)
    return VERDICT_UNKNOWN(LOGIN_UNRESOLVED);
  return (pam == 0 ? without : with_pam) ? VERDICT_DENIED(LOGIN_ACCOUNT_EXPIRED) : VERDICT_ALLOWED;
}

static struct verdict
judge_shell_file(const struct login_user *user)
{
  const char *shell = user->account->shell[0] != '\0' ? user->account->shell : "/bin/sh";
  g_autofree char *path = g_strconcat(shell[0] == '/' ? "" : "/", shell, NULL);
  g_autoptr(GError) error = NULL;
  struct file_stat stat;

  if (!road_stat(user->road, path, true, &stat, &error))
    return g_error_matches(error, ROAD_ERROR, ROAD_ERROR_NOT_FOUND) ||
                   g_error_matches(error, ROAD_ERROR, ROAD_ERROR_LOOP)
               ? VERDICT_DENIED(LOGIN_SHELL_MISSING)
               : VERDICT_UNKNOWN(LOGIN_UNKNOWN_MODE);
  if (stat.type != FILE_REGULAR || !(stat.mode & 0111))
    return VERDICT_DENIED(LOGIN_SHELL_MISSING);
  return VERDICT_ALLOWED;
}

/* The shell of somebody whose root is elsewhere may be there. */
static struct verdict
judge_shell(const struct login_user *user)
{
  const struct sshd_setting *chroot = setting_of(user, SSHD_CHROOT_DIRECTORY);
  struct verdict verdict = judge_shell_file(user);

  if (verdict.allowed == 1 || (!chroot->unresolved && !sshd_setting_is_none(chroot)))
    return VERDICT_ALLOWED;
  return chroot->unresolved ? VERDICT_UNKNOWN(LOGIN_UNRESOLVED) : verdict;
}

static struct verdict
judge_pubkey(const struct login_user *user)
{
  gint64 on = sshd_setting_is_yes(setting_of(user, SSHD_PUBKEY_AUTHENTICATION), true);

  if (on == FACT_UNKNOWN)
    return VERDICT_UNKNOWN(LOGIN_UNRESOLVED);
  return on ? VERDICT_ALLOWED : VERDICT_DENIED(LOGIN_PUBKEY_OFF);
}

/* Lists of methods, of which any one will do: a key helps where one of them asks for it. */
static struct verdict
judge_methods(const struct login_user *user)
{
  const struct sshd_setting *setting = setting_of(user, SSHD_AUTHENTICATION_METHODS);

  if (setting->unresolved)
    return VERDICT_UNKNOWN(LOGIN_UNRESOLVED);
  if (setting->lines->len == 0)
    return VERDICT_ALLOWED;
  const struct sshd_line *line = setting->lines->pdata[0];
  for (char **list = line->values; *list; list++)
    if (strcmp(*list, "any") == 0 || strstr(*list, "publickey"))
      return VERDICT_ALLOWED;
  return VERDICT_DENIED(LOGIN_PUBKEY_OFF);
}

/* Whoever has the number 0 is root. "forced-commands-only" is for each line to tell. */
static struct verdict
judge_root(const struct login_user *user)
{
  const struct sshd_setting *setting = setting_of(user, SSHD_PERMIT_ROOT_LOGIN);

  if (user->account->uid != 0)
    return VERDICT_ALLOWED;
  if (setting->unresolved)
    return VERDICT_UNKNOWN(LOGIN_UNRESOLVED);
  return g_ascii_strcasecmp(sshd_setting_value(setting, "prohibit-password"), "no") == 0
             ? VERDICT_DENIED(LOGIN_USER_DENIED)
             : VERDICT_ALLOWED;
}

struct verdict
login_rules_judge(const struct login_user *user)
{
  static struct verdict (*const judges[])(const struct login_user *) = {
      judge_sshd,        judge_lock,   judge_age,     judge_shell,
      login_lists_judge, judge_pubkey, judge_methods, judge_root,
  };
  struct verdict verdict = VERDICT_ALLOWED;

  for (guint i = 0; i < G_N_ELEMENTS(judges); i++)
    verdict = verdict_and(verdict, judges[i](user));
  return verdict;
}

static struct verdict
judge_form(const struct authorized_entry *entry)
{
  if (entry->too_long)
    return VERDICT_UNKNOWN(LOGIN_LINE_TOO_LONG);
  if (entry->malformed)
    return VERDICT_DENIED(LOGIN_MALFORMED);
  /* A certificate is shown by who logs in; in a file it is nobody's key. */
  return entry->is_certificate ? VERDICT_DENIED(LOGIN_KEY_TYPE_OFF) : VERDICT_ALLOWED;
}

static struct verdict
judge_algorithm(const struct login_user *user, const struct authorized_entry *entry)
{
  const struct sshd_setting *setting =
      setting_of(user, entry->fact->cert_authority ? SSHD_CA_SIGNATURE_ALGORITHMS
                                                   : SSHD_PUBKEY_ACCEPTED_ALGORITHMS);

  bool accepted = key_algorithms_accept(sshd_setting_value(setting, NULL), entry->fact->algorithm,
                                        user->steps_left);
  if (setting->unresolved || *user->steps_left == 0)
    return VERDICT_UNKNOWN(LOGIN_UNRESOLVED);
  return accepted ? VERDICT_ALLOWED : VERDICT_DENIED(LOGIN_KEY_TYPE_OFF);
}

static struct verdict
judge_size(const struct login_user *user, const struct authorized_entry *entry)
{
  const struct sshd_setting *setting = setting_of(user, SSHD_REQUIRED_RSA_SIZE);
  guint64 least = g_ascii_strtoull(sshd_setting_value(setting, "0"), NULL, 10);

  if (entry->fact->cert_authority ||
      !key_algorithms_too_short(entry->fact->algorithm, entry->fact->bits, G_MAXUINT64))
    return VERDICT_ALLOWED;
  if (setting->unresolved)
    return VERDICT_UNKNOWN(LOGIN_UNRESOLVED);
  return key_algorithms_too_short(entry->fact->algorithm, entry->fact->bits, least)
             ? VERDICT_DENIED(LOGIN_KEY_TYPE_OFF)
             : VERDICT_ALLOWED;
}

static struct verdict
judge_expiry(const struct login_user *user, const struct authorized_entry *entry)
{
  gint64 ends = entry->expires_at;

  return ends >= 0 && ends < user->now ? VERDICT_DENIED(LOGIN_EXPIRED) : VERDICT_ALLOWED;
}

static struct verdict
judge_revocation(const struct login_user *user, const struct authorized_entry *entry)
{
  static const struct verdict verdicts[] = {
      [NOT_REVOKED] = {1, NULL},
      [REVOKED] = {0, LOGIN_REVOKED},
      [REVOCATION_UNKNOWN] = {FACT_UNKNOWN, LOGIN_UNRESOLVED},
  };

  if (setting_of(user, SSHD_REVOKED_KEYS)->unresolved)
    return VERDICT_UNKNOWN(LOGIN_UNRESOLVED);
  return user->revoked ? verdicts[revoked_keys_find(user->revoked, entry->fact->fingerprint)]
                       : VERDICT_ALLOWED;
}

static struct verdict
judge_command(const struct login_user *user, const struct authorized_entry *entry)
{
  const struct sshd_setting *setting = setting_of(user, SSHD_PERMIT_ROOT_LOGIN);

  if (user->account->uid != 0 || entry->forced_command ||
      g_ascii_strcasecmp(sshd_setting_value(setting, ""), "forced-commands-only") != 0)
    return VERDICT_ALLOWED;
  return VERDICT_DENIED(LOGIN_USER_DENIED);
}

struct verdict
login_rules_judge_entry(const struct login_user *user, const struct authorized_entry *entry)
{
  static struct verdict (*const judges[])(const struct login_user *,
                                          const struct authorized_entry *) = {
      judge_algorithm, judge_size, judge_expiry, judge_revocation, judge_command,
  };
  struct verdict verdict = judge_form(entry);

  for (guint i = 0; i < G_N_ELEMENTS(judges) && entry->fact->fingerprint && verdict.allowed != 0;
       i++)
    verdict = verdict_and(verdict, judges[i](user, entry));
  return verdict;
}
