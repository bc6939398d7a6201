/* SPDX-License-Identifier: Apache-2.0 */
/* The thread that turns libvirt's event loop: callbacks come, it ends, and it starts again. */
#include "hypervisor/event_loop.h"

#include "hypervisor/connection.h"

#define UUID "6695eb01-f6a4-8304-79aa-97f2502e193f" /* of test:///default */

static int
on_event(G_GNUC_UNUSED virConnectPtr connection, G_GNUC_UNUSED virDomainPtr domain, int event,
         G_GNUC_UNUSED int detail, void *data)
{
  g_async_queue_push(data, GINT_TO_POINTER(event + 1));
  return 0;
}

static void
test_callbacks(void)
{
  struct event_loop *loop = event_loop_start();
  g_autoptr(GAsyncQueue) events = g_async_queue_new();
  g_autoptr(GError) error = NULL;
  virConnectPtr connection = connection_open("test:///default", &error);
  virConnectPtr writing = connection_open_writing("test:///default", &error);

  g_assert_no_error(error);
  int callback =
      virConnectDomainEventRegisterAny(connection, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                       VIR_DOMAIN_EVENT_CALLBACK(on_event), events, NULL);
  g_assert_cmpint(callback, >=, 0);
  virDomainPtr domain = virDomainLookupByUUIDString(writing, UUID);
  g_assert_cmpint(virDomainSuspend(domain), ==, 0);
  g_assert_cmpint(GPOINTER_TO_INT(g_async_queue_timeout_pop(events, 5 * G_USEC_PER_SEC)), ==,
                  VIR_DOMAIN_EVENT_SUSPENDED + 1);
  g_assert_cmpint(virDomainResume(domain), ==, 0);
  virDomainFree(domain);
  virConnectDomainEventDeregisterAny(connection, callback);
  virConnectClose(writing);
  virConnectClose(connection);
  event_loop_stop(loop);
}

static void
test_again(void)
{
  for (guint i = 0; i < 100; i++) {
    g_autoptr(EventLoop) loop = event_loop_start();
    g_assert_nonnull(loop);
  }
}

static void
test_local(void)
{
  g_autoptr(EventLoop) remote = event_loop_start_for("qemu+ssh://host/system");

  g_assert_nonnull(remote);
  g_assert_null(event_loop_start_for("qemu:///system"));
  g_assert_null(event_loop_start_for("test:///default"));
  g_setenv("LIBVIRT_DEFAULT_URI", "test:///default", TRUE);
  g_assert_null(event_loop_start_for(NULL));
  g_unsetenv("LIBVIRT_DEFAULT_URI");
  g_assert_null(event_loop_start_for(""));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/event-loop/callbacks", test_callbacks);
  g_test_add_func("/event-loop/again", test_again);
  g_test_add_func("/event-loop/local", test_local);
  return g_test_run();
}
