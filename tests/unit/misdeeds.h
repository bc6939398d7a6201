/* SPDX-License-Identifier: Apache-2.0 */
/* What readers that were taken over may do (fake_reader.c), and what becomes of their guests. */
#pragma once

#include "facts/guest.h"

#define MISDEED_DEADLINE_MS 300 /* of the guests below */

static const struct misdeed {
  const char *domain; /* as fake_reader.c knows it */
  const char *status;
  const char *detail; /* part of it */
} misdeeds[] = {
    {"crash", GUEST_READER_CRASHED, "SIGSEGV"},
    {"leave", GUEST_READER_CRASHED, "exit status 3"},
    {"hang", GUEST_TIMEOUT, "0.3 s"},
    {"spin", GUEST_TIMEOUT, "0.3 s"},
    {"hang-up", GUEST_READER_CRASHED, "SIGKILL"},
    {"another-domain", GUEST_READER_CRASHED, "another guest"},
    {"another-road", GUEST_READER_CRASHED, "another guest"},
    {"garbage", GUEST_READER_CRASHED, "not JSON"},
    {"unknown-key", GUEST_READER_CRASHED, "key"},
    {"nothing", GUEST_READER_CRASHED, "SIG"},
    {"bad-packet", GUEST_READER_CRASHED, "too long"},
    {"long-packet", GUEST_READER_CRASHED, "too long"},
    {"too-much", GUEST_READER_CRASHED, "too long"},
    {"without-end", GUEST_TIMEOUT, "0.3 s"},
    {"files", GUEST_READER_CRASHED, "too long"},
    {"asks-between", GUEST_READER_CRASHED, "too long"},
};
