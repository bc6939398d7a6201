/* SPDX-License-Identifier: Apache-2.0 */
/* Templates often have no domain: what others back onto is read for itself. */
#pragma once

#include "cmd/survey/survey_guests.h"

/* Read every image that is below others and nobody's disk; what was read becomes the image's. */
void survey_bases_read(const struct survey_guests *guests);
