/* SPDX-License-Identifier: Apache-2.0 */
/*
 * User-data in its forms: one part, MIME, gzip, archives, includes. The types are those that
 * cloudinit.user_data.UserDataProcessor of cloud-init 22.4 gives the same bytes, besides those of
 * archives and includes themselves.
 */
#include "guest/cloud/user_data.h"

#include "facts/cloud.h"
#include "guest/cloud/gzip.h"

#include <string.h>
#include <zlib.h>

#define MIME_HEAD                                                                                  \
  "Content-Type: multipart/mixed; boundary=\"===1==\"\nMIME-Version: 1.0\nNumber-Attachments: 2"   \
  "\n\n"

static const struct form_case {
  const char *name, *text;
  const char *types, *status, *detail;
  const char *hostname; /* what the merged configuration says */
} form_cases[] = {
    {"config", "#cloud-config\nhostname: web\n", "text/cloud-config", NULL, NULL, "web"},
    {"blanks-before", "\n\n  #Cloud-Config\nhostname: web\n", "text/cloud-config", NULL, NULL,
     "web"},
    {"script", "#!/bin/sh\nhostname: web\n", "text/x-shellscript", NULL, NULL, NULL},
    {"boothook", "#cloud-boothook\n#!/bin/sh\n", "text/cloud-boothook", NULL, NULL, NULL},
    {"nothing", "", "", NULL, NULL, NULL},
    {"no-header", "hostname: web\n", "text/x-not-multipart", CLOUD_MALFORMED,
     "user-data: it begins with nothing that cloud-init knows, as #cloud-config", NULL},
    {"yaml-error", "#cloud-config\nhostname: web\nusers: [\n", "text/cloud-config", CLOUD_MALFORMED,
     "user-data:4:1: did not find expected node content", NULL},
    {"no-mapping", "#cloud-config\n- web\n", "text/cloud-config", CLOUD_MALFORMED,
     "user-data:2:1: cloud-config is no mapping", NULL},
    {"empty-config", "#cloud-config\n", "text/cloud-config", NULL, NULL, NULL},
    {"jinja", "## template: jinja\n#cloud-config\nhostname: {{ ds.x }}\n", "text/jinja2",
     CLOUD_UNSUPPORTED, "user-data: a Jinja template, which only the guest can fill in", NULL},
    {"patch", "#cloud-config-jsonp\n[]\n", "text/cloud-config-jsonp", CLOUD_UNSUPPORTED,
     "user-data: a JSON patch of the configuration", NULL},
    {"include", "#include\n# ours\nhttps://u:CANARY@host/x?CANARY\nhttps://other/\n",
     "text/x-include-url", CLOUD_UNSUPPORTED,
     "user-data: it includes what only the guest can fetch", NULL},
    {"archive",
     "#cloud-config-archive\n- type: text/cloud-config\n  content: |\n    hostname: a\n"
     "- '#!/bin/sh'\n- content: |\n    #cloud-config\n    hostname: web\n",
     "text/cloud-config-archive text/cloud-config text/x-shellscript text/cloud-config", NULL, NULL,
     "web"},
    {"archive-error", "#cloud-config-archive\n- |\n  a: [\n",
     "text/cloud-config-archive "
     "text/cloud-config",
     CLOUD_MALFORMED, "user-data entry 1:2:1: did not find expected node content", NULL},
    {"mime",
     MIME_HEAD "--===1==\nContent-Type: text/cloud-config; charset=\"us-ascii\"\nMIME-Version: "
               "1.0\nContent-Transfer-Encoding: 7bit\n\n#cloud-config\nhostname: web\n\n"
               "--===1==\nContent-Type: text/x-shellscript\n\n#!/bin/sh\n--===1==--\nafter\n",
     "text/cloud-config text/x-shellscript", NULL, NULL, "web"},
    {"mime-base64",
     MIME_HEAD "--===1==\nContent-Type: text/cloud-config\nContent-Transfer-Encoding: base64\n\n"
               "I2Nsb3VkLWNvbmZpZwpob3N0\nbmFtZTogd2ViCg==\n--===1==--\n",
     "text/cloud-config", NULL, NULL, "web"},
    {"mime-quoted",
     MIME_HEAD "--===1==\nContent-Type: text/cloud-config\nContent-Transfer-Encoding: "
               "Quoted-Printable\n\n=23cloud-config\nhostname=3A we=\nb\n--===1==--\n",
     "text/cloud-config", NULL, NULL, "web"},
    {"mime-plain-part", MIME_HEAD "--===1==\n\n#cloud-config\nhostname: web\n--===1==--\n",
     "text/cloud-config", NULL, NULL, "web"},
    {"mime-wrong-script-type",
     MIME_HEAD "--===1==\nContent-Type: text/x-shellscript\n\n#cloud-config\nhostname: web\n"
               "--===1==--\n",
     "text/cloud-config", NULL, NULL, "web"},
    {"mime-nested",
     MIME_HEAD "--===1==\nContent-Type: multipart/mixed;\n boundary=in\n\n--in\n\n#cloud-config\n"
               "hostname: web\n--in--\n\n--===1==\n\n#!/bin/sh\n--===1==--\n",
     "text/cloud-config text/x-shellscript", NULL, NULL, "web"},
    {"mime-open-end", MIME_HEAD "--===1==\n\n#cloud-config\nhostname: web\n", "text/cloud-config",
     NULL, NULL, "web"},
    {"mime-windows",
     "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
     "#cloud-config\r\nhostname: web\r\n--b--\r\n",
     "text/cloud-config", NULL, NULL, "web"},
    {"mime-envelope",
     "From nobody Thu Jan  1 00:00:00 1970\nMIME-Version: 1.0\nContent-Type: text/cloud-config\n\n"
     "hostname: web\n",
     "text/cloud-config", NULL, NULL, "web"},
    {"mime-no-boundary", "MIME-Version: 1.0\nContent-Type: multipart/mixed\n\nx\n", "",
     CLOUD_MALFORMED, "user-data: a multipart without a boundary", NULL},
    {"mime-other-boundary", MIME_HEAD "--2\n\nx\n", "", CLOUD_MALFORMED,
     "user-data: a multipart without its boundary", NULL},
    {"mime-bad-part",
     MIME_HEAD "--===1==\n\n#cloud-config\na: [\n--===1==\n\n#cloud-config\nhostname: web\n"
               "--===1==--\n",
     "text/cloud-config text/cloud-config", CLOUD_MALFORMED,
     "user-data part 1:3:1: did not find expected node content", "web"},
    {"mime-replaced",
     MIME_HEAD "--===1==\n\n#cloud-config\nhostname: a\n--===1==\n\n#cloud-config\nhostname: web\n"
               "--===1==--\n",
     "text/cloud-config text/cloud-config", NULL, NULL, "web"},
    {"mime-kept",
     MIME_HEAD "--===1==\n\n#cloud-config\nhostname: web\n--===1==\nMerge-Type: dict()+list()\n\n"
               "#cloud-config\nhostname: b\n--===1==--\n",
     "text/cloud-config text/cloud-config", NULL, NULL, "web"},
    {"mime-encrypted",
     MIME_HEAD "--===1==\nContent-Type: application/pkcs7-mime\n\nx\n--===1==--\n",
     "application/pkcs7-mime", CLOUD_UNSUPPORTED, "user-data part 1: an encrypted part", NULL},
    {"mime-hostile-type", MIME_HEAD "--===1==\nContent-Type: te\x1b[2J xt/\xff\n\nx\n--===1==--\n",
     "te??2j?xt/?", NULL, NULL, NULL},
};

static char *
join(const GPtrArray *words)
{
  GString *all = g_string_new(NULL);

  for (guint i = 0; i < words->len; i++)
    g_string_append_printf(all, "%s%s", i > 0 ? " " : "", (const char *)words->pdata[i]);
  return g_string_free(all, FALSE);
}

static struct user_data *
read_text(const char *text)
{
  return user_data_read((struct text){text, strlen(text)}, "user-data", "");
}

static void
test_form(gconstpointer data)
{
  const struct form_case *expected = data;
  g_autoptr(UserData) found = read_text(expected->text);
  g_autofree char *types = join(found->types);

  g_assert_cmpstr(types, ==, expected->types);
  g_assert_cmpstr(found->trouble.detail, ==, expected->detail);
  g_assert_cmpstr(found->trouble.status, ==, expected->status);
  g_assert_cmpstr(yaml_text(cloud_config_node(found->config, "hostname")), ==, expected->hostname);
}

/* What `cloud-init devel make-mime` of 22.4 wrote. */
static void
test_make_mime(void)
{
  g_autofree char *text = NULL;

  g_assert_true(g_file_get_contents("cloud/make-mime", &text, NULL, NULL));
  g_autoptr(UserData) found = read_text(text);
  g_autofree char *types = join(found->types);
  g_assert_cmpstr(found->trouble.detail, ==, NULL);
  g_assert_cmpstr(types, ==, "text/cloud-config text/x-shellscript");
  g_assert_cmpstr(yaml_text(cloud_config_node(found->config, "hostname")), ==, "web");
}

static void
test_include(void)
{
  g_autoptr(UserData) found = read_text("#include-once https://u:p@host/x?token\n");

  g_assert_cmpstr(found->fetched_from, ==, "https://host/x");
}

/* A gzip member of the text; `times` of it. */
static GByteArray *
compress_text(const char *text, guint times)
{
  GByteArray *out = g_byte_array_new();
  z_stream stream = {0};
  guint8 buffer[4096];
  int result = Z_OK;

  g_assert_cmpint(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), ==, Z_OK);
  for (guint i = 0; i < times; i++) {
    stream.next_in = (Bytef *)text;
    stream.avail_in = (uInt)strlen(text);
    do {
      stream.next_out = buffer;
      stream.avail_out = sizeof(buffer);
      result = deflate(&stream, i + 1 == times ? Z_FINISH : Z_NO_FLUSH);
      g_byte_array_append(out, buffer, (guint)(sizeof(buffer) - stream.avail_out));
    } while (stream.avail_in > 0 || stream.avail_out == 0);
  }
  g_assert_cmpint(result, ==, Z_STREAM_END);
  deflateEnd(&stream);
  return out;
}

static struct user_data *
read_bytes(const GByteArray *bytes)
{
  return user_data_read((struct text){(const char *)bytes->data, bytes->len}, "user-data", "");
}

static void
test_gzip(void)
{
  g_autoptr(GByteArray) bytes = compress_text("#cloud-config\n", 1);
  g_autoptr(GByteArray) more = compress_text("hostname: web\n", 1);
  g_byte_array_append(bytes, more->data, more->len);
  g_byte_array_append(bytes, (const guint8 *)"\0\0", 2);
  g_autoptr(UserData) found = read_bytes(bytes);

  g_assert_null(found->trouble.status);
  g_assert_cmpstr(yaml_text(cloud_config_node(found->config, "hostname")), ==, "web");
}

static void
test_gzip_part(void)
{
  g_autoptr(GByteArray) bytes = compress_text("#cloud-config\nhostname: web\n", 1);
  g_autofree char *base64 = g_base64_encode(bytes->data, bytes->len);
  g_autofree char *text = g_strconcat(MIME_HEAD "--===1==\nContent-Type: application/x-gzip\n"
                                                "Content-Transfer-Encoding: base64\n\n",
                                      base64, "\n--===1==--\n", NULL);
  g_autoptr(UserData) found = read_text(text);

  g_assert_null(found->trouble.status);
  g_assert_cmpstr(yaml_text(cloud_config_node(found->config, "hostname")), ==, "web");
}

static void
test_gzip_bomb(void)
{
  g_autoptr(GByteArray) fits = compress_text("#cloud-config\n\n\n", (GZIP_EXPANDED_MAX >> 4));
  g_autoptr(GByteArray) bomb = compress_text("#cloud-config\n\n\n", 1 << 22);
  g_autoptr(UserData) whole = read_bytes(fits), found = read_bytes(bomb);

  g_assert_null(whole->trouble.status);
  g_assert_cmpstr(found->trouble.status, ==, CLOUD_TOO_LARGE);
  g_assert_cmpstr(found->trouble.detail, ==, "user-data: gzip of more than 1 MiB");
  g_assert_cmpuint(found->types->len, ==, 0);
}

static void
test_gzip_broken(void)
{
  g_autoptr(GByteArray) bytes = compress_text("#cloud-config\nhostname: web\n", 1);

  for (guint length = 2; length < bytes->len; length++) {
    g_autoptr(UserData) found =
        user_data_read((struct text){(const char *)bytes->data, length}, "user-data", "");
    g_assert_cmpstr(found->trouble.status, ==, CLOUD_MALFORMED);
  }
  bytes->data[bytes->len - 6] ^= 1; /* in the checksum */
  g_autoptr(UserData) found = read_bytes(bytes);
  g_assert_cmpstr(found->trouble.status, ==, CLOUD_MALFORMED);
}

/* `count` parts of a multipart, or of `depth` nested ones. */
static char *
message_of_parts(guint count, guint depth)
{
  GString *text = g_string_new("MIME-Version: 1.0\n");

  for (guint i = 0; i < depth; i++)
    g_string_append_printf(text, "Content-Type: multipart/mixed; boundary=b%u\n\n--b%u\n", i, i);
  for (guint i = 0; i < count; i++)
    g_string_append_printf(text, "%s\n#!/bin/sh", i > 0 ? "\n--b0\n" : "");
  return g_string_free(text, FALSE);
}

static void
test_many(void)
{
  g_autofree char *fits = message_of_parts(USER_DATA_PARTS_MAX, 1);
  g_autofree char *over = message_of_parts(USER_DATA_PARTS_MAX + 1, 1);
  g_autofree char *deep = message_of_parts(1, 8);
  g_autoptr(UserData) whole = read_text(fits), cut = read_text(over), nested = read_text(deep);

  g_assert_null(whole->trouble.status);
  g_assert_cmpuint(whole->types->len, ==, USER_DATA_PARTS_MAX);
  g_assert_cmpstr(cut->trouble.status, ==, CLOUD_TOO_LARGE);
  g_assert_cmpuint(cut->types->len, ==, USER_DATA_PARTS_MAX);
  g_assert_cmpstr(nested->trouble.status, ==, CLOUD_TOO_LARGE);
}

/* What a list is made of after two parts, by the second one's merge_how. */
static const struct merge_case {
  const char *name, *how;
  const char *packages;
} merge_cases[] = {
    {"default", "", "b"},
    {"append", "merge_how: list(append)+dict(recurse_array)+str()\n", "a b"},
    {"prepend", "merge_type: list(prepend) + dict(no_replace, recurse-list)\n", "b a"},
    {"keep", "merge_how: dict(no_replace)\n", "a"},
    {"settings",
     "merge_how:\n- {name: list, settings: [append]}\n- {name: dict, settings: [no_replace, "
     "recurse_list]}\n",
     "a b"},
};

static void
test_merge(gconstpointer data)
{
  const struct merge_case *expected = data;
  g_autofree char *text = g_strdup_printf(
      MIME_HEAD "--===1==\n\n#cloud-config\npackages: [a]\n--===1==\n\n#cloud-config\npackages: "
                "[b]\n%s--===1==--\n",
      expected->how);
  g_autoptr(UserData) found = read_text(text);
  const GPtrArray *pieces = cloud_config_get(found->config, "packages");
  g_autoptr(GPtrArray) names = g_ptr_array_new();

  g_assert_null(found->trouble.detail);
  for (guint i = 0; i < pieces->len; i++)
    g_ptr_array_add(
        names, (gpointer)yaml_text(((const struct yaml_node *)pieces->pdata[i])->items->pdata[0]));
  g_autofree char *packages = join(names);
  g_assert_cmpstr(packages, ==, expected->packages);
}

static void
test_script_secrets(void)
{
  g_autoptr(UserData) found = read_text("#!/bin/sh\ncurl https://me:CANARY@host/\n");

  g_assert_cmpuint(found->secrets->len, ==, 1);
  g_assert_cmpstr(found->secrets->pdata[0], ==, "part[0]");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(form_cases); i++) {
    g_autofree char *path = g_strconcat("/user-data/form/", form_cases[i].name, NULL);
    g_test_add_data_func(path, &form_cases[i], test_form);
  }
  for (guint i = 0; i < G_N_ELEMENTS(merge_cases); i++) {
    g_autofree char *path = g_strconcat("/user-data/merge/", merge_cases[i].name, NULL);
    g_test_add_data_func(path, &merge_cases[i], test_merge);
  }
  g_test_add_func("/user-data/make-mime", test_make_mime);
  g_test_add_func("/user-data/include", test_include);
  g_test_add_func("/user-data/gzip", test_gzip);
  g_test_add_func("/user-data/gzip-part", test_gzip_part);
  g_test_add_func("/user-data/gzip-bomb", test_gzip_bomb);
  g_test_add_func("/user-data/gzip-broken", test_gzip_broken);
  g_test_add_func("/user-data/many", test_many);
  g_test_add_func("/user-data/script-secrets", test_script_secrets);
  return g_test_run();
}
