/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Without libFuzzer: run a fuzz target once over every file of the folders named, as a regression
 * test.
 */
#include <glib.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static guint
replay_folder(const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  guint count = 0;
  const char *name;

  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *bytes = NULL;
    gsize size;

    if (!g_file_get_contents(path, &bytes, &size, NULL))
      continue;
    LLVMFuzzerTestOneInput((const uint8_t *)bytes, size);
    count++;
  }
  return count;
}

int
main(int argc, char **argv)
{
  guint count = 0;

  for (int i = 1; i < argc; i++)
    count += replay_folder(argv[i]);
  g_print("%u inputs replayed\n", count);
  return count > 0 ? 0 : 1;
}
