/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration: /etc/virt-ledger.conf, then /etc/virt-ledger.d/[*].conf in the order of their
 * names; the last value of a key counts. VIRT_LEDGER_CONFIG names another file, whose folder is the
 * same name with .d for .conf. dist/virt-ledger.conf shows every key.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#define CONFIG_ERROR (config_error_quark())
GQuark config_error_quark(void);
enum config_error {
  CONFIG_ERROR_SYNTAX, /* no INI file, a section, key or value that is not allowed */
  CONFIG_ERROR_READ,
};

/* How the hypervisor of a section is reached. */
enum config_transport {
  CONFIG_TRANSPORT_LIBVIRT, /* the URI is opened here */
  CONFIG_TRANSPORT_SSH,     /* `virt-ledger collect` runs on the host that the URI names */
};

/* "libvirt", "ssh", ended by NULL. The place of each is its enum config_transport. */
extern const char *const config_transport_words[];

/* A section [hypervisor NAME]. Numbers are 0 and texts NULL where it does not say. */
struct config_hypervisor {
  char *name, *place; /* where its section begins: "FILE:LINE" */
  char *uri;          /* never NULL; may hold a password, so it is never shown */
  enum config_transport transport;
  char **labels, **templates;
  char *roads; /* a word of road_choice_words */
  gint64 deadline_s;
};

/*
 * A section [keys NAME]: which keys whom may log in with, and on which guests. Its lists are NULL
 * where it does not say, which is all; globs are those of SQLite.
 */
struct config_keys {
  char *name, *place;
  char **guests;      /* globs of the names of domains */
  char **labels;      /* of hypervisors */
  char **hypervisors; /* names of sections */
  char **users;       /* globs */
  char *file, *mode;  /* never NULL; `mode` is one of config_key_modes */
};

/* "exact", "required", "forbidden", ended by NULL. */
extern const char *const config_key_modes[];

/* A section [shared-host-keys NAME]: guests that have one host key on purpose. */
struct config_shared_host_keys {
  char *name, *place;
  char **guests; /* globs of the names of domains; never NULL */
};

struct config {
  char *ledger; /* [ledger] path */

  /* [scan], for all hypervisors; 0 and NULL where it does not say. */
  char **templates; /* globs of the names of domains that are templates */
  char *roads;
  gint64 jobs; /* collectors at once */
  gint64 deadline_s, guest_deadline_s;
  gint64 stream_limit; /* bytes of one collector's stream */
  char *prom;          /* file of metrics for Prometheus */

  gint64 keys_everywhere; /* [audit]: guests; 0 where it does not say */

  /*
   * Of struct config_hypervisor, config_keys, config_shared_host_keys, in the order of the files.
   */
  GPtrArray *hypervisors, *keys, *shared_host_keys;
  GPtrArray *warnings; /* of text: what was passed over, or is not wise */
};
typedef struct config Config;

/*
 * Read the configuration; missing files are empty ones. NULL with a CONFIG_ERROR that names the
 * file and the line, and what would be allowed there. New.
 */
struct config *config_load(GError **error);

void config_free(struct config *config); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)

/* The section of that name; NULL when there is none. */
const struct config_hypervisor *config_find(const struct config *config, const char *name);

/* The names of all sections; a new array of texts that stay the configuration's. */
const char **config_names(const struct config *config);
