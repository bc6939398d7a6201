/* SPDX-License-Identifier: Apache-2.0 */
/* Fingerprints are kept as `ssh-keygen -l` prints them, so that a key is found by an index. */
#include "cmd/keys/key_argument.h"

#include "cmd/input.h"
#include "guest/ssh/key/authorized_line.h"

#include <jansson.h>
#include <string.h>

#define SHA256_PREFIX "SHA256:"
#define SHA256_DIGITS 43 /* base64 of 32 bytes, without its '=' */
#define MD5_PREFIX    "MD5:"
#define MD5_DIGITS    47 /* "aa:bb:…" */

static const char base64_digits[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "+/";

static bool
is_md5(const char *word)
{
  return g_str_has_prefix(word, MD5_PREFIX) ||
         (strlen(word) == MD5_DIGITS && word[2] == ':' &&
          strspn(word, G_CSET_DIGITS "abcdefABCDEF:") == MD5_DIGITS);
}

/* Other programs than OpenSSH's keep the '=' at the end. */
static bool
add_fingerprint(json_t *fingerprints, const char *word, GError **error)
{
  const char *digits = word + strlen(SHA256_PREFIX);
  const size_t length = strspn(digits, base64_digits);

  if (length != SHA256_DIGITS || (digits[length] && strcmp(digits + length, "=") != 0)) {
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                "'%s' is no fingerprint: " SHA256_PREFIX " has %d base64 digits behind it", word,
                SHA256_DIGITS);
    return false;
  }
  json_array_append_new(fingerprints, json_stringn(word, strlen(SHA256_PREFIX) + SHA256_DIGITS));
  return true;
}

/* What a text is that holds no public keys, for the message. */
static const char *
kind_of(const char *text)
{
  if (strstr(text, "PRIVATE KEY-----"))
    return "is a private key; give its public half, which 'ssh-keygen -y' prints";
  if (strstr(text, "BEGIN SSH2 PUBLIC KEY"))
    return "is in the format of RFC 4716; 'ssh-keygen -i' turns it into OpenSSH's";
  return NULL;
}

/* False where a key should be and is none. */
static bool
add_line(json_t *fingerprints, struct text line)
{
  struct authorized_line entry;

  if (!authorized_line_parse(line, &entry))
    return true;
  const bool is_key = entry.key != NULL;
  if (is_key)
    json_array_append_new(fingerprints, json_string(entry.key->fingerprint));
  authorized_line_clear(&entry);
  return is_key;
}

static bool
add_text(json_t *fingerprints, const char *text, const char *path, GError **error)
{
  struct text rest = {text, strlen(text)}, line;
  const char *kind = kind_of(text);

  for (guint number = 1; !kind && text_next_line(&rest, &line); number++)
    if (!add_line(fingerprints, line)) {
      g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s:%u: this is no public key",
                  path, number);
      return false;
    }
  if (json_array_size(fingerprints) > 0)
    return true;
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: it %s", path,
              kind ? kind : "holds no public key");
  return false;
}

/* What is wiped may be a private key that was given by mistake. */
static bool
add_file(json_t *fingerprints, const char *path, GError **error)
{
  char *text = input_read(path, error);
  bool added = text && add_text(fingerprints, text, path, error);

  if (text)
    explicit_bzero(text, strlen(text));
  g_free(text);
  return added;
}

static bool
add(json_t *fingerprints, const char *word, GError **error)
{
  if (g_str_has_prefix(word, SHA256_PREFIX))
    return add_fingerprint(fingerprints, word, error);
  if (!is_md5(word))
    return add_file(fingerprints, word, error);
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
              "'%s' is a fingerprint of MD5, and the ledger has those of SHA256: give one that "
              "'ssh-keygen -l' prints, or the key itself",
              word);
  return false;
}

char *
key_argument_fingerprints(const char *word, GError **error)
{
  json_t *fingerprints = json_array();
  char *text = NULL;

  if (add(fingerprints, word, error))
    text = json_dumps(fingerprints, JSON_COMPACT);
  json_decref(fingerprints);
  return text;
}
