/* SPDX-License-Identifier: Apache-2.0 */
/* What a certificate of OpenSSH says of its key. */
#include "guest/ssh/key/certificate.h"

#include "guest/ssh/key/wire.h"

/* SSHKEY_CERT_MAX_PRINCIPALS of OpenSSH. */
#define PRINCIPALS_MAX 256

enum certificate_type {
  CERTIFICATE_USER = 1,
  CERTIFICATE_HOST = 2,
};

static void
octets_unref(gpointer octets)
{
  g_bytes_unref(octets);
}

static bool
read_type(struct text *rest, struct ssh_certificate *certificate, GError **error)
{
  guint64 serial;
  guint32 type;

  if (!wire_u64(rest, &serial, error) || !wire_u32(rest, &type, error))
    return false;
  if (type != CERTIFICATE_USER && type != CERTIFICATE_HOST)
    return ssh_key_malformed("a certificate of neither a user nor a host", error);
  certificate->is_host = type == CERTIFICATE_HOST;
  return true;
}

static bool
read_id(struct text *rest, struct ssh_certificate *certificate, GError **error)
{
  struct text id;

  if (!wire_words(rest, &id, error))
    return false;
  certificate->id = g_bytes_new(id.at, id.length);
  return true;
}

static bool
read_principals(struct text *rest, struct ssh_certificate *certificate, GError **error)
{
  struct text list, principal;

  if (!wire_string(rest, &list, error))
    return false;
  while (list.length > 0) {
    if (certificate->principals->len == PRINCIPALS_MAX)
      return ssh_key_malformed("a certificate with too many principals", error);
    if (!wire_words(&list, &principal, error))
      return false;
    g_ptr_array_add(certificate->principals, g_bytes_new(principal.at, principal.length));
  }
  return true;
}

/* Critical options, or extensions: pairs of strings. */
static bool
skip_pairs(struct text *rest, GError **error)
{
  struct text list, string;

  if (!wire_string(rest, &list, error))
    return false;
  while (list.length > 0)
    if (!wire_string(&list, &string, error) || !wire_string(&list, &string, error))
      return false;
  return true;
}

static bool
read_authority(struct text *rest, struct ssh_certificate *certificate, GError **error)
{
  struct text blob;

  if (!wire_string(rest, &blob, error))
    return false;
  g_autoptr(SshKey) key = ssh_key_parse_plain(blob.at, blob.length, error);
  if (!key) {
    g_prefix_error_literal(error, "the key that signed it: ");
    return false;
  }
  certificate->authority = g_steal_pointer(&key->fingerprint);
  return true;
}

static bool
read_all(struct text *rest, struct ssh_certificate *certificate, GError **error)
{
  struct text reserved, signature;

  return read_type(rest, certificate, error) && read_id(rest, certificate, error) &&
         read_principals(rest, certificate, error) &&
         wire_u64(rest, &certificate->valid_after, error) &&
         wire_u64(rest, &certificate->valid_before, error) && skip_pairs(rest, error) &&
         skip_pairs(rest, error) && wire_string(rest, &reserved, error) &&
         read_authority(rest, certificate, error) && wire_string(rest, &signature, error);
}

struct ssh_certificate *
ssh_certificate_read(struct text *rest, GError **error)
{
  g_autoptr(SshCertificate) certificate = g_new0(struct ssh_certificate, 1);

  certificate->principals = g_ptr_array_new_with_free_func(octets_unref);
  if (!read_all(rest, certificate, error))
    return NULL;
  return g_steal_pointer(&certificate);
}

void
ssh_certificate_free(struct ssh_certificate *certificate)
{
  if (!certificate)
    return;
  g_clear_pointer(&certificate->id, g_bytes_unref);
  g_ptr_array_unref(certificate->principals);
  g_free(certificate->authority);
  g_free(certificate);
}
