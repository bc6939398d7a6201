/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sshd_config comes to where a real sshd cannot be asked: connections, roads without
 * directories, limits, places. tests/live/sshd_config.sh compares all else with the real one.
 */
#include "guest/ssh/sshd/sshd_answers.h"

#include "facts/ssh.h"
#include "guest/directory.h"
#include "guest/ssh/sshd/sshd_pattern.h"
#include "guest/ssh/sshd/sshd_words.h"
#include "tests/unit/tree.h"

#include <string.h>

#define MAIN "/etc/ssh/sshd_config"

static struct sshd_config *
read_tree(struct tree *tree)
{
  g_autoptr(Road) road = directory_open(tree->fd, NULL);

  return sshd_config_read(road);
}

static struct sshd_config *
read_text(const char *text)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, MAIN, text);
  return read_tree(tree);
}

/* "VALUE…", "?" when unresolved, with " | VALUE…" for each line that may outrank it. */
static char *
show(const struct sshd_setting *setting)
{
  GString *text = g_string_new(setting->unresolved ? "?" : "");

  for (guint i = 0; i < setting->lines->len + setting->possible->len; i++) {
    bool possible = i >= setting->lines->len;
    const struct sshd_line *line =
        possible ? setting->possible->pdata[i - setting->lines->len] : setting->lines->pdata[i];
    g_autofree char *values = g_strjoinv(",", line->values);

    g_string_append_printf(text, "%s%s", possible ? " | " : i > 0 ? "+" : "", values);
  }
  return g_string_free(text, FALSE);
}

static const struct resolve_case {
  const char *name;
  const char *text;
  enum sshd_keyword keyword;
  const char *expected; /* for bob, of the group users */
} resolve_cases[] = {
    {"default", "", SSHD_PERMIT_ROOT_LOGIN, ""},
    {"address", "Match Address 10.0.0.0/8\nPermitRootLogin yes\n", SSHD_PERMIT_ROOT_LOGIN,
     "? | yes"},
    {"address-over-global", "PermitRootLogin no\nMatch Host x\nPermitRootLogin yes\n",
     SSHD_PERMIT_ROOT_LOGIN, "?no | yes"},
    {"set-before", "Match User bob\nPermitRootLogin no\nMatch Host x\nPermitRootLogin yes\n",
     SSHD_PERMIT_ROOT_LOGIN, "no"},
    {"set-after", "Match Host x\nPermitRootLogin yes\nMatch User bob\nPermitRootLogin no\n",
     SSHD_PERMIT_ROOT_LOGIN, "?no | yes"},
    {"other-user", "Match User alice Address 10.0.0.1\nPermitRootLogin yes\n",
     SSHD_PERMIT_ROOT_LOGIN, ""},
    {"other-user-last", "Match Address 10.0.0.1 User alice\nPermitRootLogin yes\n",
     SSHD_PERMIT_ROOT_LOGIN, ""},
    {"exec", "Match exec /bin/true\nPermitRootLogin yes\n", SSHD_PERMIT_ROOT_LOGIN, "? | yes"},
    {"invalid-user", "Match invalid-user\nPermitRootLogin yes\n", SSHD_PERMIT_ROOT_LOGIN, ""},
    {"lists-add-up", "AllowUsers a\nMatch User bob\nAllowUsers b\nMatch RDomain r\nAllowUsers c\n",
     SSHD_ALLOW_USERS, "?b | c"},
    {"group", "Match Group users\nAllowUsers b\n", SSHD_ALLOW_USERS, "b"},
    {"group-negated", "Match Group *,!users\nAllowUsers b\n", SSHD_ALLOW_USERS, ""},
    {"not-in-block", "HostKey /a\nHostKey /b\n", SSHD_HOST_KEY, "/a+/b"},
};

static void
test_resolve(gconstpointer data)
{
  const struct resolve_case *expected = data;
  g_autoptr(SshdConfig) config = read_text(expected->text);
  g_autoptr(GPtrArray) groups = g_ptr_array_new();

  g_assert_cmpstr(config->detail, ==, NULL);
  g_ptr_array_add(groups, (gpointer) "users");
  g_autoptr(SshdAnswers) answers =
      sshd_answers_for_user(config, &(struct sshd_user){"bob", groups});
  g_autofree char *shown = show(sshd_answers_get(answers, expected->keyword));
  g_assert_cmpstr(shown, ==, expected->expected);
}

static void
test_unknown_groups(void)
{
  g_autoptr(SshdConfig) config = read_text("Match Group wheel\nPermitRootLogin yes\n");
  g_autoptr(SshdAnswers) answers = sshd_answers_for_user(config, &(struct sshd_user){"bob", NULL});

  g_assert_true(sshd_answers_get(answers, SSHD_PERMIT_ROOT_LOGIN)->unresolved);
}

static const struct wrong_case {
  const char *name;
  const char *text;
  const char *state, *detail;
} wrong_cases[] = {
    {"keyword", "\n#\nFoo bar\n", KEY_FILE_MALFORMED, MAIN ":3: Foo: no keyword of sshd"},
    {"secret", "root:$6$salt$hash:1:2:3 x\n", KEY_FILE_MALFORMED,
     MAIN ":1: a line: no keyword of sshd"},
    {"nothing", "StrictModes\n", KEY_FILE_MALFORMED, MAIN ":1: StrictModes: nothing follows it"},
    {"block", "Match User a\nUsePAM yes\n", KEY_FILE_MALFORMED,
     MAIN ":2: usepam: a Match block may not hold it"},
    {"match", "Match User\n", KEY_FILE_MALFORMED,
     MAIN ":1: match: its conditions are none that sshd takes"},
    {"first", "UsePAM x\nFoo y\n", KEY_FILE_MALFORMED, MAIN ":1: usepam: it is neither yes nor no"},
};

static void
test_wrong(gconstpointer data)
{
  const struct wrong_case *expected = data;
  g_autoptr(SshdConfig) config = read_text(expected->text);

  g_assert_cmpstr(config->state, ==, expected->state);
  g_assert_cmpstr(config->detail, ==, expected->detail);
}

static void
test_places(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, MAIN, "\nInclude sshd_config.d/*\nHostKey /b\n");
  tree_add_file(tree, "/etc/ssh/sshd_config.d/a.conf", "# keys\nHostKey /a\n");
  g_autoptr(SshdConfig) config = read_tree(tree);
  GPtrArray *lines = sshd_config_global(config, SSHD_HOST_KEY)->lines;
  g_assert_cmpuint(lines->len, ==, 2);
  g_autofree char *first = sshd_line_place(lines->pdata[0]);
  g_autofree char *second = sshd_line_place(lines->pdata[1]);
  g_assert_cmpstr(first, ==, "/etc/ssh/sshd_config.d/a.conf:2");
  g_assert_cmpstr(second, ==, MAIN ":3");
}

static void
test_missing(void)
{
  g_autoptr(Tree) tree = tree_new();
  g_autoptr(SshdConfig) missing = read_tree(tree);

  g_assert_cmpstr(missing->state, ==, KEY_FILE_MISSING);
  g_assert_cmpstr(missing->path, ==, MAIN);
  tree_add_file(tree, "/usr/etc/ssh/sshd_config", "PermitRootLogin yes\n");
  g_autoptr(SshdConfig) vendor = read_tree(tree);
  g_assert_cmpstr(vendor->state, ==, KEY_FILE_OK);
  g_assert_cmpstr(vendor->path, ==, "/usr/etc/ssh/sshd_config");
  tree_add_directory(tree, MAIN);
  g_autoptr(SshdConfig) directory = read_tree(tree);
  g_assert_cmpstr(directory->state, !=, KEY_FILE_MISSING);
}

/* A road that reads files only, as an agent's. */
static GPtrArray *
list_nothing(struct road *road, const char *path, GError **error)
{
  (void)road, (void)path;
  g_set_error_literal(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED, "no lists");
  return NULL;
}

static void
test_gap(void)
{
  g_autoptr(Tree) tree = tree_new();
  g_autoptr(Road) road = directory_open(tree->fd, NULL);
  struct road_ops ops = *road->ops;
  const struct road_ops *original = road->ops;

  tree_add_file(tree, MAIN, "StrictModes no\nInclude sshd_config.d/*.conf extra\nUsePAM yes\n");
  tree_add_file(tree, "/etc/ssh/extra", "PermitRootLogin yes\n");
  ops.list = list_nothing;
  road->ops = &ops;
  g_autoptr(SshdConfig) config = sshd_config_read(road);
  road->ops = original;
  g_assert_cmpuint(config->gaps->len, ==, 1);
  g_assert_cmpstr(((struct sshd_gap *)config->gaps->pdata[0])->include, ==,
                  "/etc/ssh/sshd_config.d/*.conf");
  g_assert_false(sshd_config_global(config, SSHD_STRICT_MODES)->unresolved);
  g_assert_true(sshd_config_global(config, SSHD_USE_PAM)->unresolved);
  g_autofree char *root = show(sshd_config_global(config, SSHD_PERMIT_ROOT_LOGIN));
  g_assert_cmpstr(root, ==, "?yes");
}

static void
test_limits(void)
{
  g_autofree char *longest = g_strnfill(SSHD_LINE_BYTES_MAX - strlen("AllowUsers "), 'a');
  g_autofree char *fits = g_strconcat("AllowUsers ", longest, "\n", NULL);
  g_autofree char *too_long = g_strconcat("AllowUsers x", longest, "\n", NULL);
  g_autoptr(SshdConfig) good = read_text(fits);
  g_autoptr(SshdConfig) cut = read_text(too_long);

  g_assert_cmpstr(good->state, ==, KEY_FILE_OK);
  g_assert_cmpstr(cut->state, ==, KEY_FILE_TRUNCATED);
}

static void
add_includes(struct tree *tree, guint count)
{
  for (guint i = 0; i < count; i++) {
    g_autofree char *path = g_strdup_printf("/etc/ssh/sshd_config.d/%u.conf", i);
    tree_add_file(tree, path, "AllowUsers x\n");
  }
}

static void
test_many_files(void)
{
  g_autoptr(Tree) tree = tree_new();

  tree_add_file(tree, MAIN, "Include sshd_config.d/*.conf\n");
  add_includes(tree, SSHD_FILES_MAX - 1);
  g_autoptr(SshdConfig) good = read_tree(tree);
  g_assert_cmpstr(good->state, ==, KEY_FILE_OK);
  g_assert_cmpuint(sshd_config_global(good, SSHD_ALLOW_USERS)->lines->len, ==, SSHD_FILES_MAX - 1);
  add_includes(tree, SSHD_FILES_MAX);
  g_autoptr(SshdConfig) cut = read_tree(tree);
  g_assert_cmpstr(cut->state, ==, KEY_FILE_TRUNCATED);
}

/* As hostile as a pattern can be: it ends, and what it would have said is unresolved. */
static void
test_patterns(void)
{
  g_autofree char *name = g_strnfill(250, 'a');
  GString *text = g_string_new(NULL);

  for (guint i = 0; i < 15000; i++)
    g_string_append_printf(text, "Match User *a*a*a*a*a*a*a*a*a%s*ab\nAllowUsers x\n", name);
  g_autofree char *configuration = g_string_free(text, FALSE);
  configuration[900000] = '\0';
  g_autoptr(SshdConfig) config = read_text(configuration);
  g_autoptr(GPtrArray) groups = g_ptr_array_new();
  for (guint i = 0; i < 100; i++)
    sshd_answers_free(sshd_answers_for_user(config, &(struct sshd_user){name, groups}));
  g_autoptr(SshdAnswers) last = sshd_answers_for_user(config, &(struct sshd_user){name, groups});
  g_assert_true(sshd_answers_get(last, SSHD_ALLOW_USERS)->unresolved);
}

static const struct pattern_case {
  const char *name, *list;
  int expected;
} pattern_cases[] = {
    {"", "", 0},
    {"", "*", 1},
    {"a", "", 0},
    {"a", "a", 1},
    {"a", "?", 1},
    {"ab", "?", 0},
    {"abc", "a*c", 1},
    {"abcbc", "a*bc", 1},
    {"ab", "a*b*", 1},
    {"a", "b,a", 1},
    {"a", "!a,*", -1},
    {"a", "*,!a", -1},
    {"a", "!b", 0},
    {"a", "!b,*", 1},
    {"a", "A", 0},
    {"*", "\\*", 0},
    {"aXbXc", "a*b*c", 1},
    {"ab", "a,,b", 0},
    {"mississippi", "m*iss*ip*", 1},
};

static void
test_pattern_list(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(pattern_cases); i++) {
    const struct pattern_case *one = &pattern_cases[i];
    guint64 steps = G_MAXUINT64;

    g_assert_cmpint(sshd_pattern_list_match((struct text){one->name, strlen(one->name)},
                                            (struct text){one->list, strlen(one->list)}, &steps),
                    ==, one->expected);
  }
}

static const struct words_case {
  const char *text, *expected; /* words separated by '|'; NULL: refused */
} words_cases[] = {
    {"", ""},
    {"  a\tb  ", "a|b"},
    {"a # b", "a"},
    {"a#b #", "a#b"},
    {"\"a b\"c 'd \"e'", "a bc|d \"e"},
    {"a\\ b \\\" \\\\ \\x", "a b|\"|\\|\\x"},
    {"\"\"", ""},
    {"'a", NULL},
    {"\"a\\\"", NULL},
};

static void
test_words(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(words_cases); i++) {
    g_auto(GStrv) words = sshd_words_split(words_cases[i].text);
    g_autofree char *joined = words ? g_strjoinv("|", words) : NULL;

    g_assert_cmpstr(joined, ==, words_cases[i].expected);
  }
}

#define ADD_CASES(prefix, cases, test)                                                             \
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {                                                \
    g_autofree char *name = g_strconcat(prefix, (cases)[i].name, NULL);                            \
    g_test_add_data_func(name, &(cases)[i], test);                                                 \
  }

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  ADD_CASES("/sshd-config/resolve/", resolve_cases, test_resolve)
  ADD_CASES("/sshd-config/wrong/", wrong_cases, test_wrong)
  g_test_add_func("/sshd-config/unknown-groups", test_unknown_groups);
  g_test_add_func("/sshd-config/places", test_places);
  g_test_add_func("/sshd-config/missing", test_missing);
  g_test_add_func("/sshd-config/gap", test_gap);
  g_test_add_func("/sshd-config/limits", test_limits);
  g_test_add_func("/sshd-config/many-files", test_many_files);
  g_test_add_func("/sshd-config/patterns", test_patterns);
  g_test_add_func("/sshd-config/pattern-list", test_pattern_list);
  g_test_add_func("/sshd-config/words", test_words);
  return g_test_run();
}
