/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layouts whose /etc is somewhere else. An ostree or bootc disk keeps one /etc in each deployment,
 * below /ostree/deploy; what lies at /etc of that file system is not what the system runs with. A
 * road into a running system sees the right one, and can tell no types: it finds no such layout.
 */
#include "guest/collect.h"

static bool
is_type(struct road *road, const char *path, bool follow, enum file_type type)
{
  struct file_stat stat;

  return road_stat(road, path, follow, &stat, NULL) && stat.type == type;
}

void
layout_collect(struct road *road, struct root *root)
{
  static const char *const deployments[] = {"/ostree/deploy", "/sysroot/ostree/deploy"};

  /* In a deployment /ostree links to sysroot/ostree, and the /etc beside it is the right one. */
  if (is_type(road, "/ostree", false, FILE_LINK))
    return;
  for (guint i = 0; i < G_N_ELEMENTS(deployments); i++) {
    if (!is_type(road, deployments[i], true, FILE_DIRECTORY))
      continue;
    g_free(root->status);
    g_free(root->detail);
    root->status = g_strdup(GUEST_UNSUPPORTED_LAYOUT);
    root->detail = g_strdup_printf(
        "ostree keeps each deployment's own /etc below %s; this is not it", deployments[i]);
    return;
  }
}
