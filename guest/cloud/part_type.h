/* SPDX-License-Identifier: Apache-2.0 */
/* MIME types of user-data's parts (cloudinit/handlers/__init__.py, user_data.py of 22.4). */
#pragma once

#include "guest/text.h"

#include <stdbool.h>

#define PART_NOT_MULTIPART "text/x-not-multipart" /* of user-data that is no MIME message */
#define PART_PLAIN         "text/plain"
#define PART_SCRIPT        "text/x-shellscript"
#define PART_CONFIG        "text/cloud-config"
#define PART_CONFIG_PATCH  "text/cloud-config-jsonp"
#define PART_ARCHIVE       "text/cloud-config-archive"
#define PART_INCLUDE       "text/x-include-url"
#define PART_INCLUDE_ONCE  "text/x-include-once-url"
#define PART_JINJA         "text/jinja2"

/* The type that a part's first bytes give it; `otherwise` when cloud-init knows none. */
const char *part_type_of_content(struct text content, const char *otherwise);

/* Whether cloud-init looks at the content for the type, whatever was said. */
bool part_type_is_vague(const char *type);

bool part_type_is_gzip(const char *type);
