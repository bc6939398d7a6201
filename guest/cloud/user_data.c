/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of user-data: compressed or not, a MIME message or one part alone. */
#include "guest/cloud/user_data.h"

#include "guest/cloud/gzip.h"
#include "guest/cloud/mime.h"
#include "guest/cloud/part_type.h"
#include "guest/cloud/parts.h"

#include <string.h>

#define MIME_SEARCHED_MAX 4096 /* how far cloud-init looks for "mime-version:" */

/* A part whose content may say more of its type than its header does. */
static void
add_typed(struct parts *parts, struct part part)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SecretString) expanded = NULL;

  if (part_type_is_gzip(part.type)) {
    expanded = gzip_expand(part.body, &error);
    if (!expanded) {
      trouble_note_error(&parts->data->trouble, part.where, error);
      return;
    }
    part.body = secret_string_text(expanded);
    part.type = PART_PLAIN;
  }
  if (part_type_is_vague(part.type))
    part.type = part_type_of_content(part.body, part.type);
  parts_add(parts, &part);
}

/* A mime_visit. What is wrong with one part is no reason to leave out the others. */
static bool
visit_part(const struct mime_part *part, gpointer user_data, GError **error)
{
  struct parts *parts = user_data;
  g_autofree char *where = g_strdup_printf("%s part %u", parts->name, parts->data->types->len + 1);

  (void)error;
  add_typed(parts, (struct part){
                       .type = part->type,
                       .merge_type = part->merge_type,
                       .body = part->body,
                       .where = where,
                   });
  return true;
}

static bool
is_message(struct text bytes)
{
  gsize searched = MIN(bytes.length, MIME_SEARCHED_MAX);
  g_autofree char *beginning = g_ascii_strdown(bytes.at, (gssize)searched);
  bool found = memmem(beginning, searched, "mime-version:", strlen("mime-version:"));

  explicit_bzero(beginning, searched);
  return found;
}

static void
read_plain(struct parts *parts, struct text bytes)
{
  g_autoptr(GError) error = NULL;

  if (!is_message(bytes))
    add_typed(parts,
              (struct part){.type = PART_NOT_MULTIPART, .body = bytes, .where = parts->name});
  else if (!mime_walk(bytes, visit_part, parts, &error))
    trouble_note_error(&parts->data->trouble, parts->name, error);
}

struct user_data *
user_data_read(struct text bytes, const char *name, const char *prefix)
{
  struct user_data *data = g_new0(struct user_data, 1);
  struct parts parts = {.data = data, .name = name, .prefix = prefix};
  g_autoptr(SecretString) expanded = NULL;
  g_autoptr(GError) error = NULL;

  data->types = g_ptr_array_new_with_free_func(g_free);
  data->secrets = g_ptr_array_new_with_free_func(g_free);
  data->config = cloud_config_new();
  if (gzip_is(bytes))
    expanded = gzip_expand(bytes, &error);
  if (error)
    trouble_note_error(&data->trouble, name, error);
  else if (bytes.length > 0)
    read_plain(&parts, expanded ? secret_string_text(expanded) : bytes);
  return data;
}

void
user_data_free(struct user_data *data)
{
  if (!data)
    return;
  trouble_clear(&data->trouble);
  g_ptr_array_unref(data->types);
  g_clear_pointer(&data->secrets, g_ptr_array_unref); /* may have been taken */
  cloud_config_free(data->config);
  g_free(data->fetched_from);
  g_free(data);
}
