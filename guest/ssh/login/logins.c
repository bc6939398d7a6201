/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who can log in by SSH key: how sshd is set up, the accounts, the keys that lie where it looks for
 * them and whether it would take them, and what of that cannot be known offline.
 */
#include "guest/ssh/login/logins.h"

#include "facts/clock.h"
#include "guest/ssh/accounts/name_services.h"
#include "guest/ssh/login/revoked_files.h"
#include "guest/ssh/login/user_keys.h"
#include "guest/ssh/sshd/sshd_fact.h"
#include "guest/ssh/sshd/sshd_presence.h"
#include "guest/text.h"

#include <string.h>

/* Work that patterns of all users may take: a fraction of a second. */
#define PATTERN_STEPS ((guint64)50000000)

struct logins {
  struct road *road;
  struct root *root;
  const struct sshd_config *config;
  const struct accounts *accounts;
  struct key_sources *sources;
  struct real_paths *paths;
  struct user_keys *keys;
  struct revoked_files *revoked;
  GHashTable *shown; /* names of accounts as facts have them */
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
    key_sources_add(logins->sources, &(struct key_source_text){.source = other,
                                                               .state = SOURCE_UNRESOLVED,
                                                               .detail = "another SSH server"});
  return configured || other ? FACT_UNKNOWN : program;
}

/*
 * Files of accounts that could not be read, or were cut: there are accounts that nobody knows of.
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
      key_sources_add(logins->sources,
                      &(struct key_source_text){.source = files[i].path, .state = files[i].state});
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
                  &(struct key_source_text){.source = source,
                                            .state = SOURCE_UNRESOLVED,
                                            .detail = "accounts that are in no file of the guest",
                                            .place = place});
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

static void
collect_user(struct logins *logins, const struct login_user *user, const char *shown)
{
  struct verdict verdict = login_rules_judge(user);
  struct user_home home;

  user_home_find(logins->paths, user->account, &home);
  guint count = user_keys_collect(logins->keys, user, &home, verdict, shown);
  if (count > 0 || has_login_shell(user->account)) {
    key_sources_add_answers(logins->sources, shown, user->answers);
    add_account(logins, user->account, shown, verdict_and(verdict, user_home_judge(user, &home)));
  }
  user_home_clear(&home);
}

/* There are accounts of which nothing is said. */
static void
add_accounts_cut(const struct logins *logins, const char *why)
{
  root_add_mark(logins->root, MARK_TRUNCATED);
  key_sources_add(logins->sources, &(struct key_source_text){.source = "/etc/passwd",
                                                             .state = KEY_FILE_TRUNCATED,
                                                             .detail = why});
}

static void
collect_account(struct logins *logins, const struct user_account *account)
{
  g_autofree char *shown = text_make_valid(account->name, ACCOUNT_NAME_MAX);
  struct account_groups groups;

  if (!g_hash_table_add(logins->shown, g_strdup(shown))) {
    add_accounts_cut(logins, "accounts whose names look alike");
    return;
  }
  accounts_groups(logins->accounts, account, &groups);
  g_autoptr(SshdAnswers) answers = sshd_answers_for_user(
      logins->config,
      &(struct sshd_user){account->name,
                          accounts_know_groups(logins->accounts) ? groups.names : NULL});
  collect_user(logins,
               &(struct login_user){
                   .road = logins->road,
                   .accounts = logins->accounts,
                   .account = account,
                   .groups = &groups,
                   .config = logins->config,
                   .answers = answers,
                   .revoked = revoked_files_get(logins->revoked, answers),
                   .sshd_installed = logins->sshd_installed,
                   .now = logins->now,
                   .steps_left = &logins->steps_left,
               },
               shown);
  account_groups_clear(&groups);
}

/* Whoever came after the work was used up was not held against all lines that may be about him. */
static void
add_unfinished(const struct logins *logins)
{
  if (logins->steps_left > 0 && !sshd_answers_ran_out(logins->config))
    return;
  root_add_mark(logins->root, MARK_TRUNCATED);
  key_sources_add(logins->sources,
                  &(struct key_source_text){.source = logins->config->path,
                                            .state = KEY_FILE_TRUNCATED,
                                            .detail = "more to compare than is compared"});
}

static void
collect_accounts(struct logins *logins)
{
  GPtrArray *accounts = logins->accounts->list;

  for (guint i = 0; i < accounts->len && i < ACCOUNTS_MAX; i++)
    collect_account(logins, accounts->pdata[i]);
  if (accounts->len > ACCOUNTS_MAX)
    add_accounts_cut(logins, "more accounts than are kept");
}

void
logins_collect(struct road *road, const struct sshd_config *config, const struct accounts *accounts,
               struct root *root)
{
  g_autoptr(KeySources) sources = key_sources_new(root);
  g_autoptr(RealPaths) paths = real_paths_new(road);
  g_autoptr(UserKeys) keys = user_keys_new(road, root, sources, paths);
  g_autoptr(RevokedFiles) revoked = revoked_files_new(road, sources);
  g_autoptr(GHashTable) shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  struct logins logins = {
      .road = road,
      .root = root,
      .config = config,
      .accounts = accounts,
      .sources = sources,
      .paths = paths,
      .keys = keys,
      .revoked = revoked,
      .shown = shown,
      .now = clock_now(),
      .steps_left = PATTERN_STEPS,
  };

  logins.sshd_installed = find_sshd(&logins);
  if (logins.sshd_installed != 0) {
    g_ptr_array_add(root->sshd, sshd_fact_new(road, config));
    key_sources_add_config(sources, config);
    add_name_services(&logins);
  }
  add_account_files(&logins);
  collect_accounts(&logins);
  add_unfinished(&logins);
}
