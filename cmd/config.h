/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration: /etc/virt-ledger.conf, then /etc/virt-ledger.d/[*].conf in the order of their
 * names; the last value of a key counts. VIRT_LEDGER_CONFIG names another file, whose folder is the
 * same name with .d for .conf.
 *
 *     [ledger]
 *     path=/srv/inventory/ledger.db
 *     [scan]
 *     uris=qemu:///system;qemu+ssh://host2/system
 *     templates=golden-*;base
 */
#pragma once

#include <glib.h>

#define CONFIG_ERROR (config_error_quark())
GQuark config_error_quark(void);
enum config_error {
  CONFIG_ERROR_SYNTAX, /* no key file, or a group or key that is not known */
  CONFIG_ERROR_READ,
};

struct config {
  char *ledger;     /* path of the ledger; NULL when not configured */
  char **uris;      /* of the hypervisors to scan; NULL when not configured */
  char **templates; /* globs of the names of domains that are templates; NULL when not configured */
};
typedef struct config Config;

/*
 * Read the configuration; missing files are empty ones. NULL with a CONFIG_ERROR that names the
 * file and the line. New.
 */
struct config *config_load(GError **error);

void config_free(struct config *config); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)
