/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for a label, by reading as little as that takes. */
#include "guest/disk/seed_volume.h"

#include "guest/disk/fat.h"
#include "guest/disk/iso.h"
#include "guest/disk/iso_volume.h"

#include <string.h>

static bool
is_seed_label(const char *label)
{
  return strcmp(label, "cidata") == 0 || strcmp(label, "CIDATA") == 0;
}

/* An installer's image has a large tree, and another label. */
static struct fs *
open_iso(struct device *device)
{
  struct iso_volume volume;

  if (!iso_volume_open(device, &volume, NULL) || !is_seed_label(volume.label))
    return NULL;
  return iso_open(device, NULL);
}

static struct fs *
open_fat(struct device *device)
{
  g_autoptr(Fs) fs = fat_open(device, NULL);

  return fs && is_seed_label(fs->label) ? g_steal_pointer(&fs) : NULL;
}

struct fs *
seed_volume_open(struct device *device)
{
  struct fs *fs = open_iso(device);

  return fs ? fs : open_fat(device);
}
