/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How cloud-init is set up in a guest: /etc/cloud/cloud.cfg and the files of cloud.cfg.d, merged as
 * it does (read_conf_with_confd() in cloudinit/util.py of 22.4): the last name ranks highest.
 */
#pragma once

#include "guest/cloud/cloud_config.h"
#include "guest/cloud/trouble.h"
#include "guest/road.h"

#define BASE_CONFIG_FILES_MAX 256
#define BASE_CONFIG_BYTES_MAX ((gsize)2 << 20) /* of all files */

struct base_config {
  struct trouble trouble; /* CLOUD_MISSING without cloud.cfg, whatever its directory says;
                             CLOUD_UNSUPPORTED on a road that lists no directories: then it is
                             cloud.cfg alone */
  struct cloud_config *config;
  gsize bytes_left; /* private: of BASE_CONFIG_BYTES_MAX */
};
typedef struct base_config BaseConfig;

/* New; files that cannot be read are trouble, and the others count all the same. */
struct base_config *base_config_read(struct road *road);
void base_config_free(struct base_config *base); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BaseConfig, base_config_free)

/* Where cloud-init keeps its state, without a '/' at the end, new. */
char *base_config_cloud_dir(const struct base_config *base);
