/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about an image: one file or volume of a hypervisor, and how it hangs on others. */
#pragma once

#include "facts/shape.h"

struct image {
  char *path;          /* on the hypervisor's host; unique there */
  char *pool, *volume; /* where an active pool holds it */
  char *status;        /* one of IMAGE_* below */
  char *detail;
  char *file_id;         /* "device:inode" in hexadecimal: one file under two names has one */
  char *declared_format; /* by the domain, pool or overlay that names it; NULL for an orphan */
  char *format;          /* raw, qcow2, vmdk, vdi, vhdx, vpc, qed, luks; NULL when not opened */
  char *magic_format;    /* what a raw file's first bytes claim to be: a format mismatch */
  gint64 format_version; /* qcow2: 2, 3 */
  gint64 virtual_size, apparent_size, allocated; /* bytes */
  char *provisioning;                            /* thin, metadata, preallocated */
  gint64 readonly;       /* no write permission for anyone, or a read-only file system */
  gint64 cluster_size;   /* bytes */
  char *compression;     /* zlib, zstd */
  GBytes *backing_path;  /* as the header has it */
  char *backing_format;  /* as the header has it */
  char *backing_image;   /* path of the image below, resolved; NULL: none */
  gint64 chain_depth;    /* images below this one: 0 for a base */
  char *chain;           /* IMAGE_OK, or what is wrong below; NULL: not followed */
  GBytes *data_file;     /* external data file, as the header has it */
  char *encryption;      /* aes, luks */
  gint64 dirty, corrupt; /* qcow2's incompatible bits 0 and 1 */
  gint64 extended_l2;
  gint64 snapshots; /* internal ones */
  /* Of an image that others back onto, and no domain has as its disk: what a reader found in it. */
  char *content_status;  /* as a guest's status; NULL for all other images */
  char *machine_id;      /* decoded; NULL when it carries none */
  char *machine_id_path; /* file that says so */
};
SHAPE_DECLARE(Image, image)

#define IMAGE_OK                     "ok"
#define IMAGE_REMOTE                 "remote" /* not a path of this machine: never opened */
#define IMAGE_MISSING                "missing"
#define IMAGE_DENIED                 "denied"
#define IMAGE_NOT_REGULAR            "not-regular"     /* no file and no block device */
#define IMAGE_UNREADABLE             "unreadable"      /* an I/O error */
#define IMAGE_CORRUPT                "corrupt"         /* the header contradicts itself */
#define IMAGE_FORMAT_MISMATCH        "format-mismatch" /* declared one format, is another */
#define IMAGE_FORMAT_MISSING         "format-missing"  /* nobody declared one: not believed */
#define IMAGE_UNKNOWN_FEATURE        "unknown-feature"
#define IMAGE_ENCRYPTED              "encrypted"
#define IMAGE_EXTERNAL_DATA_FILE     "external-data-file"
#define IMAGE_UNSUPPORTED_FORMAT     "unsupported-format"
#define IMAGE_BACKING_FORMAT_MISSING "backing-format-missing"
#define IMAGE_BACKING_MISSING        "backing-missing"
#define IMAGE_BACKING_REFUSED        "backing-refused" /* no file, or raw outside the storage */
#define IMAGE_BACKING_LOOP           "backing-loop"
#define IMAGE_BACKING_TOO_DEEP       "backing-too-deep"

#define IMAGE_CHAIN_MAX 32 /* images in a chain, the top one counted */
