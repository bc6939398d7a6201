/* SPDX-License-Identifier: Apache-2.0 */
/* File systems that are only named, as the tools that make them and blkid name them. */
#include "guest/disk/magic.h"
#include "guest/disk/fs.h"
#include "guest/disk/raw.h"
#include "tests/unit/scratch.h"

#include <string.h>
#include <unistd.h>

static const struct {
  const char *tool;
  const char *script; /* makes `image`, which is there with 128 MiB of nothing */
  const char *name;
} made[] = {
    {"mkswap", "mkswap image", "swap"},
    {"mkswap", "mkswap image; printf S1SUSPEND | dd of=image bs=1 seek=4086 conv=notrunc",
     "swsuspend"},
    {"mkfs.minix", "mkfs.minix image", "minix"},
    {"mkfs.minix", "mkfs.minix -3 image", "minix"},
    {"mkfs.cramfs", "mkdir d; echo x >d/x; mkfs.cramfs d image", "cramfs"},
    {"mkfs.xfs", "truncate -s 400M image; mkfs.xfs image", "xfs"},
    {"mkfs.btrfs", "mkfs.btrfs image", "btrfs"},
    {"mkfs.vfat", "truncate -s 4M image; mkfs.vfat -F 12 image", "vfat"},
    {"mkfs.vfat", "mkfs.vfat -F 16 image", "vfat"},
    {"mkfs.vfat", "mkfs.vfat -F 32 image", "vfat"},
    {"mkfs.exfat", "mkfs.exfat image", "exfat"},
    {"mkfs.ntfs", "mkfs.ntfs -F -Q image", "ntfs"},
    {"mkfs.f2fs", "mkfs.f2fs image", "f2fs"},
    {"mksquashfs", "mkdir s; echo x >s/x; rm image; mksquashfs s image -no-progress", "squashfs"},
    {"cryptsetup",
     "echo x | cryptsetup luksFormat -q --type luks1 --pbkdf-force-iterations 1000 image -",
     "crypto_LUKS"},
    {"cryptsetup",
     "echo x | cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000"
     " image -",
     "crypto_LUKS"},
    {"mke2fs", "mke2fs -q -O journal_dev -b 4096 image", "jbd"},
};

static const struct {
  const char *name;
  guint32 offset;
  const char *bytes;
  gsize length;
} written[] = {
    {"LVM2_member", 0x200, "LABELONE\1\0\0\0\0\0\0\0\0\0\0\0 \0\0\0LVM2 001", 32},
    {"linux_raid_member", 0x1000, "\xfc\x4e\x2b\xa9\1\0\0\0", 8},
    {"linux_raid_member", 0, "\xfc\x4e\x2b\xa9\1\0\0\0", 8},
    {"linux_raid_member", (128 << 20) - 0x2000, "\xfc\x4e\x2b\xa9\1\0\0\0", 8},
    {"linux_raid_member", (128 << 20) - 0x10000, "\xfc\x4e\x2b\xa9\0\0\0\0", 8},
    {"BitLocker", 3, "-FVE-FS-", 8},
    {"zfs_member", 0x4014, "\0\0\0\7version", 11},
    {"iso9660", 0x8001, "CD001", 5},
    {"udf", 0x8001, "BEA01", 5},
    {"reiserfs", 0x10034, "ReIsEr2Fs", 9},
    {"jfs", 0x8000, "JFS1", 4},
    {"erofs", 0x400, "\xe2\xe1\xf5\xe0", 4},
    {"hfsplus", 0x400, "H+\0\4", 4},
    {"apfs", 0x20, "NXSB", 4},
    {"bcachefs", 0x1018, "\xc6\x85\x73\xf6\x66\xce\x90\xa9\xd9\x6a\x60\xcf\x80\x3d\xf7\xef", 16},
    {"ufs", 0x1055c, "\x19\x01\x54\x19", 4},
};

static void
assert_named(struct scratch *scratch, const char *name)
{
  int fd = scratch_open(scratch, "image");
  g_autoptr(Device) device = raw_open(fd, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_null(fs_open(device, &error));
  g_assert_cmpstr(error->message, ==, name);
  bool encrypted = strcmp(name, "crypto_LUKS") == 0 || strcmp(name, "BitLocker") == 0;
  int code = encrypted ? DISK_ERROR_ENCRYPTED : DISK_ERROR_UNSUPPORTED_FILESYSTEM;
  g_assert_error(error, DISK_ERROR, code);
  close(fd);
}

static bool
is_installed(const char *tool)
{
  g_autofree char *path = g_find_program_in_path(tool);

  return path != NULL;
}

/* What is not installed is left out: the others show that the table means what blkid means. */
static void
test_made(void)
{
  guint count = 0;

  for (guint i = 0; i < G_N_ELEMENTS(made); i++) {
    g_autoptr(Scratch) scratch = scratch_new();

    g_test_message("%s", made[i].script);
    if (!is_installed(made[i].tool))
      continue;
    scratch_run(scratch, "truncate -s 128M image; %s", made[i].script);
    assert_named(scratch, made[i].name);
    if (is_installed("blkid"))
      scratch_run(scratch, "test \"$(blkid -p -s TYPE -o value image)\" = %s", made[i].name);
    count++;
  }
  if (count == 0)
    g_test_skip("no tool that makes a file system is installed");
}

static void
test_written(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(written); i++) {
    g_autoptr(Scratch) scratch = scratch_new();
    g_autofree char *bytes = g_malloc0(written[i].offset + written[i].length);

    g_test_message("%s at %#x", written[i].name, written[i].offset);
    memcpy(bytes + written[i].offset, written[i].bytes, written[i].length);
    scratch_write(scratch, "image", bytes, written[i].offset + written[i].length);
    scratch_run(scratch, "truncate -s 128M image");
    assert_named(scratch, written[i].name);
  }
}

static void
test_nothing(void)
{
  static const guint64 sizes[] = {0, 1, 511, 4096, 8191, 65536, 200000};

  for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
    int fd = scratch_memory("", 0, sizes[i]);
    g_autoptr(Device) device = raw_open(fd, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_null(fs_open(device, &error));
    g_assert_error(error, DISK_ERROR, DISK_ERROR_NOT_FOUND);
    close(fd);
  }
}

static void
test_auxiliary(void)
{
  g_assert_true(magic_is_auxiliary("swap"));
  g_assert_true(magic_is_auxiliary("jbd"));
  g_assert_false(magic_is_auxiliary("xfs"));
  g_assert_false(magic_is_auxiliary("LVM2_member"));
  g_assert_false(magic_is_auxiliary("nothing of the kind"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/magic/made", test_made);
  g_test_add_func("/magic/written", test_written);
  g_test_add_func("/magic/nothing", test_nothing);
  g_test_add_func("/magic/auxiliary", test_auxiliary);
  return g_test_run();
}
