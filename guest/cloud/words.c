/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of facts. */
#include "guest/cloud/words.h"

#include "facts/shape.h"
#include "guest/text.h"

#include <string.h>

#define ELLIPSIS "\u2026"

char *
words_fact(const char *text, gsize max)
{
  if (!text || !*text || strlen(text) > max)
    return NULL;
  return text_printable(text, strlen(text));
}

char *
words_name(const char *text, gsize max)
{
  char *name = g_strndup(text, max);

  for (char *at = name; *at; at++)
    if (!g_ascii_isalnum(*at) && !strchr("_.-/+:@", *at))
      *at = '?';
  return name;
}

char *
words_join(const GPtrArray *words, const char *separator)
{
  const gsize max = FIELD_TEXT_MAX - strlen(separator) - strlen(ELLIPSIS);
  g_autoptr(GString) joined = g_string_new(NULL);

  for (guint i = 0; i < words->len; i++) {
    const char *word = words->pdata[i];
    bool fits = joined->len + strlen(separator) + strlen(word) <= max;

    if (joined->len > 0)
      g_string_append(joined, separator);
    g_string_append(joined, fits ? word : ELLIPSIS);
    if (!fits)
      break;
  }
  return joined->len > 0 ? g_strdup(joined->str) : NULL;
}

char *
words_url(const char *text)
{
  g_autofree char *url = words_fact(text, FIELD_TEXT_MAX);

  if (!url)
    return NULL;
  url[strcspn(url, "?#")] = '\0';
  char *scheme_end = strstr(url, "://");
  char *host = scheme_end ? scheme_end + strlen("://") : url;
  /* The last '@' before the path: a password may have others in it. */
  char *at = memrchr(host, '@', strcspn(host, "/"));
  return at ? g_strdup_printf("%.*s%s", (int)(host - url), url, at + 1) : g_steal_pointer(&url);
}

/* "USER:PASSWORD@" behind "://" */
static bool
has_password(const char *at, const char *end)
{
  bool is_colon_seen = false;

  for (; at < end && !g_ascii_isspace(*at) && *at != '/'; at++) {
    if (*at == '@')
      return is_colon_seen;
    is_colon_seen = is_colon_seen || *at == ':';
  }
  return false;
}

bool
words_hold_secret(const char *text, gsize length)
{
  static const char scheme[] = "://", key[] = "PRIVATE KEY-----";
  const char *end = text + length, *at = text;

  if (memmem(text, length, key, strlen(key)))
    return true;
  while ((at = memmem(at, (gsize)(end - at), scheme, strlen(scheme)))) {
    at += strlen(scheme);
    if (has_password(at, end))
      return true;
  }
  return false;
}
