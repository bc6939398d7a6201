/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of authorized_keys. What is expected of them is what OpenSSH 9.2's own sshauthopt_parse()
 * and sshkey_read() said of the same lines.
 */
#include "guest/ssh/key/authorized_line.h"

#include "guest/ssh/key/absolute_time.h"

#include <string.h>

#define BASE64      "AAAAC3NzaC1lZDI1NTE5AAAAIJKBB05b0kzR/AIvEkIj7xZ22cP06/k3qNVgcKrOS4CI"
#define KEY         "ssh-ed25519 " BASE64
#define FINGERPRINT "SHA256:vWS80/dbiXXkujOw/ylsM7GO8s1yQynLHC4B3PQpqIQ"

static bool
parse(const char *line, struct authorized_line *ret_line)
{
  return authorized_line_parse((struct text){line, strlen(line)}, ret_line);
}

static void
assert_octets(GBytes *octets, const char *expected)
{
  gsize length = 0;
  const char *bytes = octets ? g_bytes_get_data(octets, &length) : NULL;

  g_assert_true((octets != NULL) == (expected != NULL));
  if (expected)
    g_assert_cmpmem(bytes, length, expected, strlen(expected));
}

static const struct key_case {
  const char *name, *line;
  const char *options, *comment;
} key_cases[] = {
    {"plain", KEY, NULL, NULL},
    {"comment", KEY " me@there", NULL, "me@there"},
    {"comment-of-words", KEY "\t \tme and  you \t", NULL, "me and  you"},
    {"leading-blanks", " \t " KEY, NULL, NULL},
    {"carriage-return", KEY "\r", NULL, NULL},
    {"comment-carriage-return", KEY " me\r", NULL, "me"},
    {"blanks-between", "ssh-ed25519 \t  " BASE64 " me", NULL, "me"},
    {"options", "no-pty " KEY " me", "no-pty", "me"},
    {"options-and-blanks", "no-pty, \t" KEY, "no-pty,", NULL},
    {"quoted-blank", "command=\"a b\" " KEY, "command=\"a b\"", NULL},
    {"quoted-quote", "command=\"a \\\" b\" " KEY, "command=\"a \\\" b\"", NULL},
    {"quoted-key", "command=\"" KEY "\" " KEY " me", "command=\"" KEY "\"", "me"},
};

static void
test_key(gconstpointer data)
{
  const struct key_case *expected = data;
  struct authorized_line line;

  g_assert_true(parse(expected->line, &line));
  g_assert_cmpstr(line.key->fingerprint, ==, FINGERPRINT);
  g_assert_false(line.invalid_options);
  assert_octets(line.options, expected->options);
  assert_octets(line.comment, expected->comment);
  authorized_line_clear(&line);
}

static const struct malformed_case {
  const char *name, *line;
} malformed_cases[] = {
    {"word", "hello"},
    {"type-alone", "ssh-ed25519"},
    {"key-without-type", BASE64},
    {"damaged", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKBB05b"},
    {"type-differs", "ssh-rsa " BASE64},
    {"open-quote", "command=\"a " KEY},
    {"two-blanks-in-options", "no-pty ,no-user-rc " KEY},
    {"options-alone", "no-pty,no-user-rc"},
    {"carriage-return-before", "\t\x0b" KEY},
};

static void
test_malformed(gconstpointer data)
{
  const struct malformed_case *malformed = data;
  struct authorized_line line;

  g_assert_true(parse(malformed->line, &line));
  g_assert_null(line.key);
  g_assert_null(line.options);
  authorized_line_clear(&line);
}

static void
test_no_entry(void)
{
  static const char *const lines[] = {"", "  \t", "\r", "# " KEY, " \t#", "\t\r"};
  struct authorized_line line;

  for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
    g_assert_false(parse(lines[i], &line));
}

/* sshd sees nothing behind a NUL. */
static void
test_nul(void)
{
  static const char comment[] = KEY " me\0and you";
  static const char key[] = "ssh-ed25519\0" BASE64;
  static const char nothing[] = "\0" KEY;
  struct authorized_line line;

  g_assert_true(authorized_line_parse((struct text){comment, sizeof(comment) - 1}, &line));
  assert_octets(line.comment, "me");
  authorized_line_clear(&line);
  g_assert_true(authorized_line_parse((struct text){key, sizeof(key) - 1}, &line));
  g_assert_null(line.key);
  authorized_line_clear(&line);
  g_assert_false(authorized_line_parse((struct text){nothing, sizeof(nothing) - 1}, &line));
}

/* Options that sshd takes, and those for which it refuses the line. */
static const struct option_case {
  const char *options;
  bool refused;
} option_cases[] = {
    {"restrict"},
    {"RESTRICT,pty,No-PTY"},
    {"no-restrict", true},
    {"no-cert-authority", true},
    {"restricted", true},
    {"restrict=\"yes\"", true},
    {"port-forwarding,no-agent-forwarding,no-X11-forwarding,user-rc,no-touch-required"},
    {"verify-required,no-verify-required"},
    {",,restrict,"},
    {"unknown", true},
    {"unknown=\"x\"", true},
    {"no-", true},
    {"no-pty#", true},
    {"command=\"a,b\""},
    {"command=\"\""},
    {"command=a", true},
    {"command", true},
    {"command =\"a\"", true},
    {"command=\"a\",Command=\"b\"", true},
    {"command=\"a\"b", true},
    {"environment=\"A_1=b\""},
    {"environment=\"A=b\",environment=\"A=c\""},
    {"environment=\"A\"", true},
    {"environment=\"=b\"", true},
    {"environment=\"A-B=c\"", true},
    {"permitopen=\"host:22\",permitopen=\"[::1]:*\",permitopen=\"host/ssh\""},
    {"permitopen=\":22\""},
    {"permitopen=\"host: +22\""},
    {"permitopen=\"host\"", true},
    {"permitopen=\"host:0\"", true},
    {"permitopen=\"host:65536\"", true},
    {"permitopen=\"[::1\"", true},
    {"permitopen=\"[::1]22\"", true},
    {"permitopen=\"22\"", true},
    {"permitlisten=\"22\",permitlisten=\"*:22\",permitlisten=\"localhost:22\""},
    {"permitlisten=\"0\"", true},
    {"tunnel=\"any\",tunnel=\"Any\",tunnel=\"0\""},
    {"tunnel=\"-1\"", true},
    {"tunnel=\"2147483646\"", true},
    {"from=\"10.0.0.0/8,*.example,!bad.example,fe80::/10,::1\""},
    {"from=\"10.0.0.1/8\"", true},
    {"from=\"fe80::1/10\"", true},
    {"from=\"10/8\"", true},
    {"from=\"1.2.3.4/33\"", true},
    {"from=\"1.2.3.4/129\""},
    {"from=\"\"", true},
    {"from=\"a,,b\"", true},
    {"from=\"!\"", true},
    {"from=\"a\",from=\"a\"", true},
    {"principals=\"a\"", true},
    {"principals=\"\"", true},
    {"principals=\"a,b\",cert-authority"},
    {"Cert-Authority"},
    {"expiry-time=\"20300101\""},
    {"expiry-time=\"tomorrow\"", true},
    {"expiry-time=\"19700101Z\"", true},
};

static void
test_options(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(option_cases); i++) {
    g_autofree char *text = g_strconcat(option_cases[i].options, " " KEY, NULL);
    struct authorized_line line;

    g_test_message("%s", option_cases[i].options);
    g_assert_true(parse(text, &line));
    /* A blank ends the options where it is not quoted, so that no key may follow. */
    if (line.key)
      g_assert_true(line.invalid_options == option_cases[i].refused);
    else
      g_assert_true(option_cases[i].refused);
    authorized_line_clear(&line);
  }
}

static void
test_values(void)
{
  struct authorized_line line;

  g_assert_true(parse("cert-authority,FROM=\"10.0.0.0/8,!*.\\\"bad\\\"\",principals=\"a,b c\","
                      "expiry-time=\"20310101\",expiry-time=\"20300101Z\" " KEY,
                      &line));
  g_assert_false(line.invalid_options);
  g_assert_true(line.cert_authority);
  g_assert_cmpint(line.expires_at, ==, 1893456000);
  g_assert_true(line.has_principals);
  g_assert_false(line.forced_command);
  authorized_line_clear(&line);
}

static const struct time_case {
  const char *text;
  gint64 at; /* -1: none */
} time_cases[] = {
    {"20300101", 1893456000},
    {"20300101Z", 1893456000},
    {"20300101z", 1893456000},
    {"203001010203", 1893463380},
    {"203001010203UTC", 1893463380},
    {"20300101020304", 1893463384},
    {"20300101235961", 1893542401},
    {"20240229", 1709164800},
    {"20300231", 1898726400},
    {"2030 1 1", 1893456000},
    {"99991231235959", 253402300799},
    {"19700101", 0},
    {"", -1},
    {"Z", -1},
    {"UTC", -1},
    {"2030010", -1},
    {"203001011", -1},
    {"2030010102030", -1},
    {"20300132", -1},
    {"20300100", -1},
    {"20301301", -1},
    {"20300001", -1},
    {"203001012400", -1},
    {"203001010060", -1},
    {"20300101000062", -1},
    {"19691231", -1},
    {"+2030101", -1},
    {"2030-1-1", -1},
    {"20301 01", -1},
    {"        ", -1},
};

static void
test_times(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(time_cases); i++) {
    gint64 at = -1;

    g_test_message("%s", time_cases[i].text);
    g_assert_true(absolute_time_parse(time_cases[i].text, &at) == (time_cases[i].at != -1));
    g_assert_cmpint(at, ==, time_cases[i].at);
  }
}

#define ADD_CASES(prefix, cases, test)                                                             \
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {                                                \
    g_autofree char *path = g_strconcat(prefix, cases[i].name, NULL);                              \
    g_test_add_data_func(path, &cases[i], test);                                                   \
  }

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  ADD_CASES("/key/", key_cases, test_key)
  ADD_CASES("/malformed/", malformed_cases, test_malformed)
  g_test_add_func("/no-entry", test_no_entry);
  g_test_add_func("/nul", test_nul);
  g_test_add_func("/options", test_options);
  g_test_add_func("/values", test_values);
  g_test_add_func("/times", test_times);
  return g_test_run();
}
