/* SPDX-License-Identifier: Apache-2.0 */
/* Whether sshd would let somebody in, and why not. */
#pragma once

#include "facts/ssh.h"

struct verdict {
  gint64 allowed;     /* 1, 0; FACT_UNKNOWN where it cannot be told */
  const char *reason; /* a LOGIN_*; NULL when allowed */
};

#define VERDICT_ALLOWED      ((struct verdict){1, NULL})
#define VERDICT_DENIED(why)  ((struct verdict){0, (why)})
#define VERDICT_UNKNOWN(why) ((struct verdict){FACT_UNKNOWN, (why)})

/* Both must allow. A denial outweighs what is unknown; of two alike the first gives the reason. */
static inline struct verdict
verdict_and(struct verdict first, struct verdict second)
{
  if (first.allowed == 0 || second.allowed == 1)
    return first;
  return second.allowed == 0 || first.allowed == 1 ? second : first;
}
