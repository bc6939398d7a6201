/* SPDX-License-Identifier: Apache-2.0 */
/* The soft limit, up to the hard one. */
#include "cmd/file_limit.h"

#include <sys/resource.h>

guint
file_limit_raise(guint wanted)
{
  struct rlimit limit;

  if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
    return wanted;
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = MIN(limit.rlim_max, wanted);
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  return (guint)MIN(limit.rlim_cur, G_MAXUINT);
}
