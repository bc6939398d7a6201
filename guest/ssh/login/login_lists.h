/* SPDX-License-Identifier: Apache-2.0 */
/* DenyUsers, AllowUsers, DenyGroups, AllowGroups, in the order that sshd asks them. */
#pragma once

#include "guest/ssh/login/login_rules.h"

/*
 * Whether these lists let a user in (allowed_user() of auth.c). A pattern USER@HOST that is about
 * the user hangs on where they come from.
 */
struct verdict login_lists_judge(const struct login_user *user);
