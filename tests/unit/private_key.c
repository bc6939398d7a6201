/* SPDX-License-Identifier: Apache-2.0 */
/* Private key files of ssh-keygen, in each of its formats, and what may be wrong with them. */
#include "guest/ssh/key/private_key.h"

#include "guest/ssh/key/base64.h"
#include "guest/ssh/key/key_text.h"
#include "guest/ssh/key/wire.h"
#include "tests/unit/ssh_keys.h"

#include <string.h>

static struct ssh_key *
parse_file(struct scratch *keys, const char *name, bool *ret_encrypted, GError **error)
{
  g_autoptr(GBytes) bytes = scratch_read(keys, name);
  gsize length;
  const char *text = g_bytes_get_data(bytes, &length);
  /* Without the NUL that GLib adds, so that a sanitizer sees every byte too many. */
  g_autofree char *exact = g_memdup2(text, length);

  return private_key_parse(exact, length, ret_encrypted, error);
}

/* That its public half is the one of its .pub file. */
static void
assert_public(struct scratch *keys, const char *name, const struct ssh_key *key)
{
  g_autofree char *public = g_strconcat(name, ".pub", NULL);
  g_autofree char *line = ssh_keys_read(keys, public);
  struct text rest = {line, strlen(line)};
  g_autoptr(SshKey) expected = ssh_key_parse_text(&rest, NULL);

  g_assert_nonnull(expected);
  g_assert_cmpstr(key->algorithm, ==, expected->algorithm);
  g_assert_cmpstr(key->fingerprint, ==, expected->fingerprint);
  g_assert_cmpint(key->bits, ==, expected->bits);
}

static void
assert_reads(struct scratch *keys, const char *name, bool encrypted)
{
  g_autoptr(GError) error = NULL;
  bool found = !encrypted;
  g_autoptr(SshKey) key = parse_file(keys, name, &found, &error);

  g_assert_no_error(error);
  g_assert_true(found == encrypted);
  assert_public(keys, name, key);
}

static void
assert_fails(struct scratch *keys, const char *name, enum ssh_key_error code)
{
  g_autoptr(GError) error = NULL;
  bool encrypted;

  g_assert_null(parse_file(keys, name, &encrypted, &error));
  g_assert_error(error, SSH_KEY_ERROR, (gint)code);
}

static void
test_openssh(void)
{
  g_autoptr(Scratch) keys = ssh_keys_new();

  for (guint i = 0; keys && ssh_keys_names[i]; i++)
    assert_reads(keys, ssh_keys_names[i], false);
}

static void
test_openssh_encrypted(void)
{
  g_autoptr(Scratch) keys = ssh_keys_new();
  static const char *const ciphers[] = {"aes256-ctr", "aes128-cbc", "aes256-gcm@openssh.com",
                                        "chacha20-poly1305@openssh.com"};

  for (guint i = 0; keys && i < G_N_ELEMENTS(ciphers); i++) {
    scratch_run(keys,
                "rm -f e; cp %s e; cp %s.pub e.pub; ssh-keygen -q -p -Z %s -P '' -N canary -f e",
                ssh_keys_names[i], ssh_keys_names[i], ciphers[i]);
    assert_reads(keys, "e", true);
  }
}

/* Whether ssh-keygen writes keys of this type as PEM at all. */
static bool
has_pem(const char *name)
{
  return !g_str_has_prefix(name, "ed25519");
}

static void
convert(struct scratch *keys, const char *name, const char *format, const char *passphrase)
{
  scratch_run(keys, "rm -f p; cp %s p; cp %s.pub p.pub; ssh-keygen -q -p -m %s -P '' -N '%s' -f p",
              name, name, format, passphrase);
}

static void
test_pem(void)
{
  g_autoptr(Scratch) keys = ssh_keys_new();

  for (guint i = 0; keys && ssh_keys_names[i]; i++) {
    if (!has_pem(ssh_keys_names[i]))
      continue;
    convert(keys, ssh_keys_names[i], "PEM", "");
    assert_reads(keys, "p", false);
    convert(keys, ssh_keys_names[i], "PEM", "canary");
    assert_fails(keys, "p", SSH_KEY_ERROR_ENCRYPTED);
  }
}

static void
test_pkcs8(void)
{
  g_autoptr(Scratch) keys = ssh_keys_new();

  for (guint i = 0; keys && ssh_keys_names[i]; i++) {
    if (!has_pem(ssh_keys_names[i]))
      continue;
    convert(keys, ssh_keys_names[i], "PKCS8", "");
    if (g_str_has_prefix(ssh_keys_names[i], "dsa"))
      assert_fails(keys, "p", SSH_KEY_ERROR_NO_PUBLIC);
    else
      assert_reads(keys, "p", false);
    convert(keys, ssh_keys_names[i], "PKCS8", "canary");
    assert_fails(keys, "p", SSH_KEY_ERROR_ENCRYPTED);
  }
}

/*
 * What openssl writes, and OpenSSH reads: parameters before the key, text, no newline at the end.
 */
static void
test_openssl(void)
{
  g_autoptr(Scratch) keys = ssh_keys_new();

  if (!keys || !scratch_has_tools("openssl", NULL))
    return;
  scratch_run(keys, "openssl ecparam -name prime256v1 -genkey -out p 2>/dev/null; chmod 600 p;"
                    "ssh-keygen -y -f p >p.pub");
  assert_reads(keys, "p", false);
  scratch_run(keys, "(echo 'Some words: here'; cat p) >q; printf %%s \"$(cat q)\" >p; chmod 600 p;"
                    "ssh-keygen -y -f p >p.pub");
  assert_reads(keys, "p", false);
  scratch_run(keys, "openssl ec -in p -no_public -out q 2>/dev/null");
  assert_fails(keys, "q", SSH_KEY_ERROR_NO_PUBLIC);
  scratch_run(keys, "openssl ecparam -name secp256k1 -genkey -noout -out q 2>/dev/null");
  assert_fails(keys, "q", SSH_KEY_ERROR_MALFORMED);
  scratch_run(keys, "openssl genpkey -algorithm ed25519 -out q 2>/dev/null");
  assert_fails(keys, "q", SSH_KEY_ERROR_NO_PUBLIC);
}

/* A file of which the end is missing is never taken for whole, wherever it ends. */
static void
assert_ends(struct scratch *keys, const char *name, gsize may_miss)
{
  g_autoptr(GBytes) bytes = scratch_read(keys, name);
  gsize length;
  const char *text = g_bytes_get_data(bytes, &length);

  for (gsize cut = 1; cut < length - may_miss; cut++) {
    g_autofree char *exact = g_memdup2(text, cut);
    g_autoptr(GError) error = NULL;
    bool encrypted;

    g_assert_null(private_key_parse(exact, cut, &encrypted, &error));
    g_assert_error(error, SSH_KEY_ERROR, SSH_KEY_ERROR_TRUNCATED);
  }
}

static void
test_truncated(void)
{
  g_autoptr(Scratch) keys = ssh_keys_new();

  if (!keys)
    return;
  assert_ends(keys, "ed25519-256", 0);
  convert(keys, "ecdsa-521", "PEM", "");
  assert_ends(keys, "p", 1);
  scratch_run(keys, "sed 's/$/\\r/' ed25519-256 >q");
  assert_fails(keys, "q", SSH_KEY_ERROR_MALFORMED);
  scratch_run(keys, "(echo; cat ed25519-256) >q");
  assert_fails(keys, "q", SSH_KEY_ERROR_MALFORMED);
  scratch_run(keys, "head -c 400 /dev/zero >q");
  assert_fails(keys, "q", SSH_KEY_ERROR_MALFORMED);
}

/* What an unencrypted key file holds; `length` bytes that the caller may change. */
static guint8 *
decode(struct scratch *keys, const char *name, gsize *ret_length)
{
  g_autofree char *file = ssh_keys_read(keys, name);
  char *start = strchr(file, '\n') + 1, *end = strstr(file, "-----END");

  return base64_decode((struct text){start, (gsize)(end - start)}, ret_length);
}

static void
encode(struct scratch *keys, const char *name, const guint8 *bytes, gsize length)
{
  g_autofree char *base64 = g_base64_encode(bytes, length);
  g_autofree char *file = g_strdup_printf("-----BEGIN OPENSSH PRIVATE KEY-----\n%s\n"
                                          "-----END OPENSSH PRIVATE KEY-----\n",
                                          base64);

  scratch_write(keys, name, file, strlen(file));
}

/* Where a blob is for the second time: in the private half. */
static gsize
second_place(const guint8 *bytes, gsize length, const void *blob, gsize blob_length)
{
  const guint8 *first = memmem(bytes, length, blob, blob_length);
  const guint8 *second = memmem(first + 1, length - (gsize)(first + 1 - bytes), blob, blob_length);

  return (gsize)(second - bytes);
}

/* A private half of another key than the public one, or damaged. */
static void
test_halves_differ(void)
{
  static const char *const names[] = {"ed25519-256", "rsa-1024", "dsa-1024", "ecdsa-256"};
  g_autoptr(Scratch) keys = ssh_keys_new();

  for (guint i = 0; keys && i < G_N_ELEMENTS(names); i++) {
    gsize length;
    g_autofree guint8 *bytes = decode(keys, names[i], &length);
    bool encrypted;
    g_autoptr(SshKey) key = parse_file(keys, names[i], &encrypted, NULL);
    const char *type = key->algorithm;
    gsize type_at = second_place(bytes, length, type, strlen(type));
    gsize number_at = type_at + strlen(type) + 4;

    encode(keys, "q", bytes, length);
    scratch_run(keys, "cp %s.pub q.pub", names[i]);
    assert_reads(keys, "q", false);
    bytes[number_at + 8] ^= 1;
    encode(keys, "q", bytes, length);
    assert_fails(keys, "q", SSH_KEY_ERROR_MALFORMED);
    bytes[number_at + 8] ^= 1;
    bytes[type_at - 5] ^= 1; /* of the second of two equal numbers */
    encode(keys, "q", bytes, length);
    assert_fails(keys, "q", SSH_KEY_ERROR_MALFORMED);
  }
}

/* Whatever one changes in a file, nothing is read beyond it, and messages repeat nothing of it. */
static void
test_damaged(void)
{
  g_autoptr(Scratch) keys = ssh_keys_new();
  g_autoptr(GRand) random = g_rand_new_with_seed(42);

  for (guint i = 0; keys && i < 3000; i++) {
    g_autoptr(GBytes) bytes = scratch_read(keys, ssh_keys_names[i % 7]);
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    g_autofree char *exact = g_memdup2(text, length);
    g_autoptr(GError) error = NULL;
    bool encrypted;

    for (guint changes = 0; changes < 3; changes++)
      exact[g_rand_int_range(random, 30, (gint32)length)] = (char)g_rand_int(random);
    g_autoptr(SshKey) key = private_key_parse(exact, length, &encrypted, &error);
    g_assert_true((key == NULL) == (error != NULL));
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/openssh/types", test_openssh);
  g_test_add_func("/openssh/encrypted", test_openssh_encrypted);
  g_test_add_func("/openssh/halves-differ", test_halves_differ);
  g_test_add_func("/pem/types", test_pem);
  g_test_add_func("/pem/pkcs8", test_pkcs8);
  g_test_add_func("/pem/openssl", test_openssl);
  g_test_add_func("/truncated", test_truncated);
  g_test_add_func("/damaged", test_damaged);
  return g_test_run();
}
