/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who can log in by SSH key: how sshd is set up, the accounts, the keys that lie where it looks for
 * them and whether it would take them, and what of that cannot be known offline.
 */
#include "facts/clock.h"
#include "guest/collect.h"
#include "guest/ssh/accounts/name_services.h"
#include "guest/ssh/sshd/sshd_presence.h"
#include "guest/ssh/login/user_keys.h"
#include "guest/ssh/valid_text.h"

#include <string.h>

/* Work that patterns of all users may take: a fraction of a second. */
#define PATTERN_STEPS ((guint64)50000000)

struct logins {
  struct road *road;
  struct root *root;
  struct sshd_config *config;
  struct accounts *accounts;
  struct key_sources *sources;
  struct user_keys *keys;
  GHashTable *revoked; /* path -> struct revoked_keys */
  GHashTable *shown;   /* names of accounts as facts have them */
  gint64 sshd_installed, now;
  guint64 steps_left;
};

static bool
is_ok(const char *state)
{
  return strcmp(state, KEY_FILE_OK) == 0;
}

/* A configuration may outlive its program, which in turn may lie where nobody looks for it. */
static gint64
find_sshd(struct logins *logins)
{
  gint64 program = sshd_presence_installed(logins->road);
  bool configured = strcmp(logins->config->state, KEY_FILE_MISSING) != 0;
  const char *other = program == 1 ? NULL : sshd_presence_other(logins->road);

  if (program == 1 || (program == FACT_UNKNOWN && configured))
    return 1;
  if (other)
    key_sources_add(logins->sources, &(struct key_source_text){.user = "",
                                                               .source = other,
                                                               .state = SOURCE_UNRESOLVED,
                                                               .detail = "another SSH server"});
  return configured || other ? FACT_UNKNOWN : program;
}

/* The value that holds for everybody, or NULL where that cannot be told. Lower case: new. */
static char *
global_word(const struct logins *logins, enum sshd_keyword keyword, const char *otherwise)
{
  const struct sshd_setting *setting = sshd_config_global(logins->config, keyword);

  return setting->unresolved ? NULL : g_ascii_strdown(sshd_setting_value(setting, otherwise), -1);
}

static char *
root_login_word(const struct logins *logins)
{
  g_autofree char *word = global_word(logins, SSHD_PERMIT_ROOT_LOGIN, "prohibit-password");

  /* Its old name, which `sshd -T` still prints. */
  if (g_strcmp0(word, "without-password") == 0)
    return g_strdup("prohibit-password");
  return g_steal_pointer(&word);
}

static char *
key_files_text(const struct logins *logins)
{
  const struct sshd_setting *setting =
      sshd_config_global(logins->config, SSHD_AUTHORIZED_KEYS_FILE);
  const struct sshd_line *line = setting->lines->len > 0 ? setting->lines->pdata[0] : NULL;
  g_autofree char *files =
      line ? g_strjoinv(" ", line->values) : g_strdup(".ssh/authorized_keys .ssh/authorized_keys2");

  return setting->unresolved || !is_ok(logins->config->state) ? NULL
                                                              : valid_text(files, FIELD_TEXT_MAX);
}

static void
add_sshd(const struct logins *logins)
{
  struct sshd *sshd = sshd_new();

  sshd->enabled = sshd_presence_enabled(logins->road);
  sshd->state = g_strdup(logins->config->state);
  sshd->detail = logins->config->detail ? valid_text(logins->config->detail, FIELD_TEXT_MAX) : NULL;
  sshd->permit_root_login = root_login_word(logins);
  sshd->pubkey_authentication = global_word(logins, SSHD_PUBKEY_AUTHENTICATION, "yes");
  sshd->strict_modes = global_word(logins, SSHD_STRICT_MODES, "yes");
  sshd->authorized_keys_file = key_files_text(logins);
  g_ptr_array_add(logins->root->sshd, sshd);
}

/* Files of accounts that could not be read, or were cut: there are accounts that nobody knows of.
 */
static void
add_account_files(const struct logins *logins)
{
  const struct {
    const char *path, *state;
  } files[] = {{"/etc/passwd", logins->accounts->passwd_state},
               {"/etc/group", logins->accounts->group_state}};

  for (guint i = 0; i < G_N_ELEMENTS(files); i++)
    if (!is_ok(files[i].state))
      key_sources_add(
          logins->sources,
          &(struct key_source_text){.user = "", .source = files[i].path, .state = files[i].state});
}

/* Accounts of a directory service may log in, and are in no file. */
static void
add_name_services(const struct logins *logins)
{
  guint line;
  g_autofree char *services = name_services_foreign(logins->road, &line);

  if (!services)
    return;
  g_autofree char *source = g_strconcat("passwd: ", services, NULL);
  g_autofree char *place = g_strdup_printf("/etc/nsswitch.conf:%u", line);
  key_sources_add(logins->sources,
                  &(struct key_source_text){.user = "",
                                            .source = source,
                                            .state = SOURCE_UNRESOLVED,
                                            .detail = "accounts that are in no file of the guest",
                                            .place = place});
}

static void
add_revocation_doubt(const struct logins *logins, const struct sshd_line *line, const char *doubt)
{
  g_autofree char *source = g_strconcat("RevokedKeys ", line->values[0], NULL);
  g_autofree char *place = sshd_line_place(line);

  key_sources_add(logins->sources, &(struct key_source_text){.user = "",
                                                             .source = source,
                                                             .state = SOURCE_UNRESOLVED,
                                                             .detail = doubt,
                                                             .place = place});
}

/* The revoked keys that count for a user; NULL without. */
static const struct revoked_keys *
find_revoked(const struct logins *logins, const struct sshd_answers *answers)
{
  const struct sshd_setting *setting = sshd_answers_get(answers, SSHD_REVOKED_KEYS);
  const char *value = sshd_setting_value(setting, "none");

  if (g_ascii_strcasecmp(value, "none") == 0)
    return NULL;
  struct revoked_keys *revoked = g_hash_table_lookup(logins->revoked, value);
  if (revoked)
    return revoked;
  g_autofree char *path = g_strconcat(value[0] == '/' ? "" : "/", value, NULL);
  revoked = revoked_keys_read(logins->road, path);
  g_hash_table_insert(logins->revoked, g_strdup(value), revoked);
  if (revoked_keys_doubt(revoked))
    add_revocation_doubt(logins, setting->lines->pdata[0], revoked_keys_doubt(revoked));
  return revoked;
}

static bool
has_login_shell(const struct user_account *account)
{
  g_autofree char *program = g_path_get_basename(account->shell);

  return strcmp(program, "nologin") != 0 && strcmp(program, "false") != 0;
}

static const char *
password_word(enum account_password password)
{
  static const char *const words[] = {
      [PASSWORD_SET] = "set", [PASSWORD_LOCKED] = "locked", [PASSWORD_NONE] = "none"};

  return words[password];
}

static GBytes *
octets_of(const char *bytes)
{
  return g_bytes_new(bytes, MIN(strlen(bytes), FIELD_TEXT_MAX));
}

static void
add_account(const struct logins *logins, const struct user_account *user, const char *shown,
            struct verdict verdict)
{
  Account *account = account_new();

  account->name = g_strdup(shown);
  account->uid = user->uid;
  account->gid = user->gid;
  account->home = octets_of(user->home);
  account->shell = octets_of(user->shell);
  account->password = g_strdup(password_word(user->password));
  account->expires_at = user->expires_day >= 0 ? user->expires_day * 86400 : FACT_UNKNOWN;
  account->login = g_strdup(verdict.allowed == 1 ? "yes" : verdict.allowed == 0 ? "no" : "unknown");
  account->reason = g_strdup(verdict.reason);
  g_ptr_array_add(logins->root->accounts, account);
}

/* Without a home there are no files in it; keys may still come from elsewhere. */
static struct verdict
judge_home(const struct login_user *user, const struct user_home *home)
{
  static const enum sshd_keyword elsewhere[] = {SSHD_AUTHORIZED_KEYS_COMMAND,
                                                SSHD_TRUSTED_USER_CA_KEYS};

  if (!home->missing || !user_keys_need_home(user))
    return VERDICT_ALLOWED;
  for (guint i = 0; i < G_N_ELEMENTS(elsewhere); i++) {
    const struct sshd_setting *setting = sshd_answers_get(user->answers, elsewhere[i]);

    if (setting->unresolved || g_ascii_strcasecmp(sshd_setting_value(setting, "none"), "none") != 0)
      return VERDICT_ALLOWED;
  }
  return VERDICT_DENIED(LOGIN_HOME_MISSING);
}

static void
collect_user(struct logins *logins, const struct login_user *user, const char *shown)
{
  struct verdict verdict = login_rules_judge(user);
  struct user_home home;

  user_keys_find_home(logins->keys, user->account, &home);
  guint count = user_keys_collect(logins->keys, user, &home, verdict, shown);
  if (count > 0 || has_login_shell(user->account)) {
    key_sources_add_answers(logins->sources, shown, user->answers);
    add_account(logins, user->account, shown, verdict_and(verdict, judge_home(user, &home)));
  }
  g_free(home.path);
}

static bool
groups_are_known(const struct accounts *accounts)
{
  return is_ok(accounts->group_state) || strcmp(accounts->group_state, KEY_FILE_MISSING) == 0;
}

static void
collect_account(struct logins *logins, const struct user_account *account)
{
  g_autofree char *shown = valid_text(account->name, ACCOUNT_NAME_MAX);
  struct account_groups groups;

  if (!g_hash_table_add(logins->shown, g_strdup(shown))) {
    root_add_mark(logins->root, MARK_TRUNCATED);
    return;
  }
  accounts_groups(logins->accounts, account, &groups);
  g_autoptr(SshdAnswers) answers = sshd_config_for_user(
      logins->config,
      &(struct sshd_user){account->name, groups_are_known(logins->accounts) ? groups.names : NULL});
  collect_user(logins,
               &(struct login_user){
                   .road = logins->road,
                   .accounts = logins->accounts,
                   .account = account,
                   .groups = &groups,
                   .config = logins->config,
                   .answers = answers,
                   .revoked = find_revoked(logins, answers),
                   .sshd_installed = logins->sshd_installed,
                   .now = logins->now,
                   .steps_left = &logins->steps_left,
               },
               shown);
  account_groups_clear(&groups);
}

static void
collect_accounts(struct logins *logins)
{
  GPtrArray *accounts = logins->accounts->list;

  for (guint i = 0; i < accounts->len && i < ACCOUNTS_MAX; i++)
    collect_account(logins, accounts->pdata[i]);
  if (accounts->len > ACCOUNTS_MAX)
    root_add_mark(logins->root, MARK_TRUNCATED);
}

void
logins_collect(struct road *road, struct root *root)
{
  g_autoptr(SshdConfig) config = sshd_config_read(road);
  g_autoptr(Accounts) accounts = accounts_read(road);
  g_autoptr(KeySources) sources = key_sources_new(root);
  g_autoptr(UserKeys) keys = user_keys_new(road, root, sources);
  g_autoptr(GHashTable) revoked =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)revoked_keys_free);
  g_autoptr(GHashTable) shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  struct logins logins = {
      .road = road,
      .root = root,
      .config = config,
      .accounts = accounts,
      .sources = sources,
      .keys = keys,
      .revoked = revoked,
      .shown = shown,
      .now = clock_now(),
      .steps_left = PATTERN_STEPS,
  };

  logins.sshd_installed = find_sshd(&logins);
  if (logins.sshd_installed != 0) {
    add_sshd(&logins);
    key_sources_add_config(sources, config);
    add_name_services(&logins);
  }
  add_account_files(&logins);
  collect_accounts(&logins);
}
