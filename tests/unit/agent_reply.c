/* SPDX-License-Identifier: Apache-2.0 */
/* Commands and replies of the agent's protocol, and its words: each text by itself. */
#include "guest/agent_reply.h"

#include <string.h>

static const struct command_case {
  const char *name;
  struct agent_question question;
  const char *command; /* NULL: refused */
} command_cases[] = {
    {"info", {AGENT_INFO, NULL, 0, 0}, "{\"execute\":\"guest-info\"}"},
    {"open",
     {AGENT_FILE_OPEN, (char *)"/etc/machine-id", 0, 0},
     "{\"execute\":\"guest-file-open\",\"arguments\":{\"path\":\"/etc/"
     "machine-id\",\"mode\":\"r\"}}"},
    {"open-quotes",
     {AGENT_FILE_OPEN, (char *)"/a\",\"mode\":\"w\n", 0, 0},
     "{\"execute\":\"guest-file-open\",\"arguments\":{\"path\":\"/a\\\",\\\"mode\\\":\\\"w\\n\","
     "\"mode\":\"r\"}}"},
    {"open-nothing", {AGENT_FILE_OPEN, NULL, 0, 0}, NULL},
    {"open-empty", {AGENT_FILE_OPEN, (char *)"", 0, 0}, NULL},
    {"open-relative", {AGENT_FILE_OPEN, (char *)"etc/machine-id", 0, 0}, NULL},
    {"open-latin-1", {AGENT_FILE_OPEN, (char *)"/\xe9", 0, 0}, NULL},
    {"read",
     {AGENT_FILE_READ, NULL, 1000, AGENT_READ_MAX},
     "{\"execute\":\"guest-file-read\",\"arguments\":{\"handle\":1000,\"count\":32768}}"},
    {"read-zero", {AGENT_FILE_READ, NULL, 0, 0}, NULL},
    {"read-more", {AGENT_FILE_READ, NULL, 0, AGENT_READ_MAX + 1}, NULL},
    {"read-negative", {AGENT_FILE_READ, NULL, -1, 1}, NULL},
    {"close",
     {AGENT_FILE_CLOSE, NULL, G_MAXINT64, 0},
     "{\"execute\":\"guest-file-close\",\"arguments\":{\"handle\":9223372036854775807}}"},
    {"close-negative", {AGENT_FILE_CLOSE, NULL, -1, 0}, NULL},
    {"other", {AGENT_QUESTIONS, NULL, 0, 0}, NULL},
    {"negative", {(enum agent_question_kind) - 1, NULL, 0, 0}, NULL},
};

static void
test_command(gconstpointer data)
{
  const struct command_case *expected = data;
  g_autofree char *command = agent_command(&expected->question);

  g_assert_cmpstr(command, ==, expected->command);
}

static void
test_command_longest(void)
{
  g_autofree char *path = g_strnfill(ROAD_PATH_MAX, '/');
  struct agent_question question = {.kind = AGENT_FILE_OPEN, .path = path};

  g_assert_null(agent_command(&question));
  path[ROAD_PATH_MAX - 1] = '\0';
  g_autofree char *command = agent_command(&question);
  g_assert_nonnull(command);
}

/* No question is answered by any of these. */
static const struct broken_case {
  const char *name;
  const char *text;
} broken_cases[] = {
    {"empty", ""},
    {"blank", " \n"},
    {"not-json", "return"},
    {"no-object", "[{\"return\":{}}]"},
    {"null", "{\"return\":null}"},
    {"nothing-returned", "{}"},
    {"cut", "{\"return\":{}"},
    {"two", "{\"return\":{}}{\"return\":{}}"},
    {"rubbish-behind", "{\"return\":{}}x"},
    {"event", "{\"event\":\"SHUTDOWN\",\"data\":{}}"},
    {"event-beside", "{\"return\":{},\"event\":\"SHUTDOWN\"}"},
    {"id-beside", "{\"return\":{},\"id\":1}"},
    {"error", "{\"error\":{\"class\":\"GenericError\",\"desc\":\"no\"}}"},
    {"error-beside", "{\"return\":{},\"error\":{}}"},
    {"twice", "{\"return\":{},\"return\":{}}"},
    {"text", "{\"return\":\"1000\"}"},
    {"truth", "{\"return\":true}"},
    {"list", "{\"return\":[]}"},
    {"real", "{\"return\":1000.0}"},
    {"exponent", "{\"return\":1e3}"},
    {"overflow", "{\"return\":1e400}"},
    {"huge", "{\"return\":9223372036854775808}"},
    {"negative", "{\"return\":-1}"},
    {"nul", "{\"return\":{\"supported_commands\":[{\"name\":\"\\u0000\",\"enabled\":true}]}}"},
    {"utf-8", "{\"return\":{\"supported_commands\":[{\"name\":\"\xff\",\"enabled\":true}]}}"},
    {"no-commands", "{\"return\":{\"version\":\"7.2.22\"}}"},
    {"commands-null", "{\"return\":{\"supported_commands\":null}}"},
    {"commands-object", "{\"return\":{\"supported_commands\":{\"guest-file-open\":true}}}"},
    {"command-text", "{\"return\":{\"supported_commands\":[\"guest-file-open\"]}}"},
    {"command-no-name", "{\"return\":{\"supported_commands\":[{\"enabled\":true}]}}"},
    {"command-name-number",
     "{\"return\":{\"supported_commands\":[{\"name\":1,\"enabled\":true}]}}"},
    {"command-no-enabled", "{\"return\":{\"supported_commands\":[{\"name\":\"guest-info\"}]}}"},
    {"command-enabled-number",
     "{\"return\":{\"supported_commands\":[{\"name\":\"guest-info\",\"enabled\":1}]}}"},
    {"command-twice-enabled", "{\"return\":{\"supported_commands\":["
                              "{\"name\":\"guest-info\",\"enabled\":true,\"enabled\":false}]}}"},
    {"bytes-more", "{\"return\":{\"count\":5,\"buf-b64\":\"AAECAwQ=\",\"eof\":false}}"},
    {"bytes-count-less", "{\"return\":{\"count\":1,\"buf-b64\":\"AAE=\",\"eof\":false}}"},
    {"bytes-count-more", "{\"return\":{\"count\":3,\"buf-b64\":\"AAE=\",\"eof\":false}}"},
    {"bytes-count-negative", "{\"return\":{\"count\":-1,\"buf-b64\":\"\",\"eof\":true}}"},
    {"bytes-count-real", "{\"return\":{\"count\":2.0,\"buf-b64\":\"AAE=\",\"eof\":false}}"},
    {"bytes-count-text", "{\"return\":{\"count\":\"2\",\"buf-b64\":\"AAE=\",\"eof\":false}}"},
    {"bytes-count-huge", "{\"return\":{\"count\":1e400,\"buf-b64\":\"AAE=\",\"eof\":false}}"},
    {"bytes-count-twice",
     "{\"return\":{\"count\":2,\"count\":2,\"buf-b64\":\"AAE=\",\"eof\":true}}"},
    {"bytes-end-number", "{\"return\":{\"count\":2,\"buf-b64\":\"AAE=\",\"eof\":1}}"},
    {"bytes-no-end", "{\"return\":{\"count\":2,\"buf-b64\":\"AAE=\"}}"},
    {"bytes-no-count", "{\"return\":{\"buf-b64\":\"AAE=\",\"eof\":true}}"},
    {"bytes-none", "{\"return\":{\"count\":0,\"eof\":true}}"},
    {"bytes-null", "{\"return\":{\"count\":0,\"buf-b64\":null,\"eof\":true}}"},
    {"bytes-other-key", "{\"return\":{\"count\":2,\"buf-b64\":\"AAE=\",\"eof\":true,\"x\":1}}"},
    {"bytes-nothing-no-end", "{\"return\":{\"count\":0,\"buf-b64\":\"\",\"eof\":false}}"},
    {"base64-no-padding", "{\"return\":{\"count\":2,\"buf-b64\":\"AAE\",\"eof\":false}}"},
    {"base64-more-padding", "{\"return\":{\"count\":2,\"buf-b64\":\"AAE==\",\"eof\":false}}"},
    {"base64-only-padding", "{\"return\":{\"count\":0,\"buf-b64\":\"====\",\"eof\":true}}"},
    {"base64-inner-padding", "{\"return\":{\"count\":2,\"buf-b64\":\"AA==AA==\",\"eof\":false}}"},
    {"base64-blank", "{\"return\":{\"count\":2,\"buf-b64\":\"AA E=\",\"eof\":false}}"},
    {"base64-newline", "{\"return\":{\"count\":2,\"buf-b64\":\"AAE=\\n\",\"eof\":false}}"},
    {"base64-url", "{\"return\":{\"count\":3,\"buf-b64\":\"-_-_\",\"eof\":false}}"},
    {"base64-rest-bits", "{\"return\":{\"count\":2,\"buf-b64\":\"AAF=\",\"eof\":false}}"},
    {"base64-none", "{\"return\":{\"count\":2,\"buf-b64\":\"\xc3\xa9\",\"eof\":false}}"},
};

static void
assert_refused(GError *error)
{
  g_assert_error(error, AGENT_ERROR, AGENT_ERROR_REPLY);
  g_assert_true(g_utf8_validate(error->message, -1, NULL));
  g_error_free(error);
}

static void
assert_all_refuse(const char *text)
{
  struct agent_abilities abilities;
  gint64 handle;
  bool end;
  GError *error = NULL;

  g_assert_false(agent_reply_abilities(text, &abilities, &error));
  assert_refused(g_steal_pointer(&error));
  g_assert_false(agent_reply_handle(text, &handle, &error));
  assert_refused(g_steal_pointer(&error));
  g_assert_null(agent_reply_bytes(text, 4, &end, &error));
  assert_refused(g_steal_pointer(&error));
}

static void
test_broken(gconstpointer data)
{
  const struct broken_case *broken = data;
  GError *error = NULL;

  assert_all_refuse(broken->text);
  g_assert_false(agent_reply_empty(broken->text, &error));
  assert_refused(g_steal_pointer(&error));
}

/* `count` levels inside the object. */
static char *
nest(guint count, char open, char close)
{
  g_autofree char *in = g_strnfill(count, open);
  g_autofree char *out = g_strnfill(count, close);

  return g_strdup_printf("{\"return\":{\"version\":%s%s,\"supported_commands\":[]}}", in, out);
}

static void
test_nesting(void)
{
  struct agent_abilities abilities;
  GError *error = NULL;
  g_autofree char *deep = nest(10000, '[', ']');
  g_autofree char *unclosed = g_strnfill(10000, '[');
  g_autofree char *too_deep = nest(AGENT_REPLY_DEPTH_MAX - 1, '[', ']');
  g_autofree char *deepest = nest(AGENT_REPLY_DEPTH_MAX - 2, '[', ']');

  assert_all_refuse(deep);
  assert_all_refuse(unclosed);
  assert_all_refuse(too_deep);
  g_assert_true(agent_reply_abilities(deepest, &abilities, &error));
  g_assert_no_error(error);
}

/* Brackets in a string are no levels, and a quote behind a backslash does not end it. */
static void
test_nesting_in_string(void)
{
  struct agent_abilities abilities;
  GError *error = NULL;
  g_autofree char *brackets = g_strnfill(100, '[');
  g_autofree char *text = g_strdup_printf(
      "{\"return\":{\"version\":\"\\\"%s\\\\\",\"supported_commands\":[]}}", brackets);

  g_assert_true(agent_reply_abilities(text, &abilities, &error));
  g_assert_no_error(error);
}

static void
test_too_long(void)
{
  struct agent_abilities abilities;
  GError *error = NULL;
  const char reply[] = "{\"return\":{\"supported_commands\":[]}}";
  g_autofree char *blanks = g_strnfill(AGENT_REPLY_MAX - strlen(reply), ' ');
  g_autofree char *longest = g_strconcat(reply, blanks, NULL);
  g_autofree char *longer = g_strconcat(longest, " ", NULL);

  g_assert_true(agent_reply_abilities(longest, &abilities, &error));
  g_assert_no_error(error);
  assert_all_refuse(longer);
}

static void
test_abilities(void)
{
  struct agent_abilities abilities;
  GError *error = NULL;

  g_assert_true(agent_reply_abilities(
      "{\"return\":{\"version\":\"99\",\"more\":[1.5],\"supported_commands\":["
      "{\"name\":\"guest-file-open\",\"enabled\":true,\"success-response\":true,\"since\":[]},"
      "{\"name\":\"guest-file-read\",\"enabled\":false},"
      "{\"name\":\"guest-file-close-all\",\"enabled\":true}]}}",
      &abilities, &error));
  g_assert_no_error(error);
  g_assert_cmpint(abilities.of[AGENT_FILE_OPEN], ==, AGENT_ENABLED);
  g_assert_cmpint(abilities.of[AGENT_FILE_READ], ==, AGENT_DISABLED);
  g_assert_cmpint(abilities.of[AGENT_FILE_CLOSE], ==, AGENT_UNKNOWN);
}

static void
assert_bytes(const char *text, const char *bytes, gsize size, bool end)
{
  GError *error = NULL;
  bool is_end = !end;
  g_autoptr(GBytes) found = agent_reply_bytes(text, 4, &is_end, &error);
  g_autoptr(GBytes) expected = g_bytes_new(bytes, size);

  g_assert_no_error(error);
  g_assert_true(g_bytes_equal(found, expected));
  g_assert_cmpint(is_end, ==, end);
}

static void
test_bytes(void)
{
  assert_bytes("{\"return\":{\"count\":2,\"buf-b64\":\"AAE=\",\"eof\":false}}", "\0\1", 2, false);
  assert_bytes("{\"return\": {\"eof\": true, \"buf-b64\": \"+/8A\", \"count\": 3}}\n", "\xfb\xff\0",
               3, true);
  assert_bytes("{\"return\":{\"count\":0,\"buf-b64\":\"\",\"eof\":true}}", "", 0, true);
}

static void
test_handle(void)
{
  GError *error = NULL;
  gint64 handle;

  g_assert_true(agent_reply_handle("{\"return\":0}", &handle, &error));
  g_assert_cmpint(handle, ==, 0);
  g_assert_true(agent_reply_handle("{\"return\": 9223372036854775807}\r\n", &handle, &error));
  g_assert_cmpint(handle, ==, G_MAXINT64);
}

static void
test_empty(void)
{
  GError *error = NULL;

  g_assert_true(agent_reply_empty("{\"return\": {}}", &error));
  g_assert_false(agent_reply_empty("{\"return\":{\"x\":1}}", &error));
  assert_refused(error);
}

#define FAILED_OPEN "failed to open file '/etc/machine-id' (mode: 'r'): "

static const struct words_case {
  const char *name;
  const char *text;
  enum agent_error code;
  const char *message;
} words_cases[] = {
    {"missing",
     "internal error: unable to execute QEMU agent command 'guest-file-open': " FAILED_OPEN
     "No such file or directory",
     AGENT_ERROR_NOT_FOUND, "guest says: " FAILED_OPEN "No such file or directory"},
    {"bare", FAILED_OPEN "No such file or directory", AGENT_ERROR_NOT_FOUND,
     "guest says: " FAILED_OPEN "No such file or directory"},
    {"not-a-directory", FAILED_OPEN "Not a directory", AGENT_ERROR_NOT_FOUND, NULL},
    {"too-long", FAILED_OPEN "File name too long", AGENT_ERROR_NOT_FOUND, NULL},
    {"windows", FAILED_OPEN "The system cannot find the path specified.", AGENT_ERROR_NOT_FOUND,
     NULL},
    {"denied", FAILED_OPEN "Permission denied", AGENT_ERROR_DENIED, NULL},
    {"not-permitted", FAILED_OPEN "Operation not permitted", AGENT_ERROR_DENIED, NULL},
    {"socket", FAILED_OPEN "No such device or address", AGENT_ERROR_NOT_REGULAR, NULL},
    {"directory", "failed to read file: Is a directory", AGENT_ERROR_NOT_REGULAR, NULL},
    {"loop", FAILED_OPEN "Too many levels of symbolic links", AGENT_ERROR_LOOP, NULL},
    {"disabled", "Command guest-file-open has been disabled", AGENT_ERROR_BLOCKED, NULL},
    {"frozen", "Command guest-file-open has been disabled: the agent is in frozen state",
     AGENT_ERROR_BLOCKED, NULL},
    {"disabled-old", "The command guest-file-open has been disabled for this instance",
     AGENT_ERROR_BLOCKED, NULL},
    {"disabled-class", "The command has been disabled for this instance", AGENT_ERROR_BLOCKED,
     NULL},
    {"unknown",
     "internal error: unable to execute QEMU agent command 'guest-file-open': The command "
     "guest-file-open has not been found",
     AGENT_ERROR_BLOCKED, "guest says: The command guest-file-open has not been found"},
    {"unknown-class", "The command has not been found", AGENT_ERROR_BLOCKED, NULL},
    {"lost-handle", "handle '1000' has not been found", AGENT_ERROR_OTHER, NULL},
    {"io", "failed to read file: Input/output error", AGENT_ERROR_OTHER, NULL},
    {"none", NULL, AGENT_ERROR_OTHER, "guest says: "},
    {"controls", "\033[2J\a\x7f\r\nx", AGENT_ERROR_OTHER, "guest says: \033[2J\a\x7f\r\nx"},
    {"not-utf-8", "a\xff", AGENT_ERROR_OTHER, "guest says: a\xef\xbf\xbd"},
    {"utf-8", "g\xc3\xbcltig", AGENT_ERROR_OTHER, "guest says: g\xc3\xbcltig"},
};

static void
test_words(gconstpointer data)
{
  const struct words_case *expected = data;
  g_autoptr(GError) error = agent_error_from_words(expected->text);

  g_assert_error(error, AGENT_ERROR, (int)expected->code);
  if (expected->message)
    g_assert_cmpstr(error->message, ==, expected->message);
}

/* Words of any length: whole up to the limit, then cut between characters. */
static void
test_words_length(gconstpointer character)
{
  for (gsize length = 200; length <= 2000; length++) {
    g_autoptr(GString) text = g_string_new(NULL);

    while (text->len < length)
      g_string_append(text, character);
    g_autofree char *quote = agent_error_quote("guest", text->str);
    g_autofree char *whole = g_strconcat("guest says: ", text->str, NULL);
    g_assert_true(g_utf8_validate(quote, -1, NULL));
    if (strlen(whole) <= AGENT_WORDS_MAX)
      g_assert_cmpstr(quote, ==, whole);
    else {
      g_assert_cmpuint(strlen(quote), <=, AGENT_WORDS_MAX);
      g_assert_cmpuint(strlen(quote), >, AGENT_WORDS_MAX - 4);
      g_assert_true(g_str_has_suffix(quote, "…"));
    }
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
  ADD_CASES("/command/", command_cases, test_command)
  g_test_add_func("/command/longest", test_command_longest);
  ADD_CASES("/reply/broken/", broken_cases, test_broken)
  g_test_add_func("/reply/nesting", test_nesting);
  g_test_add_func("/reply/nesting-in-string", test_nesting_in_string);
  g_test_add_func("/reply/too-long", test_too_long);
  g_test_add_func("/reply/abilities", test_abilities);
  g_test_add_func("/reply/bytes", test_bytes);
  g_test_add_func("/reply/handle", test_handle);
  g_test_add_func("/reply/empty", test_empty);
  ADD_CASES("/words/", words_cases, test_words)
  g_test_add_data_func("/words/length", "x", test_words_length);
  g_test_add_data_func("/words/length-wide", "\xe2\x82\xac", test_words_length);
  return g_test_run();
}
