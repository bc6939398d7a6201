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

struct config {
  char *ledger; /* [ledger] path */

  /* [scan], for all hypervisors; 0 and NULL where it does not say. */
  char **templates; /* globs of the names of domains that are templates */
  char *roads;
  gint64 jobs; /* collectors at once */
  gint64 deadline_s, guest_deadline_s;
  gint64 stream_limit; /* bytes of one collector's stream */
  char *prom;          /* file of metrics for Prometheus */

  GPtrArray *hypervisors; /* of struct config_hypervisor, in the order of the files */
  GPtrArray *warnings;    /* of text: what was passed over, or is not wise */
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
