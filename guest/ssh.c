/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who a guest is to SSH clients, and who may log in to it by key: what its sshd is set to, read
 * once.
 */
#include "guest/collect.h"
#include "guest/ssh/host/host_keys.h"
#include "guest/ssh/login/logins.h"

void
ssh_collect(struct road *road, struct root *root)
{
  g_autoptr(SshdConfig) config = sshd_config_read(road);
  g_autoptr(Accounts) accounts = accounts_read(road);

  host_keys_collect(road, config, accounts, root);
  logins_collect(road, config, accounts, root);
}
