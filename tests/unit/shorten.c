/* SPDX-License-Identifier: Apache-2.0 */
/* How long facts are as JSON, and guests that say more than an answer may hold. */
#include "guest/shorten.h"

#include <string.h>

static gsize
json_size(const struct guest *guest)
{
  g_autofree char *text = shape_to_text(&guest_shape, guest);

  return strlen(text);
}

static GBytes *
every_byte(void)
{
  guint8 bytes[256];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8)i;
  return g_bytes_new(bytes, sizeof bytes);
}

/* Texts that grow the most when they are escaped. */
static struct authorized_key *
new_key(guint line)
{
  struct authorized_key *key = authorized_key_new();

  key->user = g_strdup("root");
  key->key_file = g_strdup("/root/\x01\x1f\"\\\n/\u202e\x7f");
  key->entry = g_strdup_printf("line %u", line);
  key->line = line;
  key->options = line % 2 ? every_byte() : octets_new("\x02\x02\x02\x02\x02\x02\x02\x02");
  return key;
}

static struct root *
add_root(struct guest *guest, const char *name, guint keys)
{
  struct root *root = root_new();

  root->root = g_strdup(name);
  root->status = g_strdup(GUEST_OK);
  for (guint i = 1; i <= keys; i++)
    g_ptr_array_add(root->authorized_keys, new_key(i));
  g_ptr_array_add(guest->roots, root);
  return root;
}

static struct seed *
add_seed(struct guest *guest, guint users)
{
  struct seed *seed = seed_new();

  seed->place = g_strdup("volume vdb");
  seed->status = g_strdup(CLOUD_OK);
  for (guint i = 0; i < users; i++) {
    struct seed_user *user = seed_user_new();
    user->name = g_strdup_printf("%0200u", i);
    g_ptr_array_add(seed->users, user);
  }
  g_ptr_array_add(guest->seeds, seed);
  return seed;
}

static struct guest *
new_guest(void)
{
  struct guest *guest = guest_new();

  guest->domain = g_strdup("2d5a2e23-d481-53a4-a6cc-8fe5f3b40ddf");
  guest->road = g_strdup(ROAD_DISK);
  guest->status = g_strdup(GUEST_OK);
  return guest;
}

static void
expect_valid(const struct guest *guest)
{
  GError *error = NULL;

  shape_check(&guest_shape, guest, &error);
  g_assert_no_error(error);
}

static void
test_size(void)
{
  g_autoptr(Guest) guest = new_guest();

  g_assert_cmpuint(shape_size(&guest_shape, guest), >=, json_size(guest));
  add_root(guest, "vda1", 1000);
  add_seed(guest, 1000);
  g_assert_cmpuint(shape_size(&guest_shape, guest), >=, json_size(guest));
  g_assert_cmpuint(shape_size(&guest_shape, guest), <, 2 * json_size(guest));
}

static void
test_fits(void)
{
  g_autoptr(Guest) guest = new_guest();
  struct root *root = add_root(guest, "vda1", 100);

  shorten_guest(guest, (gsize)1 << 20);
  g_assert_cmpuint(root->authorized_keys->len, ==, 100);
  g_assert_null(root->marks);
  g_assert_cmpuint(root->key_sources->len, ==, 0);
}

/* What is large is cut and says so; what is small stays. */
static void
test_cut(void)
{
  const gsize max = (gsize)1 << 20;
  g_autoptr(Guest) guest = new_guest();
  struct root *large = add_root(guest, "vda1", KEYS_MAX), *small = add_root(guest, "vdb1", 10);
  struct seed *seed = add_seed(guest, 20);

  g_assert_cmpuint(json_size(guest), >, max);
  shorten_guest(guest, max);
  g_assert_cmpuint(json_size(guest), <=, max);
  expect_valid(guest);
  g_assert_cmpuint(large->authorized_keys->len, >, 100);
  g_assert_cmpstr(large->marks, ==, MARK_TRUNCATED);
  const struct key_source *source = large->key_sources->pdata[0];
  g_assert_cmpstr(source->user, ==, "");
  g_assert_cmpstr(source->state, ==, KEY_FILE_TRUNCATED);
  g_assert_cmpuint(small->authorized_keys->len, ==, 10);
  g_assert_null(small->marks);
  g_assert_cmpstr(seed->status, ==, CLOUD_OK);
}

static void
test_seed(void)
{
  const gsize max = (gsize)128 << 10;
  g_autoptr(Guest) guest = new_guest();
  struct seed *seed = add_seed(guest, SEED_USERS_MAX);

  add_seed(guest, SEED_USERS_MAX);
  shorten_guest(guest, max);
  g_assert_cmpuint(json_size(guest), <=, max);
  g_assert_cmpstr(seed->status, ==, CLOUD_TOO_LARGE);
  expect_valid(guest);
}

/* The row that says so has its place where there is none left. */
static void
test_full_sources(void)
{
  g_autoptr(Guest) guest = new_guest();
  struct root *root = add_root(guest, "vda1", KEYS_MAX);

  for (guint i = 0; i < KEYS_MAX; i++) {
    struct key_source *source = key_source_new();
    source->user = g_strdup_printf("u%u", i);
    source->source = g_strdup("x");
    source->state = g_strdup(KEY_FILE_NOT_REGULAR);
    g_ptr_array_add(root->key_sources, source);
  }
  shorten_guest(guest, (gsize)2 << 20);
  expect_valid(guest);
  const struct key_source *source = root->key_sources->pdata[0];
  g_assert_cmpstr(source->state, ==, KEY_FILE_TRUNCATED);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/shorten/size", test_size);
  g_test_add_func("/shorten/fits", test_fits);
  g_test_add_func("/shorten/cut", test_cut);
  g_test_add_func("/shorten/seed", test_seed);
  g_test_add_func("/shorten/full-sources", test_full_sources);
  return g_test_run();
}
