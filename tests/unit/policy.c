/* SPDX-License-Identifier: Apache-2.0 */
/* From sections and files of keys to the ledger's policy, and what is written when it changes. */
#include "cmd/policy_read.h"
#include "tests/unit/ledger_fixture.h"
#include "tests/unit/scratch.h"

#include <fnmatch.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ED25519                                                                                    \
  "ssh-ed25519 "                                                                                   \
  "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

struct fixture {
  struct scratch *scratch;
  char *file, *configuration;
};

static void
set_up(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  fixture->scratch = scratch_new();
  fixture->file = g_build_filename(fixture->scratch->path, "a.keys", NULL);
  fixture->configuration = g_build_filename(fixture->scratch->path, "test.conf", NULL);
  g_setenv("VIRT_LEDGER_CONFIG", fixture->configuration, TRUE);
}

static void
tear_down(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_unsetenv("VIRT_LEDGER_CONFIG");
  scratch_free(fixture->scratch);
  g_free(fixture->file);
  g_free(fixture->configuration);
}

static void
write_keys(struct fixture *fixture, const char *text)
{
  scratch_write(fixture->scratch, "a.keys", text, strlen(text));
  g_chmod(fixture->file, 0644);
}

/* The policy of a configuration of one section, with more lines behind it. */
static struct policy *
read_policy(struct fixture *fixture, const char *more, GPtrArray *warnings, GError **error)
{
  g_autofree char *text =
      g_strdup_printf("[keys a]\nmode = exact\nfile = %s\n%s", fixture->file, more);

  scratch_write(fixture->scratch, "test.conf", text, strlen(text));
  g_autoptr(GError) why = NULL;
  g_autoptr(Config) config = config_load(&why);
  g_assert_no_error(why);
  return policy_read(config, warnings, error);
}

static struct policy *
read_right(struct fixture *fixture, const char *more)
{
  g_autoptr(GError) error = NULL;
  struct policy *policy = read_policy(fixture, more, NULL, &error);

  g_assert_no_error(error);
  return policy;
}

static void
test_read(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  write_keys(fixture, "# ours\r\n\n  \t\n" ED25519 " ops@desk \r\n"
                      "from=\"10.0.0.1 , x\",no-pty " ED25519 "\n"
                      "cert-authority " ED25519 " ca");
  g_autoptr(Policy) policy = read_right(fixture, "users = root\n[audit]\nkeys-everywhere = 7\n"
                                                 "[shared-host-keys lb]\nguests = lb-*\n");
  const struct key_policy *keys = policy->keys->pdata[0];

  g_assert_cmpint(policy->everywhere, ==, 7);
  g_assert_cmpuint(policy->shared_host_keys->len, ==, 1);
  g_assert_cmpstr(keys->name, ==, "a");
  g_assert_cmpstr(keys->mode, ==, "exact");
  g_assert_cmpstr(keys->guests[0], ==, "*");
  g_assert_null(keys->labels[0]);
  g_assert_cmpstr(keys->users[0], ==, "root");
  g_assert_cmpuint(keys->keys->len, ==, 3);
  const struct policy_key *plain = keys->keys->pdata[0];
  const struct policy_key *bound = keys->keys->pdata[1];
  const struct policy_key *authority = keys->keys->pdata[2];
  g_assert_cmpint(plain->line, ==, 4);
  g_assert_cmpstr(plain->algorithm, ==, "ssh-ed25519");
  g_assert_true(g_str_has_prefix(plain->fingerprint, "SHA256:"));
  g_assert_null(plain->options);
  g_assert_cmpmem(g_bytes_get_data(plain->comment, NULL), g_bytes_get_size(plain->comment),
                  "ops@desk", strlen("ops@desk"));
  g_assert_cmpmem(g_bytes_get_data(bound->options, NULL), g_bytes_get_size(bound->options),
                  "from=\"10.0.0.1 , x\",no-pty", strlen("from=\"10.0.0.1 , x\",no-pty"));
  g_assert_false(bound->cert_authority);
  g_assert_true(authority->cert_authority);
  g_assert_cmpint(authority->line, ==, 6);
  g_assert_cmpstr(authority->fingerprint, ==, plain->fingerprint);
}

/* Nothing that a person could have meant as a key is passed over. */
static void
test_wrong_lines(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"# ours\nssh-ed25519 AAAAC3Nz\n", "*/a.keys:2: there is no key on this line *"},
      {ED25519 "\n\nnonsense\n", "*/a.keys:3: there is no key on this line *"},
      {"no-such-option " ED25519 "\n", "*/a.keys:1: sshd would refuse the options *"},
      {"\x1b[2J\xff\n", "*/a.keys:1: there is no key on this line *"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;

    write_keys(fixture, cases[i].text);
    g_assert_null(read_policy(fixture, "", NULL, &error));
    g_assert_error(error, CONFIG_ERROR, CONFIG_ERROR_SYNTAX);
    g_test_message("%s", error->message);
    g_assert_cmpint(fnmatch(cases[i].message, error->message, 0), ==, 0);
  }
}

static void
check_unread(struct fixture *fixture, const char *message)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(read_policy(fixture, "", NULL, &error));
  g_assert_error(error, CONFIG_ERROR, CONFIG_ERROR_READ);
  g_test_message("%s", error->message);
  g_assert_cmpint(fnmatch(message, error->message, 0), ==, 0);
}

/* A FIFO must not make an audit wait. */
static void
test_wrong_files(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree char *long_text = g_strnfill(POLICY_FILE_MAX + 1, '\n');

  check_unread(fixture, "*/test.conf:1: [[]keys a]: */a.keys: No such file*");
  write_keys(fixture, long_text);
  check_unread(fixture, "*/test.conf:1: [[]keys a]: */a.keys: it is too long");
  unlink(fixture->file);
  g_assert_cmpint(mkfifo(fixture->file, 0600), ==, 0);
  check_unread(fixture, "*/a.keys: it is no regular file");
  unlink(fixture->file);
  g_assert_cmpint(mkdir(fixture->file, 0700), ==, 0);
  check_unread(fixture, "*/a.keys: it is no regular file");
}

static void
test_writers(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr(GPtrArray) warnings = g_ptr_array_new_with_free_func(g_free);

  write_keys(fixture, ED25519 "\n");
  policy_free(read_policy(fixture, "", warnings, NULL));
  g_assert_cmpuint(warnings->len, ==, 0);
  g_chmod(fixture->file, 0664);
  policy_free(read_policy(fixture, "", warnings, NULL));
  g_assert_cmpuint(warnings->len, ==, 1);
  g_assert_nonnull(strstr(warnings->pdata[0], "others may write"));
}

static void
save(struct ledger_fixture *ledger, const struct policy *policy)
{
  g_autoptr(GError) error = NULL;

  policy_save(ledger->ledger, policy, &error);
  g_assert_no_error(error);
}

static gint64
writes(struct ledger_fixture *ledger)
{
  return sqlite3_total_changes64(ledger_db(ledger->ledger));
}

/* Only what is another is written; what is said no longer goes. */
static void
test_save(struct fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  static const char KEYS[] = "SELECT name || ' ' || line || ' ' || ifnull(comment, '-')"
                             "  FROM key_policy_key"
                             " ORDER BY name, line";
  static const char more[] = "users = root\n[shared-host-keys lb]\nguests = lb-*\n";
  g_autoptr(LedgerFixture) ledger = ledger_fixture_new();
  g_autoptr(Policy) empty = policy_new();

  write_keys(fixture, ED25519 " one\n" ED25519 " \xff\n");
  g_autoptr(Policy) first = read_right(fixture, more);
  save(ledger, first);
  ledger_fixture_expect(ledger, "SELECT hex(comment) FROM key_policy_key WHERE line = 2", "FF");
  ledger_fixture_expect(ledger, "SELECT mode || users || guests FROM key_policy",
                        "exact[\"root\"][\"*\"]");
  ledger_fixture_expect(ledger, "SELECT name || guests FROM shared_host_key", "lb[\"lb-*\"]");
  ledger_fixture_expect(ledger, "SELECT value FROM threshold", "100");

  gint64 before = writes(ledger);
  g_autoptr(Policy) same = read_right(fixture, more);
  save(ledger, same);
  g_assert_cmpint(writes(ledger), ==, before);

  write_keys(fixture, ED25519 " one\n" ED25519 " two\n");
  g_autoptr(Policy) second = read_right(fixture, more);
  save(ledger, second);
  g_assert_cmpint(writes(ledger), ==, before + 1);
  ledger_fixture_expect(ledger, KEYS, "a 1 one / a 2 two");

  write_keys(fixture, "\n" ED25519 " two\n");
  g_autoptr(Policy) third = read_right(fixture, "");
  save(ledger, third);
  ledger_fixture_expect(ledger, KEYS, "a 2 two");
  ledger_fixture_expect(ledger, "SELECT count(*) FROM shared_host_key", "0");
  save(ledger, empty);
  ledger_fixture_expect(
      ledger, "SELECT (SELECT count(*) FROM key_policy) + (SELECT count(*) FROM key_policy_key)",
      "0");
}

#define ADD(name, test) g_test_add("/policy/" name, struct fixture, NULL, set_up, test, tear_down)

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  ADD("read", test_read);
  ADD("wrong-lines", test_wrong_lines);
  ADD("wrong-files", test_wrong_files);
  ADD("writers", test_writers);
  ADD("save", test_save);
  return g_test_run();
}
