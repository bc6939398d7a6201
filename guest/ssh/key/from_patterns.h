/* SPDX-License-Identifier: Apache-2.0 */
/* The patterns of from="…": addr_match_list() of addrmatch.c in OpenSSH. */
#pragma once

#include <stdbool.h>

/*
 * Whether sshd would look at all patterns of a list, which commas separate: one that is empty, or a
 * network whose address has bits behind its mask ("10.0.0.1/8"), makes it refuse everybody.
 */
bool from_patterns_valid(const char *list);
