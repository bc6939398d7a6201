/* SPDX-License-Identifier: Apache-2.0 */
/* The values that keys of the configuration may have. */
#pragma once

#include <glib.h>
#include <stdbool.h>

enum config_type {
  CONFIG_URI,       /* char * */
  CONFIG_PATH,      /* char *, from / on */
  CONFIG_LIST,      /* char **: separated by semicolons or commas */
  CONFIG_WORDS,     /* char **: likewise, and at least one */
  CONFIG_ROADS,     /* char * */
  CONFIG_TRANSPORT, /* enum config_transport */
  CONFIG_SECONDS,   /* gint64, at least 1, at most a week */
  CONFIG_KEY_MODE,  /* char * */
  CONFIG_JOBS,      /* gint64 */
  CONFIG_GUESTS,    /* gint64 */
  CONFIG_SIZE,      /* gint64: bytes, or with K, M or G behind */
};

/*
 * Put a value of that type into `at`, in place of an earlier one. Returns NULL, or what would be
 * allowed: "a path from / on". The value itself, which may be a password, is not in it. New.
 */
char *config_value_take(enum config_type type, const char *value, gpointer at);
