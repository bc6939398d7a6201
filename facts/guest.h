/* SPDX-License-Identifier: Apache-2.0 */
/* Facts about a guest: what a road found inside a domain. */
#pragma once

#include "facts/cloud.h"
#include "facts/ssh.h"

/* A value that says who a guest is, or one that overrides such a value. */
struct identity {
  char *kind;         /* IDENTITY_* below */
  char *state;        /* STATE_* below */
  char *value;        /* decoded: 32 lower case digits of a machine ID; NULL: none */
  GBytes *raw;        /* the file's own bytes, at most IDENTITY_RAW_MAX */
  char *path;         /* in the guest */
  GBytes *link;       /* target as written, where `path` is a symbolic link */
  char *same_file_as; /* path of the other ID file when both are hard links to one inode */
  gint64 mode;        /* permission bits of the file itself */
  gint64 modified_at; /* Unix seconds */
};
SHAPE_DECLARE(Identity, identity)

#define IDENTITY_RAW_MAX ((size_t)4096)

#define IDENTITY_MACHINE_ID         "machine-id"         /* /etc/machine-id */
#define IDENTITY_DBUS_MACHINE_ID    "dbus-machine-id"    /* /var/lib/dbus/machine-id */
#define IDENTITY_CMDLINE_MACHINE_ID "cmdline-machine-id" /* systemd.machine_id= of a kernel */
#define IDENTITY_HOSTNAME           "hostname"           /* /etc/hostname */
#define IDENTITY_FILESYSTEM_UUID    "filesystem-uuid"    /* of a volume; copies share it */
#define IDENTITY_PARTITION_TABLE_ID "partition-table-id" /* of a disk: GUID, or MBR's signature */
/* The others are in the table of facts/identity_kinds.h. */

#define STATE_VALID            "valid"
#define STATE_VALID_NO_NEWLINE "valid-no-newline"
#define STATE_VALID_UPPERCASE  "valid-uppercase"
#define STATE_EMPTY            "empty"
#define STATE_UNINITIALIZED    "uninitialized"
#define STATE_MISSING          "missing"
#define STATE_NULL             "null"      /* all zero */
#define STATE_MALFORMED        "malformed" /* systemd replaces it at the next boot */
#define STATE_DANGLING         "dangling"  /* a symbolic link to nothing in the guest */
#define STATE_NOT_REGULAR      "not-regular"
#define STATE_UNREADABLE       "unreadable"

/* One operating system in a guest: a file system with an /etc. */
struct root {
  char *root;   /* where it is: "vda1"; "vda" without partitions */
  char *status; /* GUEST_OK or GUEST_UNSUPPORTED_LAYOUT */
  char *detail;
  char *filesystem; /* ext2, ext3, ext4 */
  char *fs_uuid;    /* of its root file system, lower case: copies of a disk share it */
  char *fs_label;
  char *marks; /* what to know of the reading, separated by blanks: MARK_* */
  char *hostname;
  char *os_id, *os_version, *os_name; /* ID, VERSION_ID, PRETTY_NAME of os-release */
  GPtrArray *identities;              /* of struct identity */
  GPtrArray *sshd;                    /* of struct sshd: one where there is an sshd, else none */
  GPtrArray *host_keys;               /* of struct host_key */
  GPtrArray *accounts;                /* of struct account */
  GPtrArray *authorized_keys;         /* of struct authorized_key */
  GPtrArray *key_sources;             /* of struct key_source */
  GPtrArray *cloud_init;              /* of struct cloud_init: one where there is any trace of it */
};
SHAPE_DECLARE(Root, root)

#define MARK_JOURNAL_DIRTY  "journal-dirty"  /* the journal holds writes that were not replayed */
#define MARK_TRUNCATED      "truncated"      /* a file was longer than its limit */
#define MARK_MOUNT_MISSING  "mount-missing"  /* a file system of fstab that could not be read */
#define MARK_TORN_POSSIBLE  "torn-possible"  /* the disk was in use: no repair may rest on it */
#define MARK_LIVE           "live"           /* in use, without what is mounted over it */
#define MARK_GUEST_ATTESTED "guest-attested" /* a program in the guest said so */
#define MARK_TRANSIENT_ID   "transient-machine-id" /* of this boot only: it is mounted over */

/* Add one of these to what a root is marked with, unless it is there. */
void root_add_mark(struct root *root, const char *mark);

/* One attempt to read a domain by one road; roots are there only when its status is "ok". */
struct guest {
  char *domain; /* its UUID */
  char *road;   /* ROAD_* */
  char *status; /* GUEST_* */
  char *detail;
  GPtrArray *roots;
  GPtrArray *seeds; /* of struct seed; there whatever the status is */
};
SHAPE_DECLARE(Guest, guest)

#define ROAD_DISK   "disk"
#define ROAD_ROOTFS "rootfs" /* the directory that is a container's root */
#define ROAD_AGENT  "agent"  /* the QEMU guest agent of a running guest; its root is "/" */

/* Besides these, a guest's status may be any IMAGE_* word of the image that could not be read. */
#define GUEST_OK                     "ok"
#define GUEST_RUNNING                "running" /* of collectors before version 2 */
#define GUEST_REMOTE                 "remote"
#define GUEST_NO_DISK                "no-disk"
#define GUEST_NO_ROOT                "no-root" /* file systems, but none with a system */
#define GUEST_NO_FILESYSTEM          "no-filesystem"
#define GUEST_UNSUPPORTED_FILESYSTEM "unsupported-filesystem"
#define GUEST_UNSUPPORTED_LAYOUT     "unsupported-layout"
#define GUEST_UNSUPPORTED_SOURCE     "unsupported-source" /* a network, nvme or vhost-user disk */
#define GUEST_TOO_MANY_IMAGES        "too-many-images"    /* more than a reader can be handed */
#define GUEST_CORRUPT                "corrupt"
#define GUEST_TIMEOUT                "timeout"
#define GUEST_READER_CRASHED         "reader-crashed"
#define GUEST_CHANGED                "changed-while-read"
#define GUEST_NO_AGENT               "no-agent"      /* no channel, or nothing answers at its end */
#define GUEST_BLOCKED                "blocked"       /* the agent's commands are disabled */
#define GUEST_DENIED                 "denied"        /* to us, or to the agent in the guest */
#define GUEST_AGENT_HOSTILE          "agent-hostile" /* it breaks its protocol */
