/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates of host keys, and which key each of them is for. */
#pragma once

#include "facts/guest.h"
#include "guest/road.h"
#include "guest/ssh/sshd/sshd_config.h"

/*
 * Note what the HostCertificate lines name with the host keys of `root`, as sshd matches them: each
 * with the first key that it is of. One that is of none, or no good, goes to the key after whose
 * file its own is named ("KEY-cert.pub"), else to the first key that has none.
 */
void host_certificates_collect(struct road *road, const struct sshd_setting *lines,
                               struct root *root);
