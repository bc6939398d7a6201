/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts about who a guest is to SSH clients, and who may log in to it by key. Algorithms are the
 * key types of OpenSSH ("ssh-ed25519"), fingerprints are as `ssh-keygen -l` prints them
 * ("SHA256:…"). Private keys and password hashes are never part of a fact.
 */
#pragma once

#include "facts/shape.h"

/* What the guest's sshd is set to: sshd_config(5), for users that no Match block is about. */
struct sshd {
  gint64 enabled; /* something starts it at boot */
  char *state;    /* KEY_FILE_*: of the main configuration file */
  char *detail;   /* what is wrong with it: "/etc/ssh/sshd_config:12: …" */
  char *permit_root_login, *pubkey_authentication, *strict_modes;
  char *authorized_keys_file; /* as written, its files separated by blanks */
};
SHAPE_DECLARE(Sshd, sshd)

/* One host key that the guest's sshd is told to use, or would use by default and finds. */
struct host_key {
  char *path;  /* of HostKey, or the default */
  char *state; /* KEY_FILE_*: of the private half, or of whatever HostKey names */
  char *detail;
  gint64 configured; /* by a HostKey line */
  char *algorithm;   /* this and the next three NULL and unknown where no half tells */
  gint64 bits;
  char *fingerprint;
  char *public_key; /* base64 of its blob, as in a .pub file */
  GBytes *comment;
  gint64 has_private; /* the private half is there, whole */
  /* Root owns it, and nobody else can read it (0640 with Fedora's group ssh_keys counts). Of those
     that are not safe sshd passes over root's own (sshkey_perm_ok() of authfile.c), and takes those
     of somebody else, who can read them. */
  gint64 safe;
  gint64 mode, uid, gid, modified_at; /* of the private half */
  char *public_state;                 /* "matches", "differs", or the KEY_FILE_* of the .pub file */
  /* HostCertificate for this key; NULL and unknown without one. */
  char *certificate;       /* its file */
  char *certificate_state; /* "matches", "differs", or a KEY_FILE_* */
  GBytes *certificate_id;
  GBytes *principals;               /* separated by commas; NULL: all */
  char *authority;                  /* fingerprint of the key that signed it */
  gint64 valid_after, valid_before; /* Unix seconds; unknown: always, for ever */
};
SHAPE_DECLARE(HostKey, host_key)

#define KEY_FILE_OK          "ok"
#define KEY_FILE_MISSING     "missing"
#define KEY_FILE_EMPTY       "empty"     /* of no length: `ssh-keygen -A` replaces it */
#define KEY_FILE_TRUNCATED   "truncated" /* it ends too early, or was cut at its limit */
#define KEY_FILE_MALFORMED   "malformed"
#define KEY_FILE_ENCRYPTED   "encrypted" /* with a passphrase: its public half may be known */
#define KEY_FILE_NOT_REGULAR "not-regular"
#define KEY_FILE_UNREADABLE  "unreadable"

#define PUBLIC_MATCHES "matches"
#define PUBLIC_DIFFERS "differs"

/*
 * An account of passwd(5) that somebody could log in as: one with a shell that is not nologin or
 * false, and any other that has a key.
 */
struct account {
  char *name;
  gint64 uid, gid;
  GBytes *home, *shell;
  char *password;    /* "set", "locked", "none"; NULL where shadow(5) could not be read */
  gint64 expires_at; /* Unix seconds; FACT_UNKNOWN: never */
  char *login;       /* "yes", "no", "unknown": by any key, as things are */
  char *reason;      /* why not: a LOGIN_* below; NULL when yes */
};
SHAPE_DECLARE(Account, account)

/*
 * One line of a file in which sshd looks for keys of a user. Two equal lines of a file are two
 * entries; a line that moved is the same one.
 */
struct authorized_key {
  char *user;     /* whom it lets in; these three are the key */
  char *key_file; /* in the guest, tokens replaced */
  char *entry;    /* what it says, shortened: see authorized_key_entry() */
  gint64 line;    /* from 1 */
  gint64 uid;
  char *algorithm; /* NULL of a malformed line, as the next two */
  gint64 bits;
  char *fingerprint;
  gint64 cert_authority; /* it vouches for certificates, and lets nobody in by itself */
  GBytes *options;       /* as written */
  GBytes *comment;
  gint64 effective; /* sshd would take it; FACT_UNKNOWN where that could not be told */
  char *reason;     /* why not: a LOGIN_* below; NULL when it would */
};
SHAPE_DECLARE(AuthorizedKey, authorized_key)

#define LOGIN_FILE_MODE       "file-mode" /* StrictModes: owner or mode of the file or above it */
#define LOGIN_HOME_MISSING    "home-missing"
#define LOGIN_USER_DENIED     "user-denied"    /* DenyUsers, AllowUsers, PermitRootLogin, … */
#define LOGIN_ACCOUNT_LOCKED  "account-locked" /* "!" before the hash, and sshd without PAM */
#define LOGIN_ACCOUNT_EXPIRED "account-expired"
#define LOGIN_SHELL_MISSING   "shell-missing" /* in the guest, or not executable */
#define LOGIN_PUBKEY_OFF      "pubkey-off"    /* PubkeyAuthentication no */
#define LOGIN_KEY_TYPE_OFF    "key-type-off"  /* PubkeyAcceptedAlgorithms, RequiredRSASize, … */
#define LOGIN_MALFORMED       "malformed"     /* sshd passes over the line */
#define LOGIN_EXPIRED         "expired"       /* expiry-time= */
#define LOGIN_LINE_TOO_LONG   "line-too-long"
#define LOGIN_UNKNOWN_MODE    "mode-unknown" /* the road cannot tell owner and mode */
#define LOGIN_UNRESOLVED      "unresolved"   /* it hangs on what cannot be known offline */
#define LOGIN_REVOKED         "revoked"      /* RevokedKeys names it */
#define LOGIN_NO_SSHD         "no-sshd"      /* there is none that could look at it */

/*
 * Where keys come from, beside lines that could be read: what cannot be resolved offline, files
 * that could not be read, and those that were cut. Never "no keys".
 */
struct key_source {
  char *user;   /* whom it is about; empty: everybody. These two are the key */
  char *source; /* a directive with its value, or a file */
  char *state;  /* SOURCE_UNRESOLVED or a KEY_FILE_* */
  char *detail;
  char *place; /* "FILE:LINE" of the configuration that says so; NULL: the default */
};
SHAPE_DECLARE(KeySource, key_source)

#define SOURCE_UNRESOLVED "unresolved-dynamic-source"

/* Limits: what is more is cut, and the source or the root says so. */
#define KEYS_MAX         10000              /* of one root */
#define ACCOUNTS_MAX     10000              /* of one root */
#define ACCOUNT_NAME_MAX ((size_t)256)      /* bytes of a name */
#define KEY_LINE_MAX     ((size_t)16 << 10) /* bytes of one line */

/*
 * What identifies a line among those of its file: the fingerprint, "cert-authority" where it is,
 * and a digest of the options; "line N" of one without a fingerprint. `same` counts equal lines
 * before it. A new text.
 */
char *authorized_key_entry(const struct authorized_key *key, guint same);
