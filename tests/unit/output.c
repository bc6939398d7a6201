/* SPDX-License-Identifier: Apache-2.0 */
/* The same rows in every form. */
#include "cmd/output/output.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

static const struct output_column columns[] = {{"name"}, {"size", UNIT_BYTES}, {"note"}};

#define TEXT(value)                                                                                \
  {                                                                                                \
    .type = CELL_OCTETS, .octets = value, .length = sizeof value - 1                               \
  }
#define INTEGER(value)                                                                             \
  {                                                                                                \
    .type = CELL_INTEGER, .integer = value                                                         \
  }
#define REAL(value)                                                                                \
  {                                                                                                \
    .type = CELL_REAL, .real = value                                                               \
  }
#define NOTHING                                                                                    \
  {                                                                                                \
    .type = CELL_NULL                                                                              \
  }

static const struct cell rows[][G_N_ELEMENTS(columns)] = {
    {TEXT("web-1"), INTEGER(21474836480), TEXT("plain")},
    {TEXT("evil\033[2J"), INTEGER(1536), TEXT("a,\"b\"")},
    {TEXT("\xff"), NOTHING, NOTHING},
    {TEXT("=1+1"), INTEGER(-5), TEXT("\n")},
};

/* Write `sets` sets of the rows and return what came out. */
static char *
written(const struct output_options *options, guint sets, guint count)
{
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  struct output *output = output_new(out, options, sets);

  for (guint set = 0; set < sets; set++) {
    output_begin(output, columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < count; i++)
      g_assert_true(output_row(output, rows[i]));
    output_end(output);
  }
  output_free(output);
  fclose(out);
  return text;
}

static void
test_forms(void)
{
  static const struct {
    struct output_options options;
    guint sets, rows;
    const char *expected;
  } cases[] = {
      {{.format = (char *)"table"},
       1,
       4,
       "NAME          SIZE NOTE\n"
       "web-1          20G plain\n"
       "evil\\u{1b}[2J 1.5K a,\"b\"\n"
       "\\xff\n"
       "=1+1           -5B \\n\n"},
      {{.bytes = true, .no_headings = true}, 1, 1, "web-1 21474836480 plain\n"},
      {{.format = NULL},
       2,
       1,
       "NAME  SIZE NOTE\nweb-1  20G plain\n\nNAME  SIZE NOTE\nweb-1  20G plain\n"},
      {{.format = NULL}, 1, 0, ""},
      {{.format = (char *)"json"},
       1,
       4,
       "[\n"
       "{\"name\":\"web-1\",\"size\":21474836480,\"note\":\"plain\"},\n"
       "{\"name\":\"evil\\u001B[2J\",\"size\":1536,\"note\":\"a,\\\"b\\\"\"},\n"
       "{\"name\":\"\xef\xbf\xbd\",\"name_base64\":\"/w==\",\"size\":null,\"note\":null},\n"
       "{\"name\":\"=1+1\",\"size\":-5,\"note\":\"\\n\"}\n"
       "]\n"},
      {{.format = (char *)"json"}, 1, 0, "[]\n"},
      {{.format = (char *)"json"}, 2, 0, "[\n[],\n[]\n]\n"},
      {{.format = (char *)"jsonl"},
       2,
       1,
       "{\"name\":\"web-1\",\"size\":21474836480,\"note\":\"plain\"}\n"
       "{\"name\":\"web-1\",\"size\":21474836480,\"note\":\"plain\"}\n"},
      {{.format = (char *)"csv"},
       1,
       4,
       "name,size,note\n"
       "web-1,21474836480,plain\n"
       "evil\\u{1b}[2J,1536,\"a,\"\"b\"\"\"\n"
       "\\xff,,\n"
       "'=1+1,-5,\\n\n"},
      {{.format = (char *)"csv", .no_csv_guard = true, .no_headings = true},
       1,
       4,
       "web-1,21474836480,plain\nevil\\u{1b}[2J,1536,\"a,\"\"b\"\"\"\n\\xff,,\n=1+1,-5,\\n\n"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    char *text = written(&cases[i].options, cases[i].sets, cases[i].rows);

    g_assert_cmpstr(text, ==, cases[i].expected);
    free(text);
  }
}

/*
 * Every cell that a spreadsheet would compute is guarded, whatever its first character needs
 * besides.
 */
static void
test_csv_guard(void)
{
  static const struct {
    const char *text, *expected;
  } cases[] = {
      {"=A1", "'=A1\n"},
      {"+1", "'+1\n"},
      {"-1", "'-1\n"},
      {"@x", "'@x\n"},
      {"\tx", "\\tx\n"},
      {"\rx", "\\rx\n"},
      {"\xef\xbc\x9d"
       "1",
       "'\xef\xbc\x9d"
       "1\n"},
      {"=\"a\"", "\"'=\"\"a\"\"\"\n"},
      {"=a,b", "\"'=a,b\"\n"},
      {"a=b", "a=b\n"},
      {"", "\n"},
  };
  static const struct output_options options = {.format = (char *)"csv", .no_headings = true};

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    struct cell cell = cell_of_text(cases[i].text);
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct output *output = output_new(out, &options, 1);

    output_begin(output, columns, 1);
    output_row(output, &cell);
    output_end(output);
    output_free(output);
    fclose(out);
    g_assert_cmpstr(text, ==, cases[i].expected);
    free(text);
  }
}

static void
test_same_names(void)
{
  static const struct output_column same[] = {{"a"}, {"a"}, {"a_2"}};
  static const struct cell cells[] = {INTEGER(1), REAL(0.5), INTEGER(3)};
  static const struct output_options options = {.format = (char *)"jsonl"};
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  struct output *output = output_new(out, &options, 1);

  output_begin(output, same, G_N_ELEMENTS(same));
  output_row(output, cells);
  output_end(output);
  output_free(output);
  fclose(out);
  g_assert_cmpstr(text, ==, "{\"a\":1,\"a_2\":0.5,\"a_2_2\":3}\n");
  free(text);
}

/* Whatever stops a query, half a document must not look like a whole one. */
static void
test_given_up(void)
{
  static const struct {
    const char *format, *expected;
  } cases[] = {{"table", ""},
               {"json", "[\n{\"name\":\"web-1\",\"size\":21474836480,\"note\":\"plain\"}"}};

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    const struct output_options options = {.format = (char *)cases[i].format};
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct output *output = output_new(out, &options, 1);

    output_begin(output, columns, G_N_ELEMENTS(columns));
    output_row(output, rows[0]);
    output_free(output);
    fclose(out);
    g_assert_cmpstr(text, ==, cases[i].expected);
    free(text);
  }
}

static void
test_full_disk(void)
{
  static const struct output_options options = {.format = (char *)"jsonl"};
  FILE *out = fopen("/dev/full", "w");

  if (!out) {
    g_test_skip("there is no /dev/full");
    return;
  }
  setvbuf(out, NULL, _IONBF, 0);
  struct output *output = output_new(out, &options, 1);
  output_begin(output, columns, G_N_ELEMENTS(columns));
  g_assert_false(output_row(output, rows[0]));
  output_free(output);
  fclose(out);
}

static void
test_sizes(void)
{
  static const struct {
    gint64 size;
    enum cell_unit unit;
    const char *text;
  } cases[] = {
      {0, UNIT_BYTES, "0B"},
      {1023, UNIT_BYTES, "1023B"},
      {1024, UNIT_BYTES, "1K"},
      {1536, UNIT_BYTES, "1.5K"},
      {10737418240, UNIT_BYTES, "10G"},
      {1048576, UNIT_KIB, "1G"},
      {G_MAXINT64, UNIT_BYTES, "8E"},
      {G_MAXINT64, UNIT_KIB, "9223372036854775807"},
      {1048575, UNIT_BYTES, "1M"},
      {42, UNIT_NONE, "42"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    struct cell cell = INTEGER(cases[i].size);
    g_autofree char *text = cell_to_text(&cell, cases[i].unit, false);

    g_assert_cmpstr(text, ==, cases[i].text);
  }
}

int
main(int argc, char **argv)
{
  setlocale(LC_CTYPE, "C.UTF-8");
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/output/forms", test_forms);
  g_test_add_func("/output/csv-guard", test_csv_guard);
  g_test_add_func("/output/same-names", test_same_names);
  g_test_add_func("/output/given-up", test_given_up);
  g_test_add_func("/output/full-disk", test_full_disk);
  g_test_add_func("/output/sizes", test_sizes);
  return g_test_run();
}
