/* SPDX-License-Identifier: Apache-2.0 */
/* The tables by which cloud-init takes a part for what it is. */
#include "guest/cloud/part_type.h"

#include <string.h>

/* Longest beginning first. */
static const struct beginning {
  const char *text; /* lower case */
  const char *type;
} beginnings[] = {
    {"#cloud-config-archive", PART_ARCHIVE},
    {"#cloud-config-jsonp", PART_CONFIG_PATCH},
    {"## template: jinja", PART_JINJA},
    {"#cloud-boothook", "text/cloud-boothook"},
    {"#include-once", PART_INCLUDE_ONCE},
    {"#cloud-config", PART_CONFIG},
    {"#part-handler", "text/part-handler"},
    {"#include", PART_INCLUDE},
    {"#!", PART_SCRIPT},
};

static bool
begins_with(struct text content, const char *beginning)
{
  gsize length = strlen(beginning);

  return content.length >= length && g_ascii_strncasecmp(content.at, beginning, length) == 0;
}

const char *
part_type_of_content(struct text content, const char *otherwise)
{
  while (content.length > 0 && g_ascii_isspace(content.at[0])) {
    content.at++;
    content.length--;
  }
  for (guint i = 0; i < G_N_ELEMENTS(beginnings); i++)
    if (begins_with(content, beginnings[i].text))
      return beginnings[i].type;
  return otherwise;
}

bool
part_type_is_vague(const char *type)
{
  static const char *const vague[] = {PART_PLAIN, PART_NOT_MULTIPART, PART_SCRIPT, NULL};

  return g_strv_contains(vague, type);
}

bool
part_type_is_gzip(const char *type)
{
  static const char *const gzip[] = {
      "application/gzip",       "application/gzip-compressed",   "application/gzipped",
      "application/x-compress", "application/x-compressed",      "application/x-gunzip",
      "application/x-gzip",     "application/x-gzip-compressed", NULL,
  };

  return g_strv_contains(gzip, type);
}
