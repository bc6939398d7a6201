/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Images: the files and volumes behind disks, their headers and chains. Opens only regular files
 * and block devices of this machine, and believes only declared formats: a raw image is never
 * probed for another.
 */
#pragma once

#include "facts/domain.h"
#include "facts/image.h"
#include "hypervisor/storage.h"

#include <glib.h>

struct images;
typedef struct images Images;

/*
 * The images of one hypervisor; each is read once, however many disks and overlays name it.
 * `storage` stays the caller's. When `local` is false nothing is opened: images are
 * inventoried as `remote`.
 */
struct images *images_new(const struct storage *storage, bool local);
void images_free(struct images *images); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Images, images_free)

/*
 * Directories that hold disks of domains are known storage, as pools are: a raw backing file is
 * believed only there. Call for every disk of every domain before the first images_chain(), so that
 * the order of domains does not matter; a volume is resolved and disk->image_path set on the way,
 * without `.` and `..`.
 */
void images_register_disk(struct images *images, struct disk *disk);

/*
 * The chain of a disk, top image first, as a new array of `const struct image *` that stay the
 * images'; read on first use. It ends where an image cannot be followed further;
 * images_status() of the first says why. NULL when the disk has no image on a file system
 * (network, nvme, empty drive).
 *
 * What is wrong with the link from an image to its backing image (IMAGE_BACKING_*, but for
 * IMAGE_BACKING_TOO_DEEP, which is nobody's own fault) is that image's own status and `chain`; the
 * images above it stay `ok` and have the same word as their `chain`.
 */
GPtrArray *images_chain(struct images *images, const struct disk *disk);

/*
 * Whether the content of an image that was the top of a chain can be read: IMAGE_OK, and then every
 * image of its chain is raw or qcow2 and `ok`; otherwise the word for what prevents it.
 */
const char *images_status(const struct image *top);

/*
 * A new descriptor of an image whose status lets its content be read, opened for reading; -1
 * with `errno` set otherwise. Refuses when the file is no longer the one whose header was read,
 * or was written to (ESTALE), which an image that is `live` may be.
 */
int images_open(const struct images *images, const struct image *image, bool live);

/*
 * The chain of every image that others back onto and that was no disk's top image: templates
 * without a domain of their own. Those below a broken chain are left out. `found` takes over an
 * array as images_chain() gives it. Call after the last images_chain().
 */
void images_foreach_base(struct images *images, void (*found)(GPtrArray *chain, gpointer data),
                         gpointer data);

/* What a reader found in an image: a guest's status, and the machine ID it carries or NULL. */
void images_set_content(struct images *images, const struct image *image, const char *status,
                        const char *machine_id, const char *machine_id_path);

/* Make volumes that no chain has used images too: orphans, whose headers are read, not believed. */
void images_add_orphans(struct images *images);

/* Call `emit` for every image, sorted by path. */
void images_foreach(const struct images *images,
                    void (*emit)(const struct image *image, gpointer data), gpointer data);
