/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts about cloud-init: its state in a guest, and what it was told. Passwords, their hashes,
 * private keys and the contents of files to be written are never part of a fact: they are named in
 * `secrets` and left out.
 */
#pragma once

#include "facts/shape.h"

/* What cloud-init left in a guest, and how it is set up there. */
struct cloud_init {
  char *cloud_dir;  /* "/var/lib/cloud" unless the configuration says otherwise */
  gint64 installed; /* its program is there */
  gint64 disabled;  /* by cloud-init.disabled or the kernel command line */
  gint64 has_run;   /* for any instance */
  char *instance_id, *previous_instance_id;
  char *datasource;    /* its class, as it names itself: "DataSourceNoCloud …" */
  gint64 finished;     /* the last run came to its end */
  gint64 failed;       /* with errors, or not at all */
  char *failed_stages; /* separated by blanks: "init modules-config" */
  gint64 manual_cache_clean;
  char *config_status; /* CLOUD_*: of cloud.cfg and cloud.cfg.d; "unsupported" when only cloud.cfg
                          could be read, since the road lists no directories */
  char *config_detail; /* "/etc/cloud/cloud.cfg.d/x.cfg:3:7: …" */
  char *config_sets;   /* which of CLOUD_SETS_* its own configuration sets, separated by blanks */
  char *default_user;  /* name in system_info */
  gint64 ssh_deletekeys, preserve_hostname; /* unknown: not said */
};
SHAPE_DECLARE(CloudInit, cloud_init)

#define CLOUD_OK          "ok"
#define CLOUD_MISSING     "missing"
#define CLOUD_MALFORMED   "malformed" /* no YAML, MIME or gzip, or none that cloud-init takes */
#define CLOUD_TOO_LARGE   "too-large" /* more than a limit: bytes, depth, nodes, aliases, parts */
#define CLOUD_UNREADABLE  "unreadable"
#define CLOUD_UNSUPPORTED "unsupported" /* left to the guest to fetch, fill in or decrypt */

#define CLOUD_SETS_NETWORK  "network"
#define CLOUD_SETS_PACKAGES "packages"
#define CLOUD_SETS_USERS    "users"
#define CLOUD_SETS_SSH_KEYS "ssh-keys"
#define CLOUD_SETS_LOCALE   "locale"
#define CLOUD_SETS_HOSTNAME "hostname"

/* A user that cloud-init was told to make. */
struct seed_user {
  char *name;                       /* "default" stands for the distribution's own */
  gint64 is_system;                 /* `system: true` */
  gint64 has_password, lock_passwd; /* unknown: not said */
  char *groups;                     /* separated by commas */
  char *shell;
};
SHAPE_DECLARE(SeedUser, seed_user)

/* A public key that cloud-init was told to let in. */
struct seed_key {
  char *user;      /* "default" stands for the distribution's own user. These two are the key */
  char *entry;     /* as authorized_key_entry() has it */
  char *algorithm; /* NULL where it is none, as the next two */
  gint64 bits;
  char *fingerprint;
  GBytes *comment;
};
SHAPE_DECLARE(SeedKey, seed_key)

/* One place from which cloud-init gets, or got, its instructions. */
struct seed {
  char *place;  /* SEED_* below, with the name of the volume or directory: "volume vdb" */
  char *status; /* CLOUD_* */
  char *detail; /* "user-data:3:7: …" */
  char *instance_id, *hostname;
  char *fetched_from; /* a URL that it names instead, without user, password and query */
  char *parts;        /* MIME types of what user-data is made of, separated by blanks */
  char *sets;         /* CLOUD_SETS_* */
  char *network;      /* version and interfaces of network-config: "2: eth0 eth1" */
  char *secrets;      /* keys whose values were left out, separated by blanks: "users[0].passwd" */
  gint64 ssh_deletekeys, preserve_hostname;
  GPtrArray *users; /* of struct seed_user */
  GPtrArray *keys;  /* of struct seed_key */
};
SHAPE_DECLARE(Seed, seed)

#define SEED_VOLUME    "volume"         /* "volume sda": a file system labelled cidata */
#define SEED_DIRECTORY "directory"      /* "directory vda1:/var/lib/cloud/seed/nocloud" */
#define SEED_INSTANCE  "instance"       /* "instance vda1:/var/lib/cloud/instance" */
#define SEED_SERIAL    "smbios-serial"  /* of the domain: ds=nocloud;… */
#define SEED_CMDLINE   "kernel-cmdline" /* of the domain, likewise */

#define SEEDS_MAX      16   /* of one guest */
#define SEED_USERS_MAX 1024 /* of one seed */
#define SEED_KEYS_MAX  4096 /* of one seed */
