/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of /etc/fstab. */
#include "guest/disk/fstab.h"

#include <string.h>

static GPtrArray *
parse(const char *text)
{
  g_autoptr(GBytes) content = g_bytes_new(text, strlen(text));

  return fstab_parse(content);
}

static const struct {
  const char *line;
  const char *source, *mount_point, *type; /* NULL: the line is passed over */
  bool optional, bind;
} lines[] = {
    {"UUID=12 /var ext4 defaults 0 2", "UUID=12", "/var", "ext4"},
    {"UUID=\"1-2\" /var ext4", "UUID=1-2", "/var", "ext4"},
    {"  LABEL=a\\040label\t\t/my\\040place ext4 rw,nofail\r", "LABEL=a label", "/my place", "ext4",
     true},
    {"/dev/vda1 / auto defaults", "/dev/vda1", "/", "auto"},
    {"/srv/var /var none bind", "/srv/var", "/var", "none", false, true},
    {"/srv/var /var none rw,rbind,nofail", "/srv/var", "/var", "none", true, true},
    {"PARTUUID=12-1 /boot ext2 x-systemd.automount", "PARTUUID=12-1", "/boot", "ext2"},
    {"LABEL=a\\b\\999 /x ext4 d", "LABEL=a\\b\\999", "/x", "ext4"},
    {"UUID=12 /var ext4 rw,noauto 0 2", NULL},
    {"UUID=12 none swap sw", NULL},
    {"UUID=12 /swap swap sw", NULL},
    {"tmpfs /tmp tmpfs defaults", NULL},
    {"proc /proc proc defaults", NULL},
    {"server:/export /home nfs defaults", NULL},
    {"//server/share /home cifs defaults", NULL},
    {"# UUID=12 /var ext4 defaults", NULL},
    {"#UUID=12 /var ext4 defaults", NULL},
    {"UUID=12 /var", NULL},
    {"UUID=12 var ext4", NULL},
    {"UUID=12", NULL},
    {"", NULL},
    {" \t ", NULL},
};

static void
test_lines(void)
{
  for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autoptr(GPtrArray) entries = parse(lines[i].line);
    const struct fstab_entry *entry = entries->len ? entries->pdata[0] : NULL;

    g_test_message("%s", lines[i].line);
    g_assert_cmpuint(entries->len, ==, lines[i].source ? 1 : 0);
    g_assert_cmpstr(entry ? entry->source : NULL, ==, lines[i].source);
    g_assert_cmpstr(entry ? entry->mount_point : NULL, ==, lines[i].mount_point);
    g_assert_cmpstr(entry ? entry->type : NULL, ==, lines[i].type);
    g_assert_true(!entry || entry->optional == lines[i].optional);
    g_assert_true(!entry || entry->bind == lines[i].bind);
  }
}

static void
test_order(void)
{
  static const char *const wanted[] = {"/", "/var", "/usr//", "/var", "/var/lib/dbus"};
  g_autoptr(GPtrArray) entries = parse("UUID=1 /var/lib/dbus ext4\nUUID=2 /var ext4\n"
                                       "UUID=3 /usr// ext4\n\nUUID=4 /var ext4\nUUID=5 / ext4");

  g_assert_cmpuint(entries->len, ==, G_N_ELEMENTS(wanted));
  for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
    const struct fstab_entry *entry = entries->pdata[i];
    g_assert_cmpstr(entry->mount_point, ==, wanted[i]);
  }
  g_assert_cmpstr(((struct fstab_entry *)entries->pdata[3])->source, ==, "UUID=4");
}

/* Neither many lines nor a long one nor odd bytes are a reason to stop, or to go on for long. */
static void
test_odd_content(void)
{
  g_autoptr(GString) many = g_string_new(NULL);
  static const char odd[] = "UUID=1 /a ext4\n\xff\xfe\x01 \\377\n\0UUID=2 /b ext4\n";
  g_autoptr(GBytes) bytes = g_bytes_new_static(odd, sizeof(odd) - 1);
  g_autoptr(GPtrArray) cut = fstab_parse(bytes);

  g_assert_cmpuint(cut->len, ==, 1);
  for (guint i = 0; i < 20000; i++)
    g_string_append(many, "UUID=1 /a ext4\n");
  g_autoptr(GPtrArray) entries = parse(many->str);
  g_assert_cmpuint(entries->len, ==, 1000);
  g_autoptr(GBytes) nothing = g_bytes_new(NULL, 0);
  g_autoptr(GPtrArray) none = fstab_parse(nothing);
  g_assert_cmpuint(none->len, ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/fstab/lines", test_lines);
  g_test_add_func("/fstab/order", test_order);
  g_test_add_func("/fstab/odd-content", test_odd_content);
  return g_test_run();
}
