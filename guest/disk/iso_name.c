/* SPDX-License-Identifier: Apache-2.0 */
/* Names of ISO 9660, by which of three ways the volume has them. */
#include "guest/disk/iso_name.h"

#include "guest/disk/iso_rock_ridge.h"

#include <string.h>

/* UCS-2 in big-endian order; NULL for what is none. */
static char *
joliet_name(const guint8 *identifier, guint8 length)
{
  gunichar2 units[ISO_RECORD_MAX / 2 + 1] = {0};

  for (guint i = 0; i < length / 2u; i++)
    units[i] = (gunichar2)(identifier[2 * i] << 8 | identifier[2 * i + 1]);
  return g_utf16_to_utf8(units, length / 2, NULL, NULL, NULL);
}

/* As Linux does: no version, and no dot at the end (fs/isofs/joliet.c and dir.c). */
static char *
without_version(char *name)
{
  size_t length = strlen(name);

  if (length > 2 && strcmp(name + length - 2, ";1") == 0)
    length -= 2;
  while (length > 1 && name[length - 1] == '.')
    length--;
  name[length] = '\0';
  return name;
}

static char *
plain_name(const guint8 *identifier, guint8 length)
{
  g_autofree char *name = g_strndup((const char *)identifier, length);

  return g_ascii_strdown(without_version(name), -1);
}

bool
iso_name_read(const struct iso_volume *volume, const struct iso_record *record, char **ret_name,
              GError **error)
{
  struct iso_rock_ridge extension = {0};
  guint8 length;
  const guint8 *identifier = iso_record_identifier(record, &length);

  *ret_name = NULL;
  if (volume->names == ISO_NAMES_ROCK_RIDGE &&
      !iso_rock_ridge_read(volume, record, &extension, error))
    return false;
  if (extension.name)
    *ret_name = g_string_free(extension.name, FALSE);
  else if (volume->names != ISO_NAMES_JOLIET)
    *ret_name = plain_name(identifier, length);
  else if ((*ret_name = joliet_name(identifier, length)))
    without_version(*ret_name);
  return true;
}
