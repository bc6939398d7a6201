/* SPDX-License-Identifier: Apache-2.0 */
/* block.c of QEMU: path_has_protocol(), path_combine(); block/file-posix.c: the prefix `file:`. */
#include "hypervisor/backing_name.h"

#include "facts/shape.h"

#include <stdlib.h>
#include <string.h>

/* A colon before the first slash makes a protocol, however short or unknown. */
static bool
has_protocol(const char *name)
{
  return name[strcspn(name, ":/")] == ':';
}

/* What is wrong with a name, with its prefix `file:` taken off already; NULL when nothing is. */
static const char *
find_fault(const char *name, bool prefixed)
{
  if (prefixed && *name != '/')
    return "its backing file is a relative name after file: depends on where QEMU was started";
  if (*name == '\0')
    return "its backing file name is empty";
  if (!prefixed && has_protocol(name))
    return "its backing file name is a protocol, not a file";
  if (!g_utf8_validate(name, -1, NULL))
    return "its backing file name is not UTF-8";
  return NULL;
}

static char *
refuse(const char *why, const char **ret_refusal)
{
  if (ret_refusal)
    *ret_refusal = why;
  return NULL;
}

char *
backing_name_resolve(GBytes *octets, const char *image_path, const char **ret_refusal)
{
  gsize size;
  const char *bytes = g_bytes_get_data(octets, &size);
  g_autofree char *text = g_strndup(bytes, size);
  bool prefixed = g_str_has_prefix(text, "file:");
  const char *name = prefixed ? text + strlen("file:") : text;
  const char *fault = find_fault(name, prefixed);

  if (fault)
    return refuse(fault, ret_refusal);
  if (*name == '/')
    return g_strdup(name);
  g_autofree char *folder = g_path_get_dirname(image_path);
  char *path = g_build_filename(folder, name, NULL);
  if (strlen(path) <= FIELD_TEXT_MAX)
    return path;
  g_free(path);
  return refuse("its backing file name is too long", ret_refusal);
}

static bool
is_plain(const char *path)
{
  return !strstr(path, "//") && !strstr(path, "/./") && !strstr(path, "/../") &&
         !g_str_has_suffix(path, "/.") && !g_str_has_suffix(path, "/..");
}

char *
backing_name_normalize(const char *path, bool local)
{
  if (is_plain(path))
    return g_strdup(path);
  g_autofree char *folder = g_path_get_dirname(path);
  g_autofree char *base = g_path_get_basename(path);
  char *real =
      local && strcmp(base, "..") != 0 && strcmp(base, ".") != 0 ? realpath(folder, NULL) : NULL;
  if (!real)
    return g_canonicalize_filename(path, "/");
  g_autofree char *normal = g_build_filename(real, base, NULL);
  free(real);
  bool is_text = strlen(normal) <= FIELD_TEXT_MAX && g_utf8_validate(normal, -1, NULL);
  return is_text ? g_steal_pointer(&normal) : g_canonicalize_filename(path, "/");
}
