/* SPDX-License-Identifier: Apache-2.0 */
/* Directories given by hand, as if each were the root of a container of one hypervisor. */
#pragma once

#include "cmd/survey/survey.h"
#include "cmd/survey/survey_stream.h"

/*
 * Write the facts of this machine's directories `options->roots`: a hypervisor with the driver
 * "Directory", and a domain for each, whose UUID comes of the machine and the path. False, before
 * anything is written, with a G_FILE_ERROR for one that cannot be opened. `ret_unread` counts those
 * that held no system.
 */
bool survey_root_read(const struct survey_options *options, struct survey_stream *stream,
                      guint64 *ret_unread, GError **error);
