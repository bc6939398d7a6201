/* SPDX-License-Identifier: Apache-2.0 */
/* The table of magics; offsets and bytes as in util-linux, libblkid/src/superblocks. */
#include "guest/disk/magic.h"

#include <string.h>

#define AT(where, text) .offset = (where), .bytes = (text), .length = sizeof(text) - 1
#define RAID            "linux_raid_member", .container = true
#define LVM             "LVM2_member", .container = true
#define RAID_MAGIC      "\xfc\x4e\x2b\xa9"

/* The first that fits counts: containers, then long magics, then those of two bytes. */
static const struct magic magics[] = {
    {"crypto_LUKS", AT(0, "LUKS\xba\xbe"), .container = true, .encrypted = true},
    {"BitLocker", AT(3, "-FVE-FS-"), .container = true, .encrypted = true},
    {LVM, AT(0x218, "LVM2 001")},
    {LVM, AT(0x018, "LVM2 001")},
    {LVM, AT(0x418, "LVM2 001")},
    {LVM, AT(0x618, "LVM2 001")},
    {RAID, AT(0x0000, RAID_MAGIC)},
    {RAID, AT(0x1000, RAID_MAGIC)},
    {"bcache", AT(0x1018, "\xc6\x85\x73\xf6\x4e\x1a\x45\xca\x82\x65\xf5\x7f\x48\xba\x6d\x81"),
     .container = true},
    {"xfs", AT(0, "XFSB")},
    {"btrfs", AT(0x10040, "_BHRfS_M")},
    {"zfs_member", AT(0x4014, "\0\0\0\7version")},
    {"bcachefs", AT(0x1018, "\xc6\x85\x73\xf6\x66\xce\x90\xa9\xd9\x6a\x60\xcf\x80\x3d\xf7\xef")},
    {"ntfs", AT(3, "NTFS    ")},
    {"exfat", AT(3, "EXFAT   "), .auxiliary = true},
    {"vfat", AT(0x52, "FAT32   "), .auxiliary = true},
    {"vfat", AT(0x36, "FAT16   "), .auxiliary = true},
    {"vfat", AT(0x36, "FAT12   "), .auxiliary = true},
    {"vfat", AT(0x36, "FAT     "), .auxiliary = true},
    {"iso9660", AT(0x8001, "CD001"), .auxiliary = true},
    {"udf", AT(0x8001, "BEA01"), .auxiliary = true},
    {"f2fs", AT(0x400, "\x10\x20\xf5\xf2")},
    {"reiserfs", AT(0x10034, "ReIsErFs")},
    {"reiserfs", AT(0x10034, "ReIsEr2Fs")},
    {"reiserfs", AT(0x10034, "ReIsEr3Fs")},
    {"reiserfs", AT(0x2034, "ReIsErFs")},
    {"reiser4", AT(0x10000, "ReIsEr4")},
    {"jfs", AT(0x8000, "JFS1")},
    {"nilfs2", AT(0x406, "\x34\x34")},
    {"ufs", AT(0x1055c, "\x19\x01\x54\x19")},
    {"ufs", AT(0x255c, "\x54\x19\x01\0")},
    {"apfs", AT(0x20, "NXSB")},
    {"squashfs", AT(0, "hsqs")},
    {"erofs", AT(0x400, "\xe2\xe1\xf5\xe0")},
    {"cramfs", AT(0, "\x45\x3d\xcd\x28")},
    {"gfs2", AT(0x10000, "\x01\x16\x19\x70")},
    {"ocfs2", AT(0x400, "OCFSV2")},
    {"ocfs2", AT(0x1000, "OCFSV2")},
    {"ceph_bluestore", AT(0, "bluestore block device")},
    {"swsuspend", AT(0xff6, "S1SUSPEND"), .auxiliary = true},
    {"swsuspend", AT(0xff6, "S2SUSPEND"), .auxiliary = true},
    {"swsuspend", AT(0xff6, "ULSUSPEND"), .auxiliary = true},
    {"swsuspend", AT(0xff6, "LINHIB0001"), .auxiliary = true},
    {"swap", AT(0xff6, "SWAPSPACE2"), .auxiliary = true},
    {"swap", AT(0x1ff6, "SWAPSPACE2"), .auxiliary = true},
    {"swap", AT(0x3ff6, "SWAPSPACE2"), .auxiliary = true},
    {"swap", AT(0x7ff6, "SWAPSPACE2"), .auxiliary = true},
    {"swap", AT(0xfff6, "SWAPSPACE2"), .auxiliary = true},
    {"swap", AT(0xff6, "SWAP-SPACE"), .auxiliary = true},
    {"hfsplus", AT(0x400, "H+\0\4")},
    {"hfsplus", AT(0x400, "HX\0\5")},
    {"hfs", AT(0x400, "BD")},
    {"minix", AT(0x410, "\x7f\x13")},
    {"minix", AT(0x410, "\x8f\x13")},
    {"minix", AT(0x410, "\x68\x24")},
    {"minix", AT(0x410, "\x78\x24")},
    {"minix", AT(0x418, "\x5a\x4d")},
    {"jbd", .auxiliary = true}, /* an ext superblock with a feature bit: found by ext_open() */
};

/* Where a member of an array of metadata 1.0 or 0.90 says so (linux, drivers/md/md.c). */
static const struct magic tail = {RAID, AT(0, RAID_MAGIC)};

static bool
fits(const struct magic *magic, const guint8 *head, size_t length)
{
  return magic->length > 0 && (size_t)magic->offset + magic->length <= length &&
         memcmp(head + magic->offset, magic->bytes, magic->length) == 0;
}

const struct magic *
magic_container(const guint8 *head, size_t length)
{
  for (guint i = 0; i < G_N_ELEMENTS(magics); i++)
    if (magics[i].container && fits(&magics[i], head, length))
      return &magics[i];
  return NULL;
}

static bool
tail_fits(struct device *device, guint64 offset)
{
  guint8 bytes[4];

  return device_read(device, bytes, sizeof(bytes), offset, NULL) &&
         fits(&tail, bytes, sizeof(bytes));
}

static bool
is_array_member(struct device *device)
{
  /* 1.0: at least 8 KiB from the end, on a boundary of 4 KiB; 0.90: the last whole 64 KiB. */
  return device->size >= 0x20000 &&
         (tail_fits(device, (device->size - 0x2000) & ~(guint64)0xfff) ||
          tail_fits(device, (device->size & ~(guint64)0xffff) - 0x10000));
}

const struct magic *
magic_find(struct device *device, const guint8 *head, size_t length)
{
  for (guint i = 0; i < G_N_ELEMENTS(magics); i++)
    if (fits(&magics[i], head, length))
      return &magics[i];
  return is_array_member(device) ? &tail : NULL;
}

bool
magic_is_auxiliary(const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS(magics); i++)
    if (strcmp(magics[i].name, name) == 0)
      return magics[i].auxiliary;
  return false;
}
