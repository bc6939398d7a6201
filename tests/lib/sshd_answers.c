/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What we make of the sshd_config below a directory for a user, in the words of `sshd -T`: a line
 * for each keyword, with "?" in place of a value that hangs on the connection. Exit status 1 when
 * the configuration is one that sshd would refuse.
 */
#include "guest/ssh/sshd/sshd_answers.h"
#include "guest/directory.h"
#include "guest/ssh/accounts/accounts.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* How `sshd -T` shows a setting. */
enum form {
  FORM_WORD,  /* its value in lower case */
  FORM_PATH,  /* its value as it is */
  FORM_LINE,  /* all its values on one line */
  FORM_LINES, /* each value on a line of its own; none without */
};

static const struct keyword {
  enum sshd_keyword keyword;
  const char *name, *otherwise;
  enum form form;
} keywords[] = {
    {SSHD_ALLOW_GROUPS, "allowgroups", NULL, FORM_LINES},
    {SSHD_ALLOW_USERS, "allowusers", NULL, FORM_LINES},
    {SSHD_AUTHENTICATION_METHODS, "authenticationmethods", "any", FORM_LINE},
    {SSHD_AUTHORIZED_KEYS_COMMAND, "authorizedkeyscommand", "none", FORM_PATH},
    {SSHD_AUTHORIZED_KEYS_FILE, "authorizedkeysfile", ".ssh/authorized_keys .ssh/authorized_keys2",
     FORM_LINE},
    {SSHD_AUTHORIZED_PRINCIPALS_COMMAND, "authorizedprincipalscommand", "none", FORM_PATH},
    {SSHD_AUTHORIZED_PRINCIPALS_FILE, "authorizedprincipalsfile", "none", FORM_PATH},
    {SSHD_CHROOT_DIRECTORY, "chrootdirectory", "none", FORM_PATH},
    {SSHD_DENY_GROUPS, "denygroups", NULL, FORM_LINES},
    {SSHD_DENY_USERS, "denyusers", NULL, FORM_LINES},
    {SSHD_PERMIT_ROOT_LOGIN, "permitrootlogin", "prohibit-password", FORM_WORD},
    {SSHD_PUBKEY_AUTHENTICATION, "pubkeyauthentication", "yes", FORM_WORD},
    {SSHD_REQUIRED_RSA_SIZE, "requiredrsasize", "1024", FORM_WORD},
    {SSHD_REVOKED_KEYS, "revokedkeys", "none", FORM_PATH},
    {SSHD_STRICT_MODES, "strictmodes", "yes", FORM_WORD},
    {SSHD_TRUSTED_USER_CA_KEYS, "trustedusercakeys", "none", FORM_PATH},
    {SSHD_USE_PAM, "usepam", "no", FORM_WORD},
};

static void
print_lines(const char *name, const struct sshd_setting *setting)
{
  for (guint i = 0; i < setting->lines->len; i++)
    for (char **value = ((struct sshd_line *)setting->lines->pdata[i])->values; *value; value++)
      printf("%s %s\n", name, *value);
}

static void
print_line(const struct keyword *keyword, const struct sshd_setting *setting)
{
  const struct sshd_line *line = setting->lines->len > 0 ? setting->lines->pdata[0] : NULL;
  g_autofree char *values = line ? g_strjoinv(" ", line->values) : g_strdup(keyword->otherwise);

  printf("%s %s\n", keyword->name, values);
}

static void
print_word(const struct keyword *keyword, const struct sshd_setting *setting)
{
  g_autofree char *word = g_ascii_strdown(sshd_setting_value(setting, keyword->otherwise), -1);

  printf("%s %s\n", keyword->name,
         strcmp(word, "prohibit-password") == 0 ? "without-password" : word);
}

static void
print_setting(const struct keyword *keyword, const struct sshd_setting *setting)
{
  if (setting->unresolved)
    printf("%s ?\n", keyword->name);
  else if (keyword->form == FORM_LINES)
    print_lines(keyword->name, setting);
  else if (keyword->form == FORM_LINE)
    print_line(keyword, setting);
  else if (keyword->form == FORM_WORD)
    print_word(keyword, setting);
  else
    printf("%s %s\n", keyword->name, sshd_setting_value(setting, keyword->otherwise));
}

static void
print_user(const struct sshd_config *config, const struct accounts *accounts, const char *name)
{
  const struct user_account *account = accounts_by_name(accounts, name);
  struct account_groups groups;

  g_assert_nonnull(account);
  accounts_groups(accounts, account, &groups);
  g_autoptr(SshdAnswers) answers =
      sshd_answers_for_user(config, &(struct sshd_user){name, groups.names});
  for (guint i = 0; i < G_N_ELEMENTS(keywords); i++)
    print_setting(&keywords[i], sshd_answers_get(answers, keywords[i].keyword));
  account_groups_clear(&groups);
}

int
main(int argc, char **argv)
{
  g_assert_cmpint(argc, ==, 3);
  int root = open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint(root, >=, 0);
  g_autoptr(Road) road = directory_open(root, NULL);
  g_autoptr(SshdConfig) config = sshd_config_read(road);
  g_autoptr(Accounts) accounts = accounts_read(road);

  if (config->detail) {
    fprintf(stderr, "%s: %s\n", config->state, config->detail);
    return 1;
  }
  print_user(config, accounts, argv[2]);
  return 0;
}
