/* SPDX-License-Identifier: Apache-2.0 */
/* Lines: read from files, recognised by their first bytes, parsed. */
#include "facts/stream.h"
#include "facts/hypervisor.h"
#include "facts/image.h"
#include "facts/stream_reader.h"

#include <stdlib.h>
#include <string.h>

/* --- reading ---------------------------------------------------------------------------------- */

static FILE *
open_bytes(const char *bytes, size_t size)
{
  FILE *file = tmpfile();

  g_assert_nonnull(file);
  g_assert_cmpuint(fwrite(bytes, 1, size, file), ==, size);
  rewind(file);
  return file;
}

struct reading {
  const char *name;
  const char *bytes;
  size_t size;
  const char *lines; /* separated by '|' */
  bool is_cut;
};

#define BYTES(text) (text), sizeof(text) - 1

static const struct reading readings[] = {
    {"nothing", BYTES(""), "", false},
    {"one", BYTES("a\n"), "a|", false},
    {"two", BYTES("a\nbc\n"), "a|bc|", false},
    {"empty-lines", BYTES("\n\na\n\n"), "||a||", false},
    {"cut", BYTES("a\nbc"), "a|", true},
    {"cut-at-once", BYTES("a"), "", true},
    {"carriage-return", BYTES("a\r\n"), "a\r|", false},
};

static void
test_reading(gconstpointer data)
{
  const struct reading *reading = data;
  FILE *in = open_bytes(reading->bytes, reading->size);
  struct stream_reader *reader = stream_reader_new(in);
  GString *lines = g_string_new(NULL);
  GError *error = NULL;
  const char *line;
  size_t length;
  guint64 count = 0;
  int more;

  while ((more = stream_reader_next(reader, &line, &length, &error)) > 0) {
    g_string_append_len(lines, line, (gssize)length);
    g_string_append_c(lines, '|');
    g_assert_cmpuint(stream_reader_line_number(reader), ==, ++count);
  }
  g_assert_no_error(error);
  g_assert_cmpint(more, ==, 0);
  g_assert_cmpstr(lines->str, ==, reading->lines);
  g_assert_true(stream_reader_was_cut(reader) == reading->is_cut);
  g_string_free(lines, TRUE);
  stream_reader_free(reader);
  fclose(in);
}

/* Lines of every length around that of the buffer come out as they went in. */
static void
test_lengths(void)
{
  FILE *in = tmpfile();
  struct stream_reader *reader = stream_reader_new(in);
  GError *error = NULL;
  const char *line;
  size_t length;

  for (size_t i = 0; i < 600; i++)
    fprintf(in, "%0*zu\n", (int)(i * 1009 + 3), i);
  rewind(in);
  for (size_t i = 0; i < 600; i++) {
    g_assert_cmpint(stream_reader_next(reader, &line, &length, &error), ==, 1);
    g_assert_cmpuint(length, ==, i * 1009 + 3);
    g_assert_cmpuint(g_ascii_strtoull(line, NULL, 10), ==, i);
  }
  g_assert_cmpint(stream_reader_next(reader, &line, &length, &error), ==, 0);
  stream_reader_free(reader);
  fclose(in);
}

static int
read_line_of(size_t size, GError **error)
{
  g_autofree char *bytes = g_strnfill(size, 'a');
  FILE *in = open_bytes(bytes, size);
  struct stream_reader *reader = stream_reader_new(in);
  const char *line;
  size_t length;
  int more;

  fseek(in, 0, SEEK_END);
  fputs("\nb\n", in);
  rewind(in);
  more = stream_reader_next(reader, &line, &length, error);
  if (more > 0)
    g_assert_cmpuint(length, ==, size);
  stream_reader_free(reader);
  fclose(in);
  return more;
}

static void
test_too_long(void)
{
  g_autoptr(GError) error = NULL;

  g_assert_cmpint(read_line_of(STREAM_LINE_MAX - 1, &error), ==, 1);
  g_assert_cmpint(read_line_of(STREAM_LINE_MAX, &error), ==, -1);
  g_assert_error(error, STREAM_ERROR, STREAM_ERROR_TOO_LONG);
  g_assert_cmpstr(error->message, ==, "line 1 is longer than 32 MiB");
}

static void
test_read_error(void)
{
  FILE *in = fopen("/proc/self/mem", "r"); /* nothing is mapped at 0 */
  struct stream_reader *reader = stream_reader_new(in);
  g_autoptr(GError) error = NULL;
  const char *line;
  size_t length;

  g_assert_cmpint(stream_reader_next(reader, &line, &length, &error), ==, -1);
  g_assert_error(error, STREAM_ERROR, STREAM_ERROR_IO);
  stream_reader_free(reader);
  fclose(in);
}

/* --- guessing --------------------------------------------------------------------------------- */

static void
test_guess_kind(void)
{
  static const struct {
    const char *line;
    enum fact_kind kind;
  } cases[] = {
      {"{\"kind\":\"domain\",\"uuid\":\"x\"}", FACT_DOMAIN},
      {"{\"kind\":\"guest\",\"domain\":\"x\"}", FACT_GUEST},
      {"{\"kind\":\"image\",\"path\":\"/a\"}", FACT_IMAGE},
      {"{\"kind\":\"collection\",\"version\":1}", FACT_COLLECTION},
      {"{\"kind\":\"domains\",\"uuid\":\"x\"}", FACT_KINDS},
      {"{\"kind\": \"domain\",\"uuid\":\"x\"}", FACT_KINDS},
      {"{ \"kind\":\"domain\",\"uuid\":\"x\"}", FACT_KINDS},
      {"{\"uuid\":\"x\",\"kind\":\"domain\"}", FACT_KINDS},
      {"{\"kind\":\"domain", FACT_KINDS},
      {"", FACT_KINDS},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    /* On the heap, so that a look beyond the end is noticed. */
    size_t length = strlen(cases[i].line);
    g_autofree char *line = g_memdup2(cases[i].line, length);

    g_assert_cmpint(stream_guess_kind(line, length), ==, cases[i].kind);
  }
}

static void
test_guess_texts(void)
{
  static const struct {
    const char *line;
    const char *first, *second; /* NULL: not guessed */
  } cases[] = {
      {"{\"kind\":\"guest\",\"domain\":\"d\",\"road\":\"disk\"}", "d", "disk"},
      {"{\"kind\":\"guest\",\"domain\":\"\",\"road\":\"\",", "", ""},
      {"{\"kind\":\"guest\",\"domain\":\"d\",\"n\":1}", "d", NULL},
      {"{\"kind\":\"guest\",\"domain\":\"d\"}", "d", NULL},
      {"{\"kind\":\"guest\",\"domain\":\"\\u0064\",\"road\":\"disk\"}", NULL, NULL},
      {"{\"kind\":\"guest\",\"domain\":\"d\\\"\",\"road\":\"disk\"}", NULL, NULL},
      {"{\"kind\":\"guest\", \"domain\":\"d\",\"road\":\"disk\"}", NULL, NULL},
      {"{\"kind\":\"guest\",\"domain\":1}", NULL, NULL},
      {"{\"kind\":\"guest\",\"domain\":\"d", NULL, NULL},
      {"{\"kind\":\"guest\",\"domain\":\"", NULL, NULL},
      {"{\"kind\":\"guest\",\"domain\"", NULL, NULL},
      {"{\"kind\"", NULL, NULL},
      {"{", NULL, NULL},
      {"", NULL, NULL},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    size_t length = strlen(cases[i].line);
    g_autofree char *line = g_memdup2(cases[i].line, length);
    struct stream_text texts[2];

    g_assert_true(stream_guess_texts(line, length, texts, 1) == (cases[i].first != NULL));
    g_assert_true(stream_guess_texts(line, length, texts, 2) == (cases[i].second != NULL));
    if (cases[i].first)
      g_assert_cmpmem(texts[0].text, texts[0].length, cases[i].first, strlen(cases[i].first));
    if (cases[i].second)
      g_assert_cmpmem(texts[1].text, texts[1].length, cases[i].second, strlen(cases[i].second));
  }
}

/* --- writing and parsing ---------------------------------------------------------------------- */

/* What stream_write() writes of every kind can be guessed and parsed. */
static void
test_written(void)
{
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  g_autoptr(Image) image = image_new();
  struct stream_text path;
  struct fact fact;
  GError *error = NULL;

  image->path = g_strdup("/images/a b");
  image->status = g_strdup(IMAGE_OK);
  g_assert_true(stream_write(out, FACT_IMAGE, image, &error));
  fclose(out);
  g_assert_cmpstr(text, ==, "{\"kind\":\"image\",\"path\":\"/images/a b\",\"status\":\"ok\"}\n");
  g_assert_cmpint(stream_guess_kind(text, size - 1), ==, FACT_IMAGE);
  g_assert_true(stream_guess_texts(text, size - 1, &path, 1));
  g_assert_cmpmem(path.text, path.length, image->path, strlen(image->path));
  g_assert_true(stream_parse(text, size - 1, &fact, &error));
  g_assert_cmpint(fact.kind, ==, FACT_IMAGE);
  g_assert_cmpstr(((struct image *)fact.data)->path, ==, image->path);
  fact_clear(&fact);
  fact_clear(&fact);
  free(text);
}

static void
test_write_fails(void)
{
  FILE *out = fopen("/dev/full", "w");
  g_autoptr(Note) note = note_new();
  g_autoptr(GError) error = NULL;

  setvbuf(out, NULL, _IONBF, 0);
  note->subject = g_strdup("s");
  note->text = g_strdup("t");
  g_assert_false(stream_write(out, FACT_NOTE, note, &error));
  g_assert_error(error, STREAM_ERROR, STREAM_ERROR_IO);
  fclose(out);
}

static void
test_not_parsed(void)
{
  static const struct {
    const char *line, *part;
  } cases[] = {
      {"", "it is not JSON"},
      {"{", "it is not JSON"},
      {"1", "it is not JSON"},
      {"[]", "no known \"kind\""},
      {"{\"kind\":\"x\"}", "no known \"kind\""},
      {"{\"kind\":1}", "no known \"kind\""},
      {"{\"kind\":\"note\",\"kind\":\"note\"}", "duplicate object key"},
      {"{\"kind\":\"note\",\"subject\":\"s\"}", "\"text\" is missing"},
      {"{\"kind\":\"note\"} x", "it is not JSON"},
      {"\x1b[31m", "?"},
      {"{\"a\\q", "near '\"a\\q'"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    struct fact fact = {.kind = FACT_END};

    g_assert_false(stream_parse(cases[i].line, strlen(cases[i].line), &fact, &error));
    g_assert_cmpint(fact.kind, ==, FACT_END);
    g_assert_null(strchr(error->message, '\x1b'));
    if (!strstr(error->message, cases[i].part))
      g_error("\"%s\" does not say \"%s\"", error->message, cases[i].part);
  }
}

static void
test_nesting(void)
{
  g_autofree char *deep = g_strnfill(100000, '[');
  g_autoptr(GError) error = NULL;
  struct fact fact;

  g_assert_false(stream_parse(deep, strlen(deep), &fact, &error));
  g_assert_nonnull(strstr(error->message, "maximum parsing depth"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(readings); i++) {
    g_autofree char *path = g_strconcat("/stream/read/", readings[i].name, NULL);
    g_test_add_data_func(path, &readings[i], test_reading);
  }
  g_test_add_func("/stream/read/lengths", test_lengths);
  g_test_add_func("/stream/read/too-long", test_too_long);
  g_test_add_func("/stream/read/error", test_read_error);
  g_test_add_func("/stream/guess/kind", test_guess_kind);
  g_test_add_func("/stream/guess/texts", test_guess_texts);
  g_test_add_func("/stream/written", test_written);
  g_test_add_func("/stream/write-fails", test_write_fails);
  g_test_add_func("/stream/not-parsed", test_not_parsed);
  g_test_add_func("/stream/nesting", test_nesting);
  return g_test_run();
}
