/* SPDX-License-Identifier: Apache-2.0 */
/* File systems and containers that are not read here, told by the bytes blkid knows them by. */
#pragma once

#include "guest/disk/device.h"

struct magic {
  const char *name; /* blkid's TYPE: "xfs", "LVM2_member", … */
  guint32 offset;   /* bytes from the start of the device */
  const char *bytes;
  guint8 length;
  bool container; /* what it holds lies anywhere in it: looked for before any file system */
  bool encrypted;
  bool auxiliary; /* never holds an operating system's root */
};

/* Bytes at the start of a device that tell a container, and that tell anything. */
#define MAGIC_CONTAINER_HEAD ((size_t)0x2000)
#define MAGIC_HEAD           ((size_t)0x11000)

/* The container whose magic is in these first bytes; NULL when there is none. */
const struct magic *magic_container(const guint8 *head, size_t length);

/*
 * Whatever magic is in these first bytes of a device, or, for a member of an array, at its end.
 * NULL when none is known, and when the end cannot be read.
 */
const struct magic *magic_find(struct device *device, const guint8 *head, size_t length);

/* Whether a type of that name never holds an operating system. */
bool magic_is_auxiliary(const char *name);
