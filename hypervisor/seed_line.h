/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What cloud-init's NoCloud is told by one line: the system's serial number of SMBIOS, or a kernel
 * command line (cloud-init, sources/DataSourceNoCloud.py, parse_cmdline_data()).
 */
#pragma once

#include "facts/cloud.h"

/*
 * The seed that a line names, new, at that place: "ds=nocloud;i=ID;h=HOSTNAME;s=URL" or
 * "ds=nocloud-net;…" among its words; the last of several counts. NULL when there is none. The URL
 * is kept without user, password, query and fragment.
 */
struct seed *seed_line_parse(const char *line, const char *place);
