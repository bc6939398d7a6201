/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What cloud-init is told by a folder of NoCloud's files (meta-data, user-data, vendor-data,
 * network-config), or by its instance's folder: as facts, without secrets.
 */
#pragma once

#include "facts/cloud.h"
#include "guest/road.h"

/*
 * The seed in `folder` of a road ("/" for a volume); new. `place` is the fact's. A file that cannot
 * be read is the fact's status, and the others count all the same. NULL when there is none: neither
 * meta-data nor user-data.
 */
struct seed *seed_read(struct road *road, const char *folder, const char *place);

/*
 * The same of an instance's folder, where cloud-init keeps what it was told: user-data.txt and
 * vendor-data.txt, and cloud-config.txt for parts that only the guest can fetch or fill in. NULL
 * without user-data.txt. obj.pkl, which has the meta-data, is left alone.
 */
struct seed *seed_read_instance(struct road *road, const char *folder, const char *place);
