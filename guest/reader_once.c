/* SPDX-License-Identifier: Apache-2.0 */
/* A worker from its start to the end of its first job. */
#include "guest/reader_once.h"

#include "guest/reader_worker.h"

#include <poll.h>
#include <string.h>

static struct guest *
wait_for_guest(const struct reader_once *once, struct reader_worker *worker)
{
  struct guest *guest = NULL;

  while (!guest) {
    struct pollfd events[] = {
        {.fd = worker->process.socket, .events = POLLIN},
        {.fd = once->stop, .events = POLLIN},
    };

    poll(events, G_N_ELEMENTS(events), reader_worker_ms_left(worker));
    if (events[1].revents)
      return NULL;
    guest = reader_worker_advance(worker);
  }
  return guest;
}

struct guest *
reader_once(const struct reader_once *once, struct reader_job *job)
{
  g_autofree char *road = g_strdup(job->road);
  struct reader_worker worker;

  reader_worker_init(&worker, once->program, road, once->deadline_ms);
  if (strcmp(road, ROAD_AGENT) == 0) {
    worker.ask = once->ask;
    worker.ask_data = once->data;
  }
  struct guest *guest = reader_worker_start_with(&worker, job);
  if (!guest)
    guest = wait_for_guest(once, &worker);
  reader_worker_clear(&worker);
  return guest;
}
