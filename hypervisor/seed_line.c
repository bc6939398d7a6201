/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a line, and what one of them says behind its semicolons. */
#include "hypervisor/seed_line.h"

#include "hypervisor/foreign_text.h"

#include <string.h>

#define BLANKS " \t\r\n\v\f"

/* What is behind the name of the source, in a word that is one; NULL in any other. */
static const char *
arguments_of(const char *word)
{
  static const char *const sources[] = {"ds=nocloud-net", "ds=nocloud"};

  for (guint i = 0; i < G_N_ELEMENTS(sources); i++) {
    const char *behind = word + strlen(sources[i]);

    if (g_str_has_prefix(word, sources[i]) && (*behind == ';' || *behind == '\0'))
      return behind;
  }
  return NULL;
}

/* "http://user:password@host/path?query" as "http://host/path". */
static char *
public_url(const char *url)
{
  const char *scheme_end = strstr(url, "://");
  const char *host = scheme_end ? scheme_end + strlen("://") : url;
  const char *path = host + strcspn(host, "/?#");
  const char *at = scheme_end ? g_strrstr_len(host, path - host, "@") : NULL;
  g_autofree char *before = g_strndup(url, (gsize)(host - url));
  const char *rest = at ? at + 1 : host;
  g_autofree char *plain = g_strndup(rest, strcspn(rest, "?#"));
  g_autofree char *whole = g_strconcat(before, plain, NULL);

  return foreign_text_clean(whole, FIELD_TEXT_MAX);
}

static char *
plain_text(const char *value)
{
  return foreign_text_clean(value, FIELD_TEXT_MAX);
}

#define AT(member) offsetof(struct seed, member)
static const struct argument {
  const char *names[2]; /* cloud-init's own, and one for those who type it */
  size_t offset;        /* of a text in struct seed */
  char *(*clean)(const char *value);
} arguments[] = {
    {{"instance-id", "i"}, AT(instance_id), plain_text},
    {{"local-hostname", "h"}, AT(hostname), plain_text},
    {{"seedfrom", "s"}, AT(fetched_from), public_url},
};
#undef AT

static void
set_argument(struct seed *seed, const char *name, const char *value)
{
  for (guint i = 0; i < G_N_ELEMENTS(arguments); i++) {
    const struct argument *argument = &arguments[i];
    char **member = (char **)((char *)seed + argument->offset);

    if (strcmp(name, argument->names[0]) != 0 && strcmp(name, argument->names[1]) != 0)
      continue;
    g_free(*member);
    *member = *value ? argument->clean(value) : NULL;
  }
}

static struct seed *
parse_arguments(const char *text, const char *place)
{
  g_auto(GStrv) items = g_strsplit(text, ";", -1);
  struct seed *seed = seed_new();

  seed->place = g_strdup(place);
  seed->status = g_strdup(CLOUD_OK);
  for (char **item = items; *item; item++) {
    char *equals = strchr(*item, '=');

    if (!equals)
      continue;
    *equals = '\0';
    set_argument(seed, *item, equals + 1);
  }
  return seed;
}

struct seed *
seed_line_parse(const char *line, const char *place)
{
  g_auto(GStrv) words = g_strsplit_set(line, BLANKS, -1);
  const char *found = NULL;

  for (char **word = words; *word; word++) {
    const char *behind = arguments_of(*word);

    if (behind)
      found = behind;
  }
  return found ? parse_arguments(found, place) : NULL;
}
