/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to read in each type of part; scripts and unknown types have nothing to tell. */
#include "guest/cloud/parts.h"

#include "facts/cloud.h"
#include "guest/cloud/part_type.h"
#include "guest/cloud/secrets.h"
#include "guest/cloud/words.h"

#include <string.h>

#define TYPE_NAME_MAX 60

static void
take_config(struct parts *parts, const struct part *part)
{
  struct user_data *data = parts->data;
  g_autoptr(GError) error = NULL;
  struct merge_how how = merge_how_of_text(part->merge_type, &merge_how_parts);
  struct yaml *document = yaml_parse(part->body, &error);

  if (!document) {
    trouble_note_error(&data->trouble, part->where, error);
    return;
  }
  const struct yaml_node *root = yaml_root(document);
  if (root && root->kind != YAML_MAPPING && (root->kind == YAML_SEQUENCE || yaml_text(root)))
    trouble_note(&data->trouble, CLOUD_MALFORMED, "%s:%u:%u: cloud-config is no mapping",
                 part->where, root->line, root->column);
  secrets_find(root, parts->prefix, data->secrets);
  cloud_config_merge(data->config, document, &how);
}

/* An entry is a content, or a mapping that has one. */
static void
take_entry(struct parts *parts, const struct yaml_node *entry, const char *where)
{
  const struct yaml_node *node = entry->kind == YAML_MAPPING ? yaml_get(entry, "content") : entry;
  const char *content = yaml_text(node), *type = yaml_text(yaml_get(entry, "type"));

  if (!content)
    return;
  struct text body = {content, strlen(content)};
  const struct part part = {
      .type = type ? type : part_type_of_content(body, PART_CONFIG),
      .merge_type = yaml_text(yaml_get(entry, "Merge-Type")),
      .body = body,
      .where = where,
      .is_archived = true,
  };
  parts_add(parts, &part);
}

static void
take_archive(struct parts *parts, const struct part *part)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Yaml) archive = yaml_parse(part->body, &error);
  const struct yaml_node *root = archive ? yaml_root(archive) : NULL;

  if (error)
    trouble_note_error(&parts->data->trouble, part->where, error);
  else if (root && root->kind != YAML_SEQUENCE)
    trouble_note(&parts->data->trouble, CLOUD_MALFORMED, "%s:%u:%u: an archive is no list",
                 part->where, root->line, root->column);
  for (guint i = 0; root && root->kind == YAML_SEQUENCE && i < root->items->len; i++) {
    g_autofree char *where = g_strdup_printf("%s entry %u", part->where, i + 1);

    take_entry(parts, root->items->pdata[i], where);
  }
}

/* Lines are URLs, "#include URL", or comments. */
static void
take_include(struct parts *parts, const struct part *part)
{
  struct text rest = part->body, line;

  while (!parts->data->fetched_from && text_next_line(&rest, &line)) {
    g_autofree char *text = g_strndup(line.at, line.length);
    const char *url = text;

    if (g_ascii_strncasecmp(url, "#include", strlen("#include")) == 0)
      url += strcspn(url, " \t");
    url += strspn(url, " \t");
    if (*url && *url != '#')
      parts->data->fetched_from = words_url(url);
  }
}

static void
take_unknown(struct parts *parts, const struct part *part)
{
  if (part->body.length > 0)
    trouble_note(&parts->data->trouble, CLOUD_MALFORMED,
                 "%s: it begins with nothing that cloud-init knows, as #cloud-config", part->where);
}

#define ENCRYPTED "an encrypted part"
#define FETCHED   "it includes what only the guest can fetch"

static const struct kind {
  const char *type;
  void (*take)(struct parts *parts, const struct part *part); /* NULL: nothing to read */
  const char *unsupported;                                    /* why; NULL: it is not */
  bool in_archives;
} kinds[] = {
    {PART_CONFIG, take_config, .in_archives = true},
    {PART_ARCHIVE, take_archive},
    {PART_INCLUDE, take_include, FETCHED},
    {PART_INCLUDE_ONCE, take_include, FETCHED},
    {PART_JINJA, NULL, "a Jinja template, which only the guest can fill in", true},
    {PART_CONFIG_PATCH, NULL, "a JSON patch of the configuration", true},
    {PART_NOT_MULTIPART, take_unknown, .in_archives = true},
    {"application/pkcs7-mime", NULL, ENCRYPTED, true},
    {"application/x-pkcs7-mime", NULL, ENCRYPTED, true},
};

/* NULL of scripts and the like. */
static const struct kind *
kind_of(const struct part *part)
{
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (strcmp(part->type, kinds[i].type) == 0 && (kinds[i].in_archives || !part->is_archived))
      return &kinds[i];
  return NULL;
}

/* cloud-config names its secrets itself, and an archive is looked at entry by entry. */
static bool
has_secret(const struct part *part)
{
  return strcmp(part->type, PART_CONFIG) != 0 && strcmp(part->type, PART_ARCHIVE) != 0 &&
         words_hold_secret(part->body.at, part->body.length);
}

void
parts_add(struct parts *parts, const struct part *part)
{
  struct user_data *data = parts->data;
  guint index = data->types->len;

  parts->expanded += part->body.length;
  if (index == USER_DATA_PARTS_MAX || parts->expanded > USER_DATA_EXPANDED_MAX) {
    trouble_note(&data->trouble, CLOUD_TOO_LARGE, "%s: too many parts, or too large ones",
                 parts->name);
    return;
  }
  if (has_secret(part) && data->secrets->len < SECRETS_MAX)
    g_ptr_array_add(data->secrets, g_strdup_printf("%spart[%u]", parts->prefix, index));
  g_ptr_array_add(data->types, words_name(part->type, TYPE_NAME_MAX));
  const struct kind *kind = kind_of(part);
  if (kind && kind->unsupported)
    trouble_note(&data->trouble, CLOUD_UNSUPPORTED, "%s: %s", part->where, kind->unsupported);
  if (kind && kind->take)
    kind->take(parts, part);
}
