/* SPDX-License-Identifier: Apache-2.0 */
/* Domains with partitions, several disks, several roots, and none. */
#include "guest/disk/inspect.h"
#include "facts/image.h"
#include "tests/unit/scratch.h"

#include <string.h>
#include <unistd.h>

/*
 * For the scripts below. root NAME: a tree of a system. fs TREE IMAGE OPTION…: a file system of 8
 * MiB. disk NAME LABEL IMAGE…: a disk with these as partitions.
 */
#define FUNCTIONS                                                                                  \
  "root() { mkdir -p $1/etc $1/var/lib/dbus; echo $1 >$1/etc/hostname\n"                           \
  "  echo own >$1/var/lib/dbus/machine-id; }\n"                                                    \
  "fs() { local tree=$1 image=$2; shift 2; truncate -s 8M $image\n"                                \
  "  mke2fs -q -t ext4 -d $tree \"$@\" $image; }\n"                                                \
  "disk() { local name=$1 label=$2 i=0; shift 2; truncate -s $((2 + 8 * $#))M $name\n"             \
  "  { echo label: $label; [ $label = dos ] && echo label-id: 0x12345678\n"                        \
  "    for image; do echo size=8MiB; done; } | sfdisk -q $name\n"                                  \
  "  for image; do dd if=$image of=$name bs=1M seek=$((1 + 8 * i)) conv=notrunc; i=$((i + 1))\n"   \
  "  done; }\n"

#define UUID_ROOT "00000000-0000-4000-8000-00000000000a"
#define UUID_VAR  "00000000-0000-4000-8000-0000000000bb"

#define DISKS_MAX 4

struct domain {
  struct scratch *scratch;
  struct inspect_disk disks[DISKS_MAX];
  struct layer layers[DISKS_MAX];
  guint count;
  struct guest *guest;
  GString *seen;  /* what found() read of each root */
  GString *seeds; /* what found_seed() read of each seed */
};

static void
read_into(GString *seen, struct road *road, const char *path)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = road_read_file(road, path, 100, &error);

  if (bytes)
    g_string_append_len(seen, g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes) - 1);
  else
    g_string_append(seen, error->code == ROAD_ERROR_NOT_FOUND ? "-" : "!");
}

/* "vda1=hostname,D-Bus ID;": "-" for a file that is not there, "!" for one that cannot be read. */
static void
found(struct road *road, struct root *root, gpointer data)
{
  struct domain *domain = data;

  g_string_append_printf(domain->seen, "%s=", root->root);
  read_into(domain->seen, road, "/etc/hostname");
  g_string_append_c(domain->seen, ',');
  read_into(domain->seen, road, "/var/lib/dbus/machine-id");
  g_string_append_c(domain->seen, ';');
}

/* "volume:user-data;" */
static void
found_seed(struct road *road, const char *volume, gpointer data)
{
  struct domain *domain = data;

  g_string_append_printf(domain->seeds, "%s:", volume);
  read_into(domain->seeds, road, "/user-data");
  g_string_append_c(domain->seeds, ';');
}

/*
 * Files of the scratch as disks: "vda", "vdb=other-name" or "vdc!status"; ended by NULL. With an
 * '@' before it a disk is removable.
 */
static void
add_disk(struct domain *domain, const char *description)
{
  struct inspect_disk *disk = &domain->disks[domain->count];
  struct layer *layer = &domain->layers[domain->count];
  bool removable = *description == '@';

  description += removable;
  char *separator = strpbrk(description, "=!");
  *disk = (struct inspect_disk){
      .target = g_strndup(description,
                          separator ? (gsize)(separator - description) : strlen(description)),
      .removable = removable,
  };
  if (separator && *separator == '!') {
    disk->status = separator + 1;
  } else {
    *layer = (struct layer){scratch_open(domain->scratch, separator ? separator + 1 : description),
                            "raw"};
    disk->layers = layer;
    disk->layer_count = 1;
  }
  domain->count++;
}

static struct domain
inspect(const char *script, const char *disks)
{
  struct domain domain = {.scratch = scratch_new(),
                          .guest = guest_new(),
                          .seen = g_string_new(""),
                          .seeds = g_string_new("")};
  g_auto(GStrv) list = g_strsplit(disks, " ", -1);

  scratch_run(domain.scratch, "%s%s", FUNCTIONS, script);
  for (guint i = 0; list[i] && list[i][0]; i++)
    add_disk(&domain, list[i]);
  const struct inspect_sink sink = {found, found_seed, &domain};
  inspect_disks(domain.disks, domain.count, domain.guest, &sink);
  return domain;
}

static void
domain_clear(struct domain *domain)
{
  for (guint i = 0; i < domain->count; i++) {
    if (domain->disks[i].layer_count)
      close(domain->layers[i].fd);
    g_free((char *)domain->disks[i].target);
  }
  guest_free(domain->guest);
  g_string_free(domain->seen, TRUE);
  g_string_free(domain->seeds, TRUE);
  scratch_free(domain->scratch);
}

struct guest_case {
  const char *name;
  const char *script;
  const char *disks;
  const char *seen;   /* as found() writes it */
  const char *marks;  /* of the first root */
  const char *detail; /* part of the first root's */
};

static const struct guest_case guests[] = {
    {"whole-disk", "root a; fs a vda", "vda", "vda=a,own;", NULL, NULL},
    {"mbr", "root a; fs a 1; disk vda dos 1", "vda", "vda1=a,own;", NULL, NULL},
    {"gpt", "root a; fs a 1; disk vda gpt 1", "vda", "vda1=a,own;", NULL, NULL},
    {"digit", "root a; fs a 1; disk x gpt 1", "nvme0n1=x", "nvme0n1p1=a,own;", NULL, NULL},
    {"two-roots", "root a; root b; fs a 1; fs b vdb; disk vda gpt 1", "vda vdb",
     "vda1=a,own;vdb=b,own;", NULL, NULL},
    {"two-roots-one-disk", "root a; root b; fs a 1; fs b 2; disk vda gpt 1 2", "vda",
     "vda1=a,own;vda2=b,own;", NULL, NULL},
    {"no-machine-id", "mkdir -p a/etc; touch a/etc/passwd; fs a vda", "vda", "vda=-,-;", NULL,
     NULL},
    {"empty-etc", "mkdir -p a/etc a/usr/lib; touch a/usr/lib/os-release; fs a vda", "vda",
     "vda=-,-;", NULL, NULL},
    {"linked-etc", "mkdir -p a/real; ln -s real a/etc; echo a >a/real/hostname; fs a vda", "vda",
     "vda=a,-;", NULL, NULL},
    {"dangling", "mkdir -p a/etc; ln -s nowhere a/etc/machine-id; fs a vda", "vda", "vda=-,-;",
     NULL, NULL},
    {"journal", "root a; fs a vda; debugfs -w -R 'feature needs_recovery' vda", "vda", "vda=a,own;",
     MARK_JOURNAL_DIRTY, NULL},
};

#define VAR "root a; mkdir -p v/lib/dbus; echo other >v/lib/dbus/machine-id\n"

static const struct guest_case mounts[] = {
    {"uuid",
     VAR "echo 'UUID=" UUID_VAR " /var ext4 defaults' >a/etc/fstab\n"
         "fs a 1; fs v 2 -U " UUID_VAR "; disk vda gpt 1 2",
     "vda", "vda1=a,other;", NULL, NULL},
    {"uuid-upper-case",
     VAR "echo 'UUID=\"00000000-0000-4000-8000-0000000000BB\" /var ext4 defaults' >a/etc/fstab\n"
         "fs a 1; fs v 2 -U " UUID_VAR "; disk vda gpt 1 2",
     "vda", "vda1=a,other;", NULL, NULL},
    {"label-on-other-disk",
     VAR "printf '%s\\n' 'LABEL=the\\040var /var ext4 defaults' >a/etc/fstab\n"
         "fs a 1; disk vda gpt 1; fs v vdb -L 'the var'",
     "vda vdb", "vda1=a,other;", NULL, NULL},
    {"by-label",
     VAR "printf '%s\\n' '/dev/disk/by-label/the\\x20var /var ext4 defaults' >a/etc/fstab\n"
         "fs a 1; disk vda gpt 1; fs v vdb -L 'the var'",
     "vda vdb", "vda1=a,other;", NULL, NULL},
    {"partuuid",
     VAR "echo 'PARTUUID=12345678-02 /var ext4 defaults' >a/etc/fstab\n"
         "fs a 1; fs v 2; disk vda dos 1 2",
     "vda", "vda1=a,other;", NULL, NULL},
    {"device",
     VAR "printf '/dev/vda1 / ext4 rw\\n/dev/vdb1 /var ext4 rw\\n' >a/etc/fstab\n"
         "fs a 1; fs v 2; disk vda dos 1; disk vdb gpt 2",
     "vda vdb", "vda1=a,other;", NULL, NULL},
    {"renamed-device",
     VAR "printf '/dev/sda1 / ext4 rw\\n/dev/xvdb /var ext4 rw\\n' >a/etc/fstab\n"
         "fs a 1; fs v vdb; disk vda dos 1",
     "vda vdb", "vda1=a,other;", NULL, NULL},
    {"ambiguous-device",
     VAR "echo '/dev/xvda2 /var ext4 rw' >a/etc/fstab\n"
         "fs a 1; fs v 2; disk vda dos 1 2; truncate -s 1M sda",
     "vda sda", "vda1=a,!;", MARK_MOUNT_MISSING, "/var (/dev/xvda2): on none of the disks"},
    {"nearest-copy",
     VAR "echo 'UUID=" UUID_VAR " /var ext4 defaults' >a/etc/fstab; cp -r v w; cp -r a b\n"
         "echo third >w/lib/dbus/machine-id\n"
         "fs a 1 -U " UUID_ROOT "; fs v 2 -U " UUID_VAR "; disk vda gpt 1 2\n"
         "fs b 3 -U " UUID_ROOT "; fs w 4 -U " UUID_VAR "; disk vdb gpt 3 4",
     "vda vdb", "vda1=a,other;vdb1=a,third;", NULL, NULL},
    {"nested",
     VAR "mkdir -p l/dbus; echo deeper >l/dbus/machine-id\n"
         "printf '/dev/vdc /var/lib ext4 rw\\n/dev/vdb /var ext4 rw\\n' >a/etc/fstab\n"
         "fs a vda; fs v vdb; fs l vdc",
     "vda vdb vdc", "vda=a,deeper;", NULL, NULL},
    {"bind",
     VAR "mkdir -p a/srv/v/lib/dbus; echo bound >a/srv/v/lib/dbus/machine-id\n"
         "echo '/srv/v /var none bind' >a/etc/fstab; fs a vda",
     "vda", "vda=a,bound;", NULL, NULL},
    {"missing", VAR "echo 'UUID=" UUID_VAR " /var ext4 rw' >a/etc/fstab; fs a vda", "vda",
     "vda=a,!;", MARK_MOUNT_MISSING, "/var (UUID=" UUID_VAR "): on none of the disks"},
    {"missing-lvm", VAR "echo '/dev/mapper/vg-var /var ext4 rw' >a/etc/fstab; fs a vda", "vda",
     "vda=a,!;", MARK_MOUNT_MISSING, "/var (/dev/mapper/vg-var)"},
    {"missing-nofail", VAR "echo 'UUID=" UUID_VAR " /var ext4 nofail' >a/etc/fstab; fs a vda",
     "vda", "vda=a,own;", MARK_MOUNT_MISSING, "/var"},
    {"missing-home", VAR "echo 'UUID=" UUID_VAR " /home ext4 rw' >a/etc/fstab; fs a vda", "vda",
     "vda=a,own;", NULL, NULL},
    {"missing-root", VAR "echo 'UUID=" UUID_VAR " / ext4 rw' >a/etc/fstab; fs a vda", "vda",
     "vda=a,own;", MARK_MOUNT_MISSING, "/ (UUID=" UUID_VAR ")"},
    {"missing-efi", VAR "echo 'UUID=12AB-34CD /boot/efi vfat rw' >a/etc/fstab; fs a vda", "vda",
     "vda=a,own;", NULL, NULL},
    {"unsupported",
     VAR "echo '/dev/vdb /var xfs rw' >a/etc/fstab; fs a vda\n"
         "truncate -s 1M vdb; printf XFSB | dd of=vdb conv=notrunc",
     "vda vdb", "vda=a,!;", MARK_MOUNT_MISSING, "/var (/dev/vdb): xfs"},
    {"other-types",
     VAR "printf 'tmpfs /var tmpfs rw\\nhost:/x /usr nfs rw\\nUUID=1 none swap sw\\n"
         "UUID=2 /boot ext4 noauto\\n' >a/etc/fstab; fs a vda",
     "vda", "vda=a,own;", NULL, NULL},
};

static void
assert_guests(const struct guest_case *cases, guint count)
{
  if (!scratch_has_tools("mke2fs", "sfdisk", "debugfs", NULL))
    return;
  for (guint i = 0; i < count; i++) {
    g_test_message("%s", cases[i].name);
    struct domain domain = inspect(cases[i].script, cases[i].disks);
    g_assert_cmpstr(domain.seen->str, ==, cases[i].seen);
    g_assert_cmpstr(domain.guest->status, ==, GUEST_OK);
    g_assert_null(domain.guest->detail);
    const struct root *root = domain.guest->roots->pdata[0];
    g_assert_cmpstr(root->status, ==, GUEST_OK);
    g_assert_cmpstr(root->filesystem, ==, "ext4");
    g_assert_cmpstr(root->marks, ==, cases[i].marks);
    if (cases[i].detail)
      g_assert_nonnull(strstr(root->detail, cases[i].detail));
    else
      g_assert_null(root->detail);
    domain_clear(&domain);
  }
}

static void
test_guests(void)
{
  assert_guests(guests, G_N_ELEMENTS(guests));
}

static void
test_mounts(void)
{
  assert_guests(mounts, G_N_ELEMENTS(mounts));
}

#define MAGIC(name, offset, bytes)                                                                 \
  "truncate -s 8M " name "; printf '" bytes "' | dd of=" name " bs=1 seek=" #offset                \
  " conv=notrunc\n"
#define DATA "mkdir -p d/files; fs d data\n"
#define SWAP MAGIC("swap", 4086, "SWAPSPACE2")
#define XFS  MAGIC("xfs", 0, "XFSB")
#define LUKS MAGIC("luks", 0, "LUKS\\272\\276")

static const struct {
  const char *name;
  const char *script;
  const char *disks;
  const char *status;
  const char *detail;
} rootless[] = {
    {"no-disk", "", "", GUEST_NO_DISK, NULL},
    {"blank", "truncate -s 8M vda", "vda", GUEST_NO_FILESYSTEM, NULL},
    {"blank-partition", "truncate -s 8M 1; disk vda gpt 1", "vda", GUEST_NO_FILESYSTEM, NULL},
    {"data", DATA "disk vda dos data", "vda", GUEST_NO_ROOT, "ext4 on vda1"},
    {"data-and-swap", DATA SWAP "disk vda dos swap data", "vda", GUEST_NO_ROOT,
     "swap on vda1, ext4 on vda2"},
    {"swap", SWAP "disk vda dos swap", "vda", GUEST_UNSUPPORTED_FILESYSTEM, "swap on vda1"},
    {"xfs", XFS SWAP DATA "disk vda gpt data xfs swap", "vda", GUEST_UNSUPPORTED_FILESYSTEM,
     "ext4 on vda1, xfs on vda2, swap on vda3"},
    {"luks", LUKS XFS DATA "disk vda gpt data luks xfs", "vda", IMAGE_ENCRYPTED,
     "ext4 on vda1, vda2: encrypted (crypto_LUKS), xfs on vda3"},
    {"missing", "", "vda!missing", IMAGE_MISSING, "vda: missing"},
    {"missing-and-data", DATA, "vda!missing vdb=data", IMAGE_MISSING, "vda: missing, ext4 on vdb"},
    {"missing-and-xfs", XFS, "vda!denied vdb=xfs", GUEST_UNSUPPORTED_FILESYSTEM,
     "vda: denied, xfs on vdb"},
    {"corrupt", DATA "debugfs -w -R 'ssv blocks_per_group 0' data", "vda=data", GUEST_CORRUPT,
     "vda: corrupt ("},
    {"corrupt-root", DATA "debugfs -w -R 'sif / block[5] 99999999' data", "vda=data", GUEST_CORRUPT,
     "vda: corrupt (inode 2: "},
    {"corrupt-etc",
     "mkdir -p d/etc; touch d/etc/fstab; fs d data; debugfs -w -R 'sif /etc block[5] 99999999' "
     "data",
     "vda=data", GUEST_CORRUPT, "vda: corrupt ("},
    {"ext-in-luks-remains", DATA "printf 'LUKS\\272\\276' | dd of=data conv=notrunc", "vda=data",
     IMAGE_ENCRYPTED, "crypto_LUKS"},
};

static void
test_rootless(void)
{
  if (!scratch_has_tools("mke2fs", "sfdisk", "debugfs", NULL))
    return;
  for (guint i = 0; i < G_N_ELEMENTS(rootless); i++) {
    g_test_message("%s", rootless[i].name);
    struct domain domain = inspect(rootless[i].script, rootless[i].disks);
    g_assert_cmpstr(domain.guest->status, ==, rootless[i].status);
    g_assert_cmpuint(domain.guest->roots->len, ==, 0);
    g_assert_cmpstr(domain.seen->str, ==, "");
    if (rootless[i].detail)
      g_assert_nonnull(strstr(domain.guest->detail, rootless[i].detail));
    else
      g_assert_null(domain.guest->detail);
    domain_clear(&domain);
  }
}

/* A root beside a disk that cannot be read: the guest is ok, and says which disk. */
static void
test_half(void)
{
  if (!scratch_has_tools("mke2fs", NULL))
    return;
  struct domain domain = inspect("root a; fs a vda; " SWAP, "vda vdb!backing-missing vdc=swap");
  g_assert_cmpstr(domain.guest->status, ==, GUEST_OK);
  g_assert_cmpstr(domain.guest->detail, ==, "vdb: backing-missing");
  g_assert_cmpuint(domain.guest->roots->len, ==, 1);
  domain_clear(&domain);
}

static void
test_ostree(void)
{
  if (!scratch_has_tools("mke2fs", NULL))
    return;
  struct domain domain =
      inspect("mkdir -p a/ostree/repo a/ostree/deploy/os a/boot; fs a vda", "vda");
  const struct root *root = domain.guest->roots->pdata[0];
  g_assert_cmpstr(domain.guest->status, ==, GUEST_OK);
  g_assert_cmpstr(root->status, ==, GUEST_UNSUPPORTED_LAYOUT);
  g_assert_cmpstr(root->root, ==, "vda");
  g_assert_cmpstr(domain.seen->str, ==, "");
  domain_clear(&domain);
}

static void
test_names(void)
{
  if (!scratch_has_tools("mke2fs", NULL))
    return;
  struct domain domain = inspect("root a; fs a vda -U " UUID_ROOT " -L 'a name'", "vda");
  const struct root *root = domain.guest->roots->pdata[0];
  g_assert_cmpstr(root->fs_uuid, ==, UUID_ROOT);
  g_assert_cmpstr(root->fs_label, ==, "a name");
  domain_clear(&domain);
}

/* Seeds of every kind, each with its own word as user-data. */
#define SEED_FILES                                                                                 \
  "seed() { mkdir -p $1; echo $1 >$1/user-data; echo instance-id: $1 >$1/meta-data; }\n"           \
  "iso() { seed $1; genisoimage -quiet -o $1.iso -V cidata -J -R $1; }\n"                          \
  "fat() { seed $1; truncate -s 2M $1.fat; mkfs.vfat -n CIDATA $1.fat; mcopy -i $1.fat $1/* ::; "  \
  "}\n"

static const struct {
  const char *name;
  const char *script;
  const char *disks;
  const char *seeds;
  const char *status;
  const char *detail;
} seeds[] = {
    {"cdrom", "root a; fs a vda; iso x", "vda @cda=x.iso", "cda:x;", GUEST_OK, NULL},
    {"floppy", "root a; fs a vda; fat x", "vda @fda=x.fat", "fda:x;", GUEST_OK, NULL},
    {"disk-iso", "root a; fs a vda; iso x", "vda vdb=x.iso", "vdb:x;", GUEST_OK, NULL},
    {"disk-fat", "root a; fs a vda; fat x", "vda vdb=x.fat", "vdb:x;", GUEST_OK, NULL},
    {"partition", "root a; fs a 1; fat x; truncate -s 8M x.fat; disk vda gpt 1 x.fat", "vda",
     "vda2:x;", GUEST_OK, NULL},
    {"two", "root a; fs a vda; iso x; fat y", "vda vdb=y.fat @cda=x.iso", "vdb:y;cda:x;", GUEST_OK,
     NULL},
    {"no-disk", "iso x", "@cda=x.iso", "cda:x;", GUEST_NO_DISK, NULL},
    {"no-root", "truncate -s 8M vda; iso x", "vda @cda=x.iso", "cda:x;", GUEST_NO_FILESYSTEM, NULL},
    {"disk-only", "iso x", "vda=x.iso", "vda:x;", GUEST_UNSUPPORTED_FILESYSTEM, "iso9660 on vda"},
    {"unreadable-disk", "iso x", "vda!denied @cda=x.iso", "cda:x;", IMAGE_DENIED, "vda: denied"},
    {"unreadable-cdrom", "root a; fs a vda", "vda @cda!missing", "", GUEST_OK, NULL},
    {"damaged-cdrom", "root a; fs a vda; iso x; truncate -s 40000 x.iso", "vda @cda=x.iso", "",
     GUEST_OK, NULL},
    {"root-on-cdrom", "root a; fs a x; truncate -s 8M vda", "vda @cda=x", "", GUEST_NO_FILESYSTEM,
     NULL},
    {"other-label", "root a; fs a vda; seed x; genisoimage -quiet -o x.iso -V config-2 -J -R x",
     "vda @cda=x.iso", "", GUEST_OK, NULL},
    {"isohybrid", "root a; fs a vda; iso x; printf 'type=83\\n' | sfdisk -q x.iso",
     "vda @cda=x.iso", "cda:x;", GUEST_OK, NULL},
};

static void
test_seeds(void)
{
  if (!scratch_has_tools("mke2fs", "sfdisk", "genisoimage", "mkfs.vfat", "mcopy", NULL))
    return;
  for (guint i = 0; i < G_N_ELEMENTS(seeds); i++) {
    g_autofree char *script = g_strconcat(SEED_FILES, seeds[i].script, NULL);

    g_test_message("%s", seeds[i].name);
    struct domain domain = inspect(script, seeds[i].disks);
    g_assert_cmpstr(domain.seeds->str, ==, seeds[i].seeds);
    g_assert_cmpstr(domain.guest->status, ==, seeds[i].status);
    g_assert_cmpstr(domain.guest->detail, ==, seeds[i].detail);
    domain_clear(&domain);
  }
}

/* A disk that the guest's fstab calls by another driver's name is no CD-ROM of that name. */
static void
test_removable_name(void)
{
  if (!scratch_has_tools("mke2fs", "sfdisk", NULL))
    return;
  struct domain domain = inspect(VAR "echo '/dev/sdb /var ext4 rw' >a/etc/fstab\n"
                                     "fs a vda; fs v vdb; truncate -s 1M x",
                                 "vda vdb @sdb=x");
  g_assert_cmpstr(domain.seen->str, ==, "vda=a,other;");
  domain_clear(&domain);
}

static const struct identity *
identity_at(const struct root *root, const char *kind, const char *path)
{
  for (guint i = 0; i < root->identities->len; i++) {
    const struct identity *identity = root->identities->pdata[i];

    if (strcmp(identity->kind, kind) == 0 && strcmp(identity->path, path) == 0)
      return identity;
  }
  return NULL;
}

static void
assert_identity(const struct root *root, const char *kind, const char *path, const char *value)
{
  const struct identity *identity = identity_at(root, kind, path);

  g_assert_nonnull(identity);
  g_assert_cmpstr(identity->value, ==, value);
  g_assert_cmpstr(identity->state, ==, STATE_VALID);
}

#define GUID "00000000-0000-4000-8000-0000000000cc"

static void
test_identities(void)
{
  if (!scratch_has_tools("mke2fs", "sfdisk", NULL))
    return;
  struct domain domain =
      inspect("root a; fs a 1 -U " UUID_ROOT "; disk vda dos 1\n"
              "mkdir -p v; fs v 2 -U " UUID_VAR "; disk vdb gpt 2; sfdisk --disk-id vdb " GUID,
              "vda vdb");
  const struct root *root = domain.guest->roots->pdata[0];
  assert_identity(root, IDENTITY_PARTITION_TABLE_ID, "/dev/vda", "12345678");
  assert_identity(root, IDENTITY_PARTITION_TABLE_ID, "/dev/vdb", GUID);
  assert_identity(root, IDENTITY_FILESYSTEM_UUID, "/dev/vda1", UUID_ROOT);
  assert_identity(root, IDENTITY_FILESYSTEM_UUID, "/dev/vdb1", UUID_VAR);
  g_assert_cmpuint(root->identities->len, ==, 4);
  domain_clear(&domain);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/inspect/guests", test_guests);
  g_test_add_func("/inspect/mounts", test_mounts);
  g_test_add_func("/inspect/rootless", test_rootless);
  g_test_add_func("/inspect/half", test_half);
  g_test_add_func("/inspect/ostree", test_ostree);
  g_test_add_func("/inspect/names", test_names);
  g_test_add_func("/inspect/seeds", test_seeds);
  g_test_add_func("/inspect/removable-name", test_removable_name);
  g_test_add_func("/inspect/identities", test_identities);
  return g_test_run();
}
