/* SPDX-License-Identifier: Apache-2.0 */
/* YAML documents as trees, and what is refused, with its line and column. */
#include "guest/cloud/yaml.h"

#include <string.h>

static struct yaml *
parse(const char *text, GError **error)
{
  return yaml_parse((struct text){text, strlen(text)}, error);
}

/* A tree on one line: {key:value,…}, [item,…], 'quoted', plain. */
static void
print(const struct yaml_node *node, GString *out)
{
  if (node->kind == YAML_SCALAR) {
    g_string_append_printf(out, node->is_plain ? "%s" : "'%s'", node->text);
    return;
  }
  g_string_append_c(out, node->kind == YAML_MAPPING ? '{' : '[');
  for (guint i = 0; i < node->items->len; i++) {
    if (i > 0)
      g_string_append_c(out, ',');
    if (node->kind == YAML_MAPPING)
      g_string_append_printf(out, "%s:", (const char *)node->keys->pdata[i]);
    print(node->items->pdata[i], out);
  }
  g_string_append_c(out, node->kind == YAML_MAPPING ? '}' : ']');
}

static const struct tree_case {
  const char *name, *text, *tree;
} tree_cases[] = {
    {"block", "a: 1\nb:\n  - x\n  - 'y z'\n", "{a:1,b:[x,'y z']}"},
    {"flow", "{a: [1, 2], \"b\": {c: }}", "{a:[1,2],b:{c:}}"},
    {"json", "{\"instance-id\": \"i-1\", \"keys\": [\"k\"]}", "{instance-id:'i-1',keys:['k']}"},
    {"comment", "#cloud-config\n# more\na: 1 # end\n", "{a:1}"},
    {"literal", "a: |\n  one\n  two\n", "{a:'one\ntwo\n'}"},
    {"folded", "a: >-\n  one\n  two\n", "{a:'one two'}"},
    {"markers", "---\na: 1\n...\n", "{a:1}"},
    {"alias", "a: &x [1, 2]\nb: *x\n", "{a:[1,2],b:[1,2]}"},
    {"alias-of-key", "a: &x k\n*x : 1\n", "{a:k,k:1}"},
    {"merge", "a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 3\n", "{a:{k:1,l:2},b:{k:3,l:2}}"},
    {"merge-list", "- &x {k: 1}\n- &y {k: 2, l: 2}\n- <<: [*x, *y]\n",
     "[{k:1},{k:2,l:2},{k:1,l:2}]"},
    {"merge-twice", "- &x {k: 1}\n- &y {k: 2, l: 2}\n- {<<: *x, <<: *y}\n",
     "[{k:1},{k:2,l:2},{k:2,l:2}]"},
    {"merge-quoted", "'<<': 1\n", "{<<:1}"},
    {"own-tags", "a: !!str 1\nb: !!binary aGk=\nc: !!map {}\n", "{a:'1',b:'aGk=',c:{}}"},
    {"byte-order-mark",
     "\xef\xbb\xbf"
     "a: 1\n",
     "{a:1}"},
    {"windows", "a: 1\r\nb: 2\r\n", "{a:1,b:2}"},
};

static void
test_tree(gconstpointer data)
{
  const struct tree_case *expected = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(Yaml) yaml = parse(expected->text, &error);
  g_autoptr(GString) tree = g_string_new(NULL);

  g_assert_no_error(error);
  print(yaml_root(yaml), tree);
  g_assert_cmpstr(tree->str, ==, expected->tree);
}

static void
test_empty(void)
{
  static const char *const texts[] = {"", "# nothing\n", "#cloud-config\n"};

  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(Yaml) yaml = parse(texts[i], NULL);
    g_assert_null(yaml_root(yaml));
  }
}

static const struct refusal_case {
  const char *name, *text, *message;
  enum yaml_error code;
} refusal_cases[] = {
    {"duplicate", "a: 1\nb: 2\na: 3\n", "3:1: a duplicate key", YAML_ERROR_MALFORMED},
    {"duplicate-quoted", "a: 1\n\"a\": 3\n", "2:1: a duplicate key", YAML_ERROR_MALFORMED},
    {"foreign-tag", "a: !!python/object:os.system x\n", "1:4: a foreign tag", YAML_ERROR_MALFORMED},
    {"own-handle", "a: !x 1\n", "1:4: a foreign tag", YAML_ERROR_MALFORMED},
    {"two-documents", "a: 1\n---\nb: 1\n", "2:1: a second document", YAML_ERROR_MALFORMED},
    {"mapping-key", "? [a, b]\n: 1\n", "1:3: a key that is no scalar", YAML_ERROR_MALFORMED},
    {"unknown-alias", "a: *x\n", "1:4: an alias of nothing", YAML_ERROR_MALFORMED},
    {"recursion", "&x [1, *x]\n", "1:8: an alias of what it is part of", YAML_ERROR_MALFORMED},
    {"merge-of-scalar", "a:\n  <<: 1\n  b: 2\n", "4:1: a merge of what is no mapping",
     YAML_ERROR_MALFORMED},
    {"tab", "a:\n\tb: 1\n", "2:1: found character that cannot start any token",
     YAML_ERROR_MALFORMED},
    {"open-quote", "a: 'x\n", "2:1: found unexpected end of stream", YAML_ERROR_MALFORMED},
    {"escape-nul", "a: \"x\\0y\"\n", "1:4: a NUL byte", YAML_ERROR_MALFORMED},
    {"control", "a: 1\nb: x\x01\n", "2:5: control characters are not allowed",
     YAML_ERROR_MALFORMED},
    {"latin-1", "a: 1\nb: \xe9t\xe9\n", "2:5: invalid trailing UTF-8 octet", YAML_ERROR_MALFORMED},
    {"bad-indent", "a: 1\n b: 2\n", "2:3: mapping values are not allowed in this context",
     YAML_ERROR_MALFORMED},
};

static void
assert_refused(const char *text, gsize length, enum yaml_error code, const char *message)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(yaml_parse((struct text){text, length}, &error));
  g_assert_error(error, YAML_ERROR, (int)code);
  g_assert_cmpstr(error->message, ==, message);
}

static void
test_refusal(gconstpointer data)
{
  const struct refusal_case *expected = data;

  assert_refused(expected->text, strlen(expected->text), expected->code, expected->message);
}

static char *
repeated(const char *text, guint times)
{
  GString *all = g_string_new(NULL);

  while (times-- > 0)
    g_string_append(all, text);
  return g_string_free(all, FALSE);
}

static void
test_depth(void)
{
  g_autofree char *fits = repeated("[", YAML_DEPTH_MAX), *over = repeated("[", 200000);
  g_autofree char *close = repeated("]", YAML_DEPTH_MAX);
  g_autofree char *whole = g_strconcat(fits, close, NULL);
  g_autoptr(Yaml) yaml = parse(whole, NULL);

  g_assert_nonnull(yaml);
  assert_refused(over, strlen(over), YAML_ERROR_TOO_LARGE, "1:65: nested too deep");
}

/* Depth that aliases add up to. */
static void
test_alias_depth(void)
{
  g_autoptr(GString) text = g_string_new("- &a0 [x]\n");

  for (guint i = 1; i < 100; i++)
    g_string_append_printf(text, "- &a%u [*a%u]\n", i, i - 1);
  assert_refused(text->str, text->len, YAML_ERROR_TOO_LARGE, "63:9: nested too deep");
}

/* A billion laughs: ten of ten of ten … */
static void
test_laughs(void)
{
  g_autoptr(GString) text = g_string_new("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");

  for (guint i = 1; i < 10; i++) {
    g_string_append_printf(text, "a%u: &a%u [", i, i);
    for (guint j = 0; j < 10; j++)
      g_string_append_printf(text, "%s*a%u", j > 0 ? "," : "", i - 1);
    g_string_append(text, "]\n");
  }
  assert_refused(text->str, text->len, YAML_ERROR_TOO_LARGE, "5:38: too many nodes");
}

static void
test_nodes(void)
{
  g_autofree char *fits = repeated("- x\n", YAML_NODES_MAX - 1);
  g_autofree char *over = repeated("- x\n", YAML_NODES_MAX);
  g_autoptr(Yaml) yaml = parse(fits, NULL);

  g_assert_nonnull(yaml);
  assert_refused(over, strlen(over), YAML_ERROR_TOO_LARGE, "100000:3: too many nodes");
}

static void
test_aliases(void)
{
  g_autofree char *aliases = repeated("- *x\n", YAML_ALIASES_MAX + 1);
  g_autofree char *text = g_strconcat("- &x y\n", aliases, NULL);

  assert_refused(text, strlen(text), YAML_ERROR_TOO_LARGE, "1002:3: too many aliases");
}

static void
test_bytes(void)
{
  g_autofree char *text = g_malloc(YAML_BYTES_MAX + 1);

  memset(text, ' ', YAML_BYTES_MAX + 1);
  g_autoptr(Yaml) yaml = yaml_parse((struct text){text, YAML_BYTES_MAX}, NULL);
  g_assert_nonnull(yaml);
  assert_refused(text, YAML_BYTES_MAX + 1, YAML_ERROR_TOO_LARGE,
                 "1:1: too long, or too many directives");
}

/* Each of these would take libyaml many seconds, or a tree gigabytes. */
static void
test_time(void)
{
  g_autofree char *long_key = repeated("k", 500000);
  g_autofree char *merges = repeated("- <<: *x\n", 900);
  g_autofree char *text = g_strdup_printf("- &x\n  ? %s\n  : 1\n%s", long_key, merges);
  g_autoptr(GString) tags = g_string_new(NULL);

  for (guint i = 0; tags->len < YAML_BYTES_MAX - 64; i++)
    g_string_append_printf(tags, "%%TAG !%x! x\n", i);
  assert_refused(tags->str, tags->len, YAML_ERROR_TOO_LARGE,
                 "1:1: too long, or too many directives");
  assert_refused(text, strlen(text), YAML_ERROR_TOO_LARGE, "2:5: too long a key");
}

static void
test_values(void)
{
  static const char text[] = "a: yes\nb: 'yes'\nc: Off\nd: null\ne: ''\nf: 1\ng: []\nh:\n";
  static const struct {
    const char *key, *text;
    int truth;
  } expected[] = {
      {"a", "yes", 1}, {"b", "yes", -1}, {"c", "Off", 0}, {"d", NULL, -1}, {"e", "", -1},
      {"f", "1", -1},  {"g", NULL, -1},  {"h", NULL, -1}, {"i", NULL, -1},
  };
  g_autoptr(Yaml) yaml = parse(text, NULL);

  for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
    const struct yaml_node *node = yaml_get(yaml_root(yaml), expected[i].key);
    g_assert_cmpstr(yaml_text(node), ==, expected[i].text);
    g_assert_cmpint(yaml_truth(node), ==, expected[i].truth);
  }
  g_assert_null(yaml_get(NULL, "a"));
  g_assert_cmpuint(yaml_get(yaml_root(yaml), "f")->line, ==, 6);
  g_assert_cmpuint(yaml_get(yaml_root(yaml), "f")->column, ==, 4);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(tree_cases); i++) {
    g_autofree char *path = g_strconcat("/yaml/tree/", tree_cases[i].name, NULL);
    g_test_add_data_func(path, &tree_cases[i], test_tree);
  }
  for (guint i = 0; i < G_N_ELEMENTS(refusal_cases); i++) {
    g_autofree char *path = g_strconcat("/yaml/refusal/", refusal_cases[i].name, NULL);
    g_test_add_data_func(path, &refusal_cases[i], test_refusal);
  }
  g_test_add_func("/yaml/empty", test_empty);
  g_test_add_func("/yaml/depth", test_depth);
  g_test_add_func("/yaml/alias-depth", test_alias_depth);
  g_test_add_func("/yaml/laughs", test_laughs);
  g_test_add_func("/yaml/nodes", test_nodes);
  g_test_add_func("/yaml/aliases", test_aliases);
  g_test_add_func("/yaml/bytes", test_bytes);
  g_test_add_func("/yaml/time", test_time);
  g_test_add_func("/yaml/values", test_values);
  return g_test_run();
}
