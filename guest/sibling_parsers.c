/* SPDX-License-Identifier: Apache-2.0 */
/* A function for each way of reading, in a table. */
#include "guest/sibling_parsers.h"

#include "guest/text.h"
#include "guest/x509.h"

#include <string.h>

static const struct sibling nothing = {.state = NULL};

static struct sibling
without_value(const char *state)
{
  return (struct sibling){.state = state};
}

static struct sibling
value_of(struct text text)
{
  char *value = text.length <= SIBLING_VALUE_MAX ? text_printable(text.at, text.length) : NULL;

  return value ? (struct sibling){STATE_VALID, value} : without_value(STATE_MALFORMED);
}

static struct sibling
parse_line(GBytes *bytes)
{
  struct text rest = text_of(bytes), line;

  while (text_next_line(&rest, &line))
    if (line.length > 0 && line.at[0] != '#')
      return value_of(line);
  return without_value(STATE_EMPTY);
}

/* The value of a line "NAME = VALUE", one word, which may be empty. False for other lines. */
static bool
is_setting(struct text line, const char *name, struct text *ret_value)
{
  const char *equals = memchr(line.at, '=', line.length);
  struct text key = {line.at, equals ? (gsize)(equals - line.at) : 0}, word;

  if (!text_next_word(&key, &word) || key.length > 0 || !text_is(word, name))
    return false;
  struct text value = {equals + 1, line.length - (gsize)(equals + 1 - line.at)};
  if (!text_next_word(&value, ret_value))
    *ret_value = value;
  return true;
}

/*
 * The first one counts (open-iscsi, cfg_get_string_param()). Before its first start Debian's says
 * GenerateName=yes instead.
 */
static struct sibling
parse_initiator(GBytes *bytes)
{
  struct text rest = text_of(bytes), line, value;
  const char *state = STATE_EMPTY;

  while (text_next_line(&rest, &line)) {
    if (is_setting(line, "InitiatorName", &value) && value.length > 0)
      return value_of(value);
    if (is_setting(line, "GenerateName", &value))
      state = STATE_UNINITIALIZED;
  }
  return without_value(state);
}

static struct sibling
parse_uuid(GBytes *bytes)
{
  struct sibling sibling = parse_line(bytes);
  g_autofree char *text = g_steal_pointer(&sibling.value);

  if (text && !g_uuid_string_is_valid(text))
    return without_value(STATE_MALFORMED);
  sibling.value = text ? g_ascii_strdown(text, -1) : NULL;
  return sibling;
}

/* RFC 8415, section 11.1: a type of two bytes, and at most 128 more. */
#define DUID_MIN 3
#define DUID_MAX 130

/* ISC DHCP, quotify_buf(): three octal digits for what cannot be printed, \" and \\. */
static guint8
next_byte(struct text *text)
{
  gsize length = MIN(text->length, text->at[0] == '\\' ? 2 : 1);
  guint byte = (guint8)text->at[length - 1];

  if (length == 2 && text->length >= 4 && g_ascii_isdigit(byte)) {
    byte = (byte & 7) << 6 | (text->at[2] & 7) << 3 | (text->at[3] & 7);
    length = 4;
  }
  *text = (struct text){text->at + length, text->length - length};
  return (guint8)byte;
}

static struct sibling
decode_duid(struct text text)
{
  g_autoptr(GString) digits = g_string_new(NULL);
  guint count = 0;

  for (; text.length > 0 && text.at[0] != '"' && count <= DUID_MAX; count++)
    g_string_append_printf(digits, "%s%02x", count > 0 ? ":" : "", next_byte(&text));
  if (text.length == 0 || count < DUID_MIN || count > DUID_MAX)
    return without_value(STATE_MALFORMED);
  return (struct sibling){STATE_VALID, g_string_free(g_steal_pointer(&digits), FALSE)};
}

static struct sibling
parse_duid(GBytes *bytes)
{
  struct text rest = text_of(bytes), line, duid = {0};

  while (text_next_line(&rest, &line))
    if (text_skip(&line, "default-duid \""))
      duid = line;
  return duid.at ? decode_duid(duid) : nothing;
}

/* The agent's own section goes before [main]. Without either the certificate's file tells. */
static struct sibling
parse_certname(GBytes *bytes)
{
  struct text rest = text_of(bytes), line, value, main = {0}, agent = {0};
  struct text *section = NULL;

  while (text_next_line(&rest, &line)) {
    if (line.length > 0 && line.at[0] == '[')
      section = text_is(line, "[main]") ? &main : text_is(line, "[agent]") ? &agent : NULL;
    else if (section && is_setting(line, "certname", &value))
      *section = value;
  }
  struct text chosen = agent.length > 0 ? agent : main;
  return chosen.length > 0 ? value_of(chosen) : nothing;
}

/* Puppet keeps its authority's beside its own. */
static struct sibling
parse_certificate(GBytes *bytes)
{
  struct x509 certificate;

  if (!x509_parse(bytes, &certificate))
    return without_value(STATE_MALFORMED);
  g_autofree char *name = certificate.common_name;
  if (certificate.is_authority)
    return nothing;
  return name ? value_of((struct text){name, strlen(name)}) : without_value(STATE_MALFORMED);
}

static struct sibling
parse_digest(GBytes *bytes)
{
  if (g_bytes_get_size(bytes) == 0)
    return without_value(STATE_EMPTY);
  return (struct sibling){STATE_VALID, g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes)};
}

static struct sibling (*const parsers[IDENTITY_PARSERS])(GBytes *bytes) = {
    [IDENTITY_LINE] = parse_line,         [IDENTITY_INITIATOR] = parse_initiator,
    [IDENTITY_UUID] = parse_uuid,         [IDENTITY_DHCP_DUID] = parse_duid,
    [IDENTITY_CERTNAME] = parse_certname, [IDENTITY_CERTIFICATE] = parse_certificate,
    [IDENTITY_DIGEST] = parse_digest,
};

struct sibling
sibling_parse(enum identity_parser parser, GBytes *bytes)
{
  g_assert(parsers[parser]);
  return parsers[parser](bytes);
}
