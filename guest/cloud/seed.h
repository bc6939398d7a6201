/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What cloud-init is told by a folder of NoCloud's files (meta-data, user-data, vendor-data,
 * network-config), or by its instance's folder: as facts, without secrets.
 */
#pragma once

#include "facts/cloud.h"
#include "guest/road.h"

/*
 * The seed in `folder` of a road ("/" for a volume); new. NULL when there is none: neither
 * meta-data nor user-data.
 */
struct seed *seed_read(struct road *road, const char *folder, const char *place);

/* The same of an instance's folder: user-data.txt, vendor-data.txt, obj.pkl left alone. */
struct seed *seed_read_instance(struct road *road, const char *folder, const char *place);
