/* SPDX-License-Identifier: Apache-2.0 */
/* Programs of SSH servers, and what starts them. */
#include "guest/ssh/sshd/sshd_presence.h"

#include "facts/shape.h"

#include <string.h>

#define PATHS(...) ((const char *const[]){__VA_ARGS__, NULL})

#define UNITS_FOLDER "/etc/systemd/system"

/*
 * Whether there is something at a path, links followed or not; FACT_UNKNOWN if the road can't say.
 */
static gint64
exists(struct road *road, const char *path, bool follow)
{
  struct file_stat stat;
  g_autoptr(GError) error = NULL;

  if (road_stat(road, path, follow, &stat, &error))
    return 1;
  return g_error_matches(error, ROAD_ERROR, ROAD_ERROR_UNSUPPORTED) ? FACT_UNKNOWN : 0;
}

/* The first of some paths that exists; NULL without. *ret_known: whether the road can tell. */
static const char *
first_existing(struct road *road, const char *const *paths, bool *ret_known)
{
  *ret_known = true;
  for (; *paths; paths++) {
    gint64 there = exists(road, *paths, true);

    if (there == 1)
      return *paths;
    if (there == FACT_UNKNOWN)
      *ret_known = false;
  }
  return NULL;
}

gint64
sshd_presence_installed(struct road *road)
{
  bool known;
  const char *program = first_existing(
      road, PATHS("/usr/sbin/sshd", "/usr/bin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd"), &known);

  if (program)
    return 1;
  return known ? 0 : FACT_UNKNOWN;
}

const char *
sshd_presence_other(struct road *road)
{
  bool known;

  return first_existing(
      road, PATHS("/usr/sbin/dropbear", "/usr/bin/dropbear", "/usr/sbin/tinysshd"), &known);
}

static bool
is_ssh_unit(const char *name)
{
  static const char *const units[] = {"ssh.service", "sshd.service", "ssh.socket", "sshd.socket"};

  for (guint i = 0; i < G_N_ELEMENTS(units); i++)
    if (strcmp(name, units[i]) == 0)
      return true;
  return false;
}

/* A unit that is a link to /dev/null is masked: nothing starts it. */
static bool
is_masked(struct road *road, const char *unit)
{
  g_autofree char *path = g_strconcat(UNITS_FOLDER "/", unit, NULL);
  g_autoptr(GBytes) target = road_readlink(road, path, NULL);
  gsize length;
  const char *bytes = target ? g_bytes_get_data(target, &length) : NULL;

  return bytes && length == strlen("/dev/null") && memcmp(bytes, "/dev/null", length) == 0;
}

static bool
wants_sshd(struct road *road, const char *folder)
{
  g_autoptr(GPtrArray) names = road_list(road, folder, NULL);

  for (guint i = 0; names && i < names->len; i++)
    if (is_ssh_unit(names->pdata[i]) && !is_masked(road, names->pdata[i]))
      return true;
  return false;
}

static gint64
systemd_enables(struct road *road)
{
  g_autoptr(GPtrArray) names = road_list(road, UNITS_FOLDER, NULL);

  for (guint i = 0; names && i < names->len; i++) {
    g_autofree char *folder = g_strconcat(UNITS_FOLDER "/", names->pdata[i], NULL);

    if (g_str_has_suffix(names->pdata[i], ".wants") && wants_sshd(road, folder))
      return 1;
  }
  return 0;
}

/* S and two digits before the name. */
static bool
is_start_link(const char *name)
{
  return name[0] == 'S' && g_ascii_isdigit(name[1]) && g_ascii_isdigit(name[2]) &&
         (strcmp(name + 3, "ssh") == 0 || strcmp(name + 3, "sshd") == 0);
}

static gint64
run_levels_enable(struct road *road)
{
  static const char *const folders[] = {"/etc/rc2.d", "/etc/rc3.d", "/etc/rc4.d", "/etc/rc5.d"};
  bool any = false;

  for (guint i = 0; i < G_N_ELEMENTS(folders); i++) {
    g_autoptr(GPtrArray) names = road_list(road, folders[i], NULL);

    any |= names != NULL;
    for (guint n = 0; names && n < names->len; n++)
      if (is_start_link(names->pdata[n]))
        return 1;
  }
  return any ? 0 : FACT_UNKNOWN;
}

gint64
sshd_presence_enabled(struct road *road)
{
  bool known;

  if (first_existing(road, PATHS("/usr/lib/systemd/systemd", "/lib/systemd/systemd"), &known))
    return systemd_enables(road);
  if (!known)
    return FACT_UNKNOWN;
  if (exists(road, "/etc/runlevels", true) == 1)
    return exists(road, "/etc/runlevels/default/sshd", false);
  return run_levels_enable(road);
}
