/* SPDX-License-Identifier: Apache-2.0 */
/* Public keys and certificates, against ssh-keygen. */
#include "guest/ssh/key/key.h"

#include "guest/ssh/key/base64.h"
#include "guest/ssh/key/key_text.h"
#include "guest/ssh/key/wire.h"
#include "tests/unit/ssh_keys.h"

#include <string.h>

static struct text
text(const char *string)
{
  return (struct text){string, strlen(string)};
}

static struct ssh_key *
parse_line(const char *line, const char **ret_comment, GError **error)
{
  struct text rest = text(line);
  struct ssh_key *key = ssh_key_parse_text(&rest, error);

  if (key && ret_comment)
    *ret_comment = rest.at;
  return key;
}

/* That we say of a line in a file what ssh-keygen says. */
static void
assert_listed(struct scratch *keys, const char *name)
{
  g_autofree char *line = ssh_keys_read(keys, name);
  g_autofree char *listed = ssh_keys_list(keys, name);
  g_autoptr(GError) error = NULL;
  g_autoptr(SshKey) key = parse_line(line, NULL, &error);

  g_assert_no_error(error);
  g_autofree char *summary = ssh_keys_summary(key);
  g_assert_true(g_str_has_prefix(listed, summary));
  g_assert_cmpint(listed[strlen(summary)], ==, ' ');
}

static void
test_types(void)
{
  g_autoptr(Scratch) keys = ssh_keys_new();

  for (guint i = 0; keys && ssh_keys_names[i]; i++) {
    g_autofree char *public = g_strconcat(ssh_keys_names[i], ".pub", NULL);
    g_autofree char *line = ssh_keys_read(keys, public);
    g_autofree char *comment = g_strconcat(ssh_keys_names[i], "@guest", NULL);
    const char *found;
    g_autoptr(SshKey) key = parse_line(line, &found, NULL);
    g_autofree char *base64 = ssh_key_base64(key);
    g_autofree char *again = g_strjoin(" ", key->algorithm, base64, comment, NULL);

    g_assert_cmpstr(found, ==, comment);
    g_assert_cmpstr(again, ==, line);
    g_assert_null(key->certificate);
    assert_listed(keys, public);
  }
}

/* A blob of strings. */
static GByteArray *
blob_of(const char *const *strings)
{
  GByteArray *blob = g_byte_array_new();

  for (; *strings; strings++)
    wire_append_string(blob, text(*strings));
  return blob;
}

#define POINT_32 "0123456789abcdef0123456789abcdef"

/* No tool makes these without a device. */
static void
test_security_keys(void)
{
  static const char type[] = "sk-ssh-ed25519@openssh.com";
  static const char *const strings[] = {type, POINT_32, "ssh:", NULL};
  g_autoptr(Scratch) keys = ssh_keys_new();

  if (!keys)
    return;
  g_autoptr(GByteArray) blob = blob_of(strings);
  g_autofree char *line = ssh_keys_line(type, blob, "token");
  scratch_write(keys, "sk.pub", line, strlen(line));
  assert_listed(keys, "sk.pub");

  /* The point of another key is one of this curve, too. */
  static const char ecdsa_type[] = "sk-ecdsa-sha2-nistp256@openssh.com";
  g_autofree char *other = ssh_keys_read(keys, "ecdsa-256.pub");
  g_autoptr(SshKey) ecdsa = parse_line(other, NULL, NULL);
  gsize length;
  const char *bytes = g_bytes_get_data(ecdsa->blob, &length);
  struct text rest = {bytes, length}, ignored;
  g_assert_true(wire_string(&rest, &ignored, NULL));
  g_autoptr(GByteArray) ecdsa_blob = g_byte_array_new();
  wire_append_string(ecdsa_blob, text(ecdsa_type));
  g_byte_array_append(ecdsa_blob, (const guint8 *)rest.at, (guint)rest.length);
  wire_append_string(ecdsa_blob, text("ssh:"));
  g_autofree char *ecdsa_line = ssh_keys_line(ecdsa_type, ecdsa_blob, "token");
  scratch_write(keys, "sk2.pub", ecdsa_line, strlen(ecdsa_line));
  assert_listed(keys, "sk2.pub");
}

static void
assert_octets(GBytes *octets, const char *expected)
{
  gsize length;
  const char *bytes = g_bytes_get_data(octets, &length);

  g_assert_cmpmem(bytes, length, expected, strlen(expected));
}

static void
assert_certificate(struct scratch *keys, const char *name)
{
  g_autofree char *certificate = g_strconcat(name, "-cert.pub", NULL);
  g_autofree char *plain = g_strconcat(name, ".pub", NULL);
  g_autofree char *line = ssh_keys_read(keys, certificate);
  g_autofree char *plain_line = ssh_keys_read(keys, plain);
  g_autofree char *authority_line = ssh_keys_read(keys, "ca.pub");
  g_autoptr(SshKey) key = parse_line(line, NULL, NULL);
  g_autoptr(SshKey) plain_key = parse_line(plain_line, NULL, NULL);
  g_autoptr(SshKey) authority = parse_line(authority_line, NULL, NULL);

  assert_listed(keys, certificate);
  g_assert_true(g_bytes_equal(key->blob, plain_key->blob));
  g_assert_cmpstr(key->fingerprint, ==, plain_key->fingerprint);
  g_assert_true(g_str_has_prefix(line, key->algorithm));
  g_assert_cmpstr(key->certificate->authority, ==, authority->fingerprint);
}

static void
test_certificates(void)
{
  g_autoptr(Scratch) keys = ssh_keys_new();

  for (guint i = 0; keys && ssh_keys_names[i]; i++) {
    scratch_run(keys,
                "TZ=UTC ssh-keygen -q -s ca -I 'id of %s' -h -n a.example,b.example "
                "-V 20300101000000:20310101000000 %s.pub",
                ssh_keys_names[i], ssh_keys_names[i]);
    assert_certificate(keys, ssh_keys_names[i]);
  }
  if (!keys)
    return;
  g_autofree char *line = ssh_keys_read(keys, "ed25519-256-cert.pub");
  g_autoptr(SshKey) key = parse_line(line, NULL, NULL);
  const struct ssh_certificate *certificate = key->certificate;
  g_assert_true(certificate->is_host);
  assert_octets(certificate->id, "id of ed25519-256");
  g_assert_cmpuint(certificate->principals->len, ==, 2);
  assert_octets(certificate->principals->pdata[0], "a.example");
  assert_octets(certificate->principals->pdata[1], "b.example");
  g_assert_cmpuint(certificate->valid_after, ==, 1893456000);
  g_assert_cmpuint(certificate->valid_before, ==, 1924992000);
}

static void
test_certificate_of_user(void)
{
  g_autoptr(Scratch) keys = ssh_keys_new();

  if (!keys)
    return;
  scratch_run(keys, "ssh-keygen -q -s ca -I me rsa-3072.pub");
  g_autofree char *line = ssh_keys_read(keys, "rsa-3072-cert.pub");
  g_autoptr(SshKey) key = parse_line(line, NULL, NULL);
  g_assert_false(key->certificate->is_host);
  g_assert_cmpuint(key->certificate->principals->len, ==, 0);
  g_assert_cmpuint(key->certificate->valid_after, ==, 0);
  g_assert_cmpuint(key->certificate->valid_before, ==, G_MAXUINT64);
}

/* A certificate whose signing key is given. */
static GByteArray *
certificate_signed_by(const char *authority, gsize length)
{
  static const guint8 numbers[8 + 4] = {[11] = 1};
  static const guint8 times[8 + 8] = {0};
  static const char *const strings[] = {"ssh-ed25519-cert-v01@openssh.com", "nonce", POINT_32,
                                        NULL};
  GByteArray *blob = blob_of(strings);

  g_byte_array_append(blob, numbers, sizeof(numbers));
  wire_append_string(blob, text("id"));
  wire_append_string(blob, text(""));
  g_byte_array_append(blob, times, sizeof(times));
  for (guint i = 0; i < 3; i++)
    wire_append_string(blob, text(""));
  wire_append_string(blob, (struct text){authority, length});
  wire_append_string(blob, text("signature"));
  return blob;
}

/* Certificates signed by certificates must not lead us deeper and deeper. */
static void
test_certificate_of_certificates(void)
{
  static const char *const strings[] = {"ssh-ed25519", POINT_32, NULL};
  g_autoptr(GByteArray) blob = blob_of(strings);
  g_autoptr(GByteArray) first = certificate_signed_by((const char *)blob->data, blob->len);
  g_autoptr(GByteArray) second = certificate_signed_by((const char *)first->data, first->len);
  g_autoptr(GError) error = NULL;
  g_autoptr(SshKey) key = ssh_key_parse(first->data, first->len, NULL);

  g_assert_nonnull(key);
  g_assert_null(ssh_key_parse(second->data, second->len, &error));
  g_assert_error(error, SSH_KEY_ERROR, SSH_KEY_ERROR_MALFORMED);
}

/* Every prefix of a key ends too early, and with one byte more it goes on where it should not. */
static void
test_lengths(void)
{
  g_autoptr(Scratch) keys = ssh_keys_new();

  for (guint i = 0; keys && ssh_keys_names[i]; i++) {
    g_autofree char *public = g_strconcat(ssh_keys_names[i], ".pub", NULL);
    g_autofree char *line = ssh_keys_read(keys, public);
    g_autoptr(SshKey) key = parse_line(line, NULL, NULL);
    gsize length;
    const guint8 *bytes = g_bytes_get_data(key->blob, &length);
    g_autofree guint8 *longer = g_malloc0(length + 1);

    memcpy(longer, bytes, length);
    for (gsize cut = 0; cut < length; cut++) {
      g_autoptr(GError) error = NULL;
      g_autofree guint8 *exact = g_memdup2(bytes, cut);

      g_assert_null(ssh_key_parse(exact, cut, &error));
      g_assert_error(error, SSH_KEY_ERROR, SSH_KEY_ERROR_TRUNCATED);
    }
    g_assert_null(ssh_key_parse(longer, length + 1, NULL));
  }
}

/* Numbers with zeros before them and other names are the same key, as they are to OpenSSH. */
static void
test_one_key_in_many_ways(void)
{
  g_autoptr(Scratch) keys = ssh_keys_new();

  if (!keys)
    return;
  g_autofree char *line = ssh_keys_read(keys, "rsa-3072.pub");
  g_autoptr(SshKey) key = parse_line(line, NULL, NULL);
  gsize length;
  const char *bytes = g_bytes_get_data(key->blob, &length);
  struct text rest = {bytes, length}, name, exponent = rest, modulus = rest;
  g_assert_true(wire_string(&rest, &name, NULL) && wire_string(&rest, &exponent, NULL) &&
                wire_string(&rest, &modulus, NULL));
  g_autofree char *padded = g_malloc0(modulus.length + 4);
  memcpy(padded + 4, modulus.at, modulus.length);
  g_autoptr(GByteArray) blob = g_byte_array_new();
  wire_append_string(blob, text("rSa"));
  wire_append_string(blob, exponent);
  wire_append_string(blob, (struct text){padded, modulus.length + 4});
  g_autofree char *other = ssh_keys_line("rsa-sha2-512", blob, "x");
  scratch_write(keys, "other.pub", other, strlen(other));
  g_autoptr(SshKey) same = parse_line(other, NULL, NULL);
  g_assert_cmpstr(same->algorithm, ==, "ssh-rsa");
  g_assert_cmpstr(same->fingerprint, ==, key->fingerprint);
  g_assert_true(g_bytes_equal(same->blob, key->blob));
  assert_listed(keys, "other.pub");
}

#define DIFFERENCES 4000

/* A line with something changed: a bit of the blob, or a byte of the text. */
static char *
damaged_line(GRand *random, const char *line, guint number)
{
  g_auto(GStrv) words = g_strsplit(line, " ", 3);
  gsize length;
  g_autofree guchar *blob = g_base64_decode(words[1], &length);

  if (g_rand_boolean(random))
    blob[g_rand_int_range(random, 0, (gint32)MIN(length, 64))] ^=
        (guchar)(1 << g_rand_int_range(random, 0, 8));
  g_autofree char *base64 = g_base64_encode(blob, length);
  g_autofree char *damaged = g_strdup_printf("%s %s #%u", words[0], base64, number);
  if (g_rand_boolean(random))
    damaged[g_rand_int_range(random, 0, (gint32)strlen(damaged))] =
        (char)g_rand_int_range(random, ' ', '~' + 1);
  return g_steal_pointer(&damaged);
}

/* ssh-keygen makes the same of damaged keys. Not of points, which are no more on their curve. */
static void
test_damaged(void)
{
  static const char *const names[] = {"rsa-1024.pub", "rsa-3072.pub", "dsa-1024.pub",
                                      "ed25519-256.pub"};
  g_autoptr(Scratch) keys = ssh_keys_new();
  g_autoptr(GRand) random = g_rand_new_with_seed(42);
  g_autoptr(GString) lines = g_string_new(NULL);
  g_autoptr(GString) ours = g_string_new(NULL);

  if (!keys)
    return;
  for (guint i = 0; i < DIFFERENCES; i++) {
    g_autofree char *line = ssh_keys_read(keys, names[i % G_N_ELEMENTS(names)]);
    g_autofree char *damaged = damaged_line(random, line, i);
    const char *comment;
    g_autoptr(SshKey) key = parse_line(damaged, &comment, NULL);
    g_autofree char *summary = key ? ssh_keys_summary(key) : NULL;

    g_string_append_printf(lines, "%s\n", damaged);
    if (key)
      g_string_append_printf(ours, "%s\n", summary);
  }
  scratch_write(keys, "damaged", lines->str, lines->len);
  scratch_run(keys, "ssh-keygen -l -f damaged 2>/dev/null | cut -d ' ' -f 1,2 >theirs");
  g_autoptr(GBytes) theirs = scratch_read(keys, "theirs");
  assert_octets(theirs, ours->str);
}

static const struct refused_case {
  const char *name, *line;
} refused_cases[] = {
    {"empty", ""},
    {"type-alone", "ssh-ed25519"},
    {"type-and-blanks", "ssh-ed25519  "},
    {"unknown", "ssh-foo AAAAB3NzaC1mb28="},
    {"short-name", "ED25519 AAAA"},
    {"no-base64", "ssh-rsa ????"},
    {"empty-blob", "ssh-rsa ="},
    {"huge-length", "ssh-rsa /////w=="},
};

static void
test_refused(gconstpointer data)
{
  const struct refused_case *refused = data;
  struct text rest = text(refused->line);
  g_autoptr(GError) error = NULL;

  g_assert_null(ssh_key_parse_text(&rest, &error));
  g_assert_true(error->domain == SSH_KEY_ERROR);
  g_assert_true(rest.at == refused->line && rest.length == strlen(refused->line));
}

static const struct base64_case {
  const char *name, *base64, *bytes;
} base64_cases[] = {
    {"nothing", "", ""},
    {"three", "YWJj", "abc"},
    {"two", "YWI=", "ab"},
    {"one", "YQ==", "a"},
    {"space", " Y\tW\r\nI\v\f= ", "ab"},
    {"space-in-padding", "YQ= =\n", "a"},
    {"no-padding", "YQ", NULL},
    {"padding-early", "Y===", NULL},
    {"padding-alone", "====", NULL},
    {"padding-missing", "YQ=", NULL},
    {"padding-more", "YWI==", NULL},
    {"behind-padding", "YQ==YQ==", NULL},
    {"bits-left", "YR==", NULL},
    {"bits-left-2", "YWJ=", NULL},
    {"url-safe", "__--", NULL},
    {"eight-bit", "YW\xc3\xa9", NULL},
};

static void
test_base64(gconstpointer data)
{
  const struct base64_case *expected = data;
  gsize length;
  g_autofree guint8 *bytes = base64_decode(text(expected->base64), &length);

  if (expected->bytes)
    g_assert_cmpmem(bytes, length, expected->bytes, strlen(expected->bytes));
  else
    g_assert_null(bytes);
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
  g_test_add_func("/key/types", test_types);
  g_test_add_func("/key/security-keys", test_security_keys);
  g_test_add_func("/key/lengths", test_lengths);
  g_test_add_func("/key/many-ways", test_one_key_in_many_ways);
  g_test_add_func("/key/damaged", test_damaged);
  g_test_add_func("/certificate/types", test_certificates);
  g_test_add_func("/certificate/user", test_certificate_of_user);
  g_test_add_func("/certificate/of-certificates", test_certificate_of_certificates);
  ADD_CASES("/refused/", refused_cases, test_refused)
  ADD_CASES("/base64/", base64_cases, test_base64)
  return g_test_run();
}
