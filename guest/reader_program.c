/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the reader, in a build folder as well as installed. */
#include "guest/reader_program.h"

#include "guest/reader.h"

#include <unistd.h>

static char *
beside_us(const char *folder)
{
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  g_autofree char *bin = g_path_get_dirname(self ? self : "/usr/bin/.");

  return g_build_filename(bin, folder, READER_PROGRAM, NULL);
}

static GPtrArray *
places(const char *program)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

  if (program) {
    g_ptr_array_add(paths, g_strdup(program));
  } else {
    g_ptr_array_add(paths, beside_us("."));
    g_ptr_array_add(paths, beside_us("../libexec/virt-ledger"));
    g_ptr_array_add(paths, g_build_filename(READER_FOLDER, READER_PROGRAM, NULL));
  }
  return paths;
}

char *
reader_program_find(const char *program, GError **error)
{
  g_autoptr(GPtrArray) paths = places(program);

  for (guint i = 0; i < paths->len; i++)
    if (access(paths->pdata[i], X_OK) == 0)
      return g_strdup(paths->pdata[i]);
  g_ptr_array_add(paths, NULL);
  g_autofree char *list = g_strjoinv(", ", (char **)paths->pdata);
  g_set_error(error, READER_ERROR, READER_ERROR_START,
              "there is no " READER_PROGRAM " to be run; looked for %s", list);
  return NULL;
}
