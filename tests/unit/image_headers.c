/* SPDX-License-Identifier: Apache-2.0 */
/* Images as qemu-img makes them: format, sizes, provisioning and features are as qemu-img says. */
#include "hypervisor/image_read.h"

#include <glib/gstdio.h>
#include <jansson.h>
#include <string.h>

static char *folder;

static char *
run(const char *command)
{
  char *output = NULL;
  g_autofree char *line = g_strdup_printf("cd '%s' && %s", folder, command);
  const char *argv[] = {"sh", "-c", line, NULL};
  int status;
  g_autoptr(GError) error = NULL;

  g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
               NULL, &output, NULL, &status, &error);
  g_assert_no_error(error);
  if (g_spawn_check_wait_status(status, NULL))
    return output;
  g_free(output);
  return NULL;
}

static struct image *
read_image(const char *name, const char *declared)
{
  struct image *image = image_new();
  struct image_identity identity;

  image->path = g_build_filename(folder, name, NULL);
  image->declared_format = g_strdup(declared);
  image_read(image, (struct image_belief){0}, &identity);
  return image;
}

/* Measuring how long a key takes fails now and then on a busy machine. */
#define LUCKY(command) "for n in 1 2 3 4 5; do " command " && exit 0; done; exit 1"

static const struct made {
  const char *name;
  const char *make; /* makes the file `name` */
  const char *format;
  const char *status;
  const char *provisioning;
  const char *backing; /* as the header has it */
} images[] = {
    {"off.qcow2", "qemu-img create -f qcow2 off.qcow2 64M", "qcow2", "ok", "thin"},
    {"metadata.qcow2", "qemu-img create -f qcow2 -o preallocation=metadata metadata.qcow2 64M",
     "qcow2", "ok", "metadata"},
    {"falloc.qcow2", "qemu-img create -f qcow2 -o preallocation=falloc falloc.qcow2 64M", "qcow2",
     "ok", "preallocated"},
    {"full.qcow2", "qemu-img create -f qcow2 -o preallocation=full full.qcow2 64M", "qcow2", "ok",
     "preallocated"},
    {"v2.qcow2", "qemu-img create -f qcow2 -o compat=0.10 v2.qcow2 10M", "qcow2", "ok", "thin"},
    {"l2.qcow2", "qemu-img create -f qcow2 -o extended_l2=on,cluster_size=128k l2.qcow2 10M",
     "qcow2", "ok", "thin"},
    {"overlay.qcow2", "qemu-img create -f qcow2 -u -b base.img -F raw overlay.qcow2 10M", "qcow2",
     "ok", "thin", "base.img"},
    {"aes.qcow2",
     "qemu-img create -f qcow2 --object secret,id=s,data=x -o "
     "encrypt.format=aes,encrypt.key-secret=s aes.qcow2 10M",
     "qcow2", "encrypted", NULL},
    {"data.qcow2", "qemu-img create -f qcow2 -o data_file=data.bin data.qcow2 10M", "qcow2",
     "external-data-file", NULL},
    {"off.raw", "qemu-img create -f raw off.raw 64M", "raw", "ok", "thin"},
    {"falloc.raw", "qemu-img create -f raw -o preallocation=falloc falloc.raw 64M", "raw", "ok",
     "preallocated"},
    {"full.raw", "qemu-img create -f raw -o preallocation=full full.raw 64M", "raw", "ok",
     "preallocated"},
    {"sparse.vmdk", "qemu-img create -f vmdk sparse.vmdk 64M", "vmdk", "unsupported-format",
     "thin"},
    {"child.vmdk",
     "qemu-img create -f vmdk parent.vmdk 64M && qemu-img create -f vmdk -b parent.vmdk -F vmdk "
     "child.vmdk",
     "vmdk", "unsupported-format", "thin", "parent.vmdk"},
    {"flat.vmdk", "qemu-img create -f vmdk -o subformat=monolithicFlat flat.vmdk 64M", "vmdk",
     "unsupported-format", "thin"},
    {"stream.vmdk",
     "qemu-img create -f raw s.raw 64M && qemu-img convert -O vmdk -o subformat=streamOptimized "
     "s.raw stream.vmdk",
     "vmdk", "unsupported-format", "thin"},
    {"dynamic.vdi", "qemu-img create -f vdi dynamic.vdi 64M", "vdi", "unsupported-format", "thin"},
    {"dynamic.vhdx", "qemu-img create -f vhdx dynamic.vhdx 64M", "vhdx", "unsupported-format",
     "thin"},
    {"fixed.vhdx", "qemu-img create -f vhdx -o subformat=fixed fixed.vhdx 64M", "vhdx",
     "unsupported-format", NULL},
    {"dynamic.vpc", "qemu-img create -f vpc dynamic.vpc 64M", "vpc", "unsupported-format", "thin"},
    {"exact.vpc", "qemu-img create -f vpc -o force_size=on exact.vpc 64M", "vpc",
     "unsupported-format", "thin"},
    {"fixed.vpc", "qemu-img create -f vpc -o subformat=fixed fixed.vpc 64M", "vpc",
     "unsupported-format", "thin"},
    {"plain.qed", "qemu-img create -f qed plain.qed 64M", "qed", "unsupported-format", "thin"},
    {"child.qed", "qemu-img create -f qed -u -b base.img -F raw child.qed 64M", "qed",
     "unsupported-format", "thin", "base.img"},
    {"plain.luks",
     LUCKY("qemu-img create -f luks --object secret,id=s,data=x -o key-secret=s,iter-time=10 "
           "plain.luks "
           "10M"),
     "luks", "unsupported-format", "thin"},
};

static gint64
info_number(const char *name, const char *format, const char *key)
{
  g_autofree char *command =
      g_strdup_printf("qemu-img info -U --output=json -f %s %s", format, name);
  g_autofree char *output = run(command);
  json_t *info = output ? json_loads(output, 0, NULL) : NULL;
  gint64 number = info ? json_integer_value(json_object_get(info, key)) : -1;

  json_decref(info);
  return number;
}

static void
test_made(gconstpointer data)
{
  const struct made *made = data;
  g_autofree char *output = run(made->make);

  if (!output) {
    g_test_skip("this qemu-img cannot make it");
    return;
  }
  g_autoptr(Image) image = read_image(made->name, made->format);
  g_assert_cmpstr(image->status, ==, made->status);
  g_assert_cmpstr(image->format, ==, made->format);
  if (made->provisioning)
    g_assert_cmpstr(image->provisioning, ==, made->provisioning);
  gint64 virtual_size = info_number(made->name, made->format, "virtual-size");
  if (virtual_size >= 0) /* encrypted images are not opened without their secret */
    g_assert_cmpint(image->virtual_size, ==, virtual_size);
  g_assert_true((made->backing != NULL) == (image->backing_path != NULL));
  if (made->backing)
    g_assert_cmpmem(g_bytes_get_data(image->backing_path, NULL),
                    g_bytes_get_size(image->backing_path), made->backing, strlen(made->backing));

  /* The same file declared as any other format is believed by nobody. */
  g_autoptr(Image) other =
      read_image(made->name, strcmp(made->format, "vdi") == 0 ? "qcow2" : "vdi");
  g_assert_cmpstr(other->status, ==, "format-mismatch");
  g_assert_null(other->backing_path);
  g_autoptr(Image) undeclared = read_image(made->name, NULL);
  g_assert_cmpstr(undeclared->status, ==, "format-missing");
  g_assert_null(undeclared->backing_path);
}

/*
 * Every format but a fixed vpc, whose first bytes are its guest's, is seen behind the word "raw".
 */
static void
test_behind_raw(void)
{
  for (size_t i = 0; i < G_N_ELEMENTS(images); i++) {
    g_autofree char *path = g_build_filename(folder, images[i].name, NULL);
    bool plain = strcmp(images[i].format, "raw") == 0 || strcmp(images[i].name, "fixed.vpc") == 0;

    if (!g_file_test(path, G_FILE_TEST_EXISTS))
      continue;
    g_autoptr(Image) image = read_image(images[i].name, "raw");
    g_assert_cmpstr(image->status, ==, plain ? "ok" : "format-mismatch");
    g_assert_cmpstr(image->magic_format, ==, plain ? NULL : images[i].format);
    g_assert_null(image->backing_path);
  }
}

static void
test_details(void)
{
  g_autofree char *made =
      run("qemu-img create -f qcow2 -o cluster_size=2M,compression_type=zstd d.qcow2 10M &&"
          "qemu-img snapshot -c one d.qcow2 && qemu-img snapshot -c two d.qcow2 &&"
          "chmod 444 d.qcow2");

  if (!made) {
    g_test_skip("this qemu-img cannot make it");
    return;
  }
  g_autoptr(Image) image = read_image("d.qcow2", "qcow2");
  g_assert_cmpstr(image->status, ==, "ok");
  g_assert_cmpint(image->format_version, ==, 3);
  g_assert_cmpint(image->cluster_size, ==, 2 << 20);
  g_assert_cmpstr(image->compression, ==, "zstd");
  g_assert_cmpint(image->snapshots, ==, 2);
  g_assert_cmpint(image->readonly, ==, 1);
  g_assert_cmpint(image->dirty, ==, 0);
  g_assert_cmpint(image->corrupt, ==, 0);
  g_assert_cmpint(image->extended_l2, ==, 0);
  g_autoptr(Image) extended = read_image("l2.qcow2", "qcow2");
  g_assert_cmpint(extended->extended_l2, ==, 1);
  g_autoptr(Image) old = read_image("v2.qcow2", "qcow2");
  g_assert_cmpint(old->format_version, ==, 2);
  g_autoptr(Image) data = read_image("data.qcow2", "qcow2");
  g_assert_cmpmem(g_bytes_get_data(data->data_file, NULL), g_bytes_get_size(data->data_file),
                  "data.bin", 8);
  g_autoptr(Image) aes = read_image("aes.qcow2", "qcow2");
  g_assert_cmpstr(aes->encryption, ==, "aes");
}

/* Each incompatible feature bit of a version 3 header, alone. */
static void
test_features(void)
{
  static const char *const known[] = {"ok", "corrupt", "external-data-file", "corrupt", "ok"};

  g_autofree char *made = run("qemu-img create -f qcow2 f.qcow2 1M");
  g_autofree char *path = g_build_filename(folder, "f.qcow2", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  if (!made) {
    g_test_skip("qemu-img is missing");
    return;
  }
  g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
  for (guint bit = 0; bit < 64; bit++) {
    memset(bytes + 72, 0, 8);
    bytes[79 - bit / 8] = (char)(1 << (bit % 8));
    g_assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
    g_autoptr(Image) image = read_image("f.qcow2", "qcow2");
    g_assert_cmpstr(image->status, ==, bit < G_N_ELEMENTS(known) ? known[bit] : "unknown-feature");
  }
}

static const struct {
  const char *name;
  const char *make;
  const char *declared;
  const char *status;
} broken[] = {
    {"empty.qcow2", ": > empty.qcow2", "qcow2", "format-mismatch"},
    {"empty.raw", ": > empty.raw", "raw", "ok"},
    {"short.qcow2", "printf 'QFI\\373\\0\\0\\0\\3' > short.qcow2", "qcow2", "corrupt"},
    {"v1.qcow2", "printf 'QFI\\373\\0\\0\\0\\1%0100d' 0 > v1.qcow2", "qcow2", "unsupported-format"},
    {"v9.qcow2", "printf 'QFI\\373\\0\\0\\0\\11%0100d' 0 > v9.qcow2", "qcow2",
     "unsupported-format"},
    {"short.qed", "printf 'QED\\0' > short.qed", "qed", "corrupt"},
    {"short.vmdk", "printf 'KDMV' > short.vmdk", "vmdk", "corrupt"},
    {"text.vmdk", "printf '# Disk DescriptorFile\\nRW 8 FLAT \"/etc/shadow\" 0\\n' > text.vmdk",
     "vmdk", "unsupported-format"},
    {"short.vhdx", "printf 'vhdxfile' > short.vhdx", "vhdx", "corrupt"},
    {"short.vpc", "printf 'conectix' > short.vpc", "vpc", "corrupt"},
    {"short.luks", "printf 'LUKS\\272\\276\\0\\1' > short.luks", "luks", "corrupt"},
    {"odd.img", "printf 'anything' > odd.img", "parallels", "unsupported-format"},
    {"dir", "mkdir dir", "raw", "not-regular"},
    {"fifo", "mkfifo fifo", "raw", "not-regular"},
    {"dangling", "ln -s nowhere dangling", "raw", "missing"},
    {"turning", "ln -s turning turning", "raw", "unreadable"},
    {"empty.raw/below", ": > empty.raw", "raw", "missing"},
    {"absent", ":", "qcow2", "missing"},
    {"huge.raw", "truncate -s 4T huge.raw", "raw", "ok"},
};

static void
test_broken(void)
{
  for (size_t i = 0; i < G_N_ELEMENTS(broken); i++) {
    g_autofree char *made = run(broken[i].make);
    g_autoptr(Image) image = read_image(broken[i].name, broken[i].declared);

    g_assert_nonnull(made);
    if (strcmp(image->status, broken[i].status) != 0)
      g_error("%s: \"%s\" (%s), not \"%s\"", broken[i].name, image->status, image->detail,
              broken[i].status);
    g_assert_true(shape_check(&image_shape, image, NULL));
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  folder = g_dir_make_tmp("virt-ledger-XXXXXX", NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(images); i++) {
    g_autofree char *name = g_strdup_printf("/image-headers/made/%s", images[i].name);
    g_test_add_data_func(name, &images[i], test_made);
  }
  g_test_add_func("/image-headers/then/behind-raw", test_behind_raw);
  g_test_add_func("/image-headers/then/details", test_details);
  g_test_add_func("/image-headers/then/features", test_features);
  g_test_add_func("/image-headers/then/broken", test_broken);
  int result = g_test_run();
  g_free(run("rm -rf -- \"$PWD\""));
  g_free(folder);
  return result;
}
