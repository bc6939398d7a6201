/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing that a guest wrote may drive a terminal. */
#include "cmd/output/escape.h"

#include <string.h>

static char *
escape(const char *bytes, gsize length)
{
  GString *text = g_string_new(NULL);

  escape_append(text, bytes, length);
  return g_string_free(text, FALSE);
}

/*
 * What THREATS.md asks of everything printed: no C0, no DEL, no C1, no format character, all of
 * it UTF-8.
 */
static void
assert_safe(const char *text)
{
  g_assert_true(g_utf8_validate(text, -1, NULL));
  for (const char *at = text; *at; at = g_utf8_next_char(at)) {
    gunichar character = g_utf8_get_char(at);

    g_assert_cmpuint(character, >=, 0x20);
    g_assert_false(character >= 0x7f && character <= 0x9f);
    g_assert_cmpint(g_unichar_type(character), !=, G_UNICODE_FORMAT);
  }
}

static void
test_cases(void)
{
  static const struct {
    const char *bytes;
    gsize length;
    const char *expected;
  } cases[] = {
      {"", 0, ""},
      {"web-1", 5, "web-1"},
      {"Gr\xc3\xbc\xc3\x9f", 6, "Gr\xc3\xbc\xc3\x9f"},
      {"a\nb\tc\rd", 7, "a\\nb\\tc\\rd"},
      {"a\\nb", 4, "a\\\\nb"},
      {"a\0b", 3, "a\\u{0}b"},
      {"\033[31mred", 8, "\\u{1b}[31mred"},
      {"\x7f", 1, "\\u{7f}"},
      {"\xc2\x9b", 2, "\\u{9b}"},             /* C1 CSI as UTF-8 */
      {"\x9b", 1, "\\x9b"},                   /* and as a byte */
      {"\xe2\x80\xae", 3, "\\u{202e}"},       /* right-to-left override */
      {"\xe2\x81\xa6", 3, "\\u{2066}"},       /* left-to-right isolate */
      {"\xe2\x80\x8b", 3, "\\u{200b}"},       /* zero width space */
      {"\xe2\x80\xa8", 3, "\\u{2028}"},       /* line separator */
      {"\xef\xbb\xbf", 3, "\\u{feff}"},       /* byte order mark */
      {"\xf3\xa0\x81\x81", 4, "\\u{e0041}"},  /* tag A */
      {"\xc3", 1, "\\xc3"},                   /* cut short */
      {"\xc3(", 2, "\\xc3("},                 /* not continued */
      {"\xc0\xaf", 2, "\\xc0\\xaf"},          /* overlong */
      {"\xed\xa0\x80", 3, "\\xed\\xa0\\x80"}, /* surrogate */
      {"\xf5\x80\x80\x80", 4, "\\xf5\\x80\\x80\\x80"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = escape(cases[i].bytes, cases[i].length);

    g_assert_cmpstr(text, ==, cases[i].expected);
  }
}

static void
test_every_byte(void)
{
  for (guint byte = 0; byte < 256; byte++) {
    const char around[] = {'a', (char)byte, 'z'};
    g_autofree char *text = escape(around, sizeof around);

    assert_safe(text);
    g_assert_cmpint(text[0], ==, 'a');
    g_assert_cmpint(text[strlen(text) - 1], ==, 'z');
  }
}

static void
test_every_character(void)
{
  for (gunichar character = 1; character <= 0x10ffff; character++) {
    char bytes[8];

    if (character >= 0xd800 && character <= 0xdfff)
      continue;
    g_autofree char *text = escape(bytes, (gsize)g_unichar_to_utf8(character, bytes));
    assert_safe(text);
    /* What is safe is left alone, but for the backslash, without which nothing could be undone. */
    g_assert_cmpint(escape_is_unsafe(character) || character == '\\', ==, text[0] == '\\');
  }
}

static void
test_json(void)
{
  g_autofree char *text =
      escape_json("{\"a\":\"\xc3\xbc\x7f\xc2\x9b\xe2\x80\xae\xf3\xa0\x81\x81\",\n\"b\":1}");

  g_assert_cmpstr(text, ==, "{\"a\":\"\xc3\xbc\\u007f\\u009b\\u202e\\udb40\\udc41\",\n\"b\":1}");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/escape/cases", test_cases);
  g_test_add_func("/escape/every-byte", test_every_byte);
  g_test_add_func("/escape/every-character", test_every_character);
  g_test_add_func("/escape/json", test_json);
  return g_test_run();
}
