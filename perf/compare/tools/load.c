/* load: an HTTP/1.1 load generator in one thread.
 *
 *   load PORT PATH [-c connections] [-d seconds] [-r requests/s] [-b body bytes] [-n] [-H "Name: value"]...
 *
 * Closed loop: each connection asks again as soon as it is answered. Open loop (-r): request i is due at start + i / rate
 * whatever the server does, and its latency counts from that moment, so a stall of the server is seen by all requests
 * that it delayed and not only by those under way. -n: a connection for each request. Prints one JSON object; what is
 * cut off by the end of the run is not counted.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_MAX = 16384, EVENTS = 512, SUB_BUCKETS = 128, BUCKETS = 40 * SUB_BUCKETS };
enum state { IDLE, SENDING, IN_HEAD, IN_LENGTH, IN_CHUNKS };

struct connection {
  int fd, events, wants_close, is_good;
  enum state state;
  uint64_t due;
  size_t sent, filled, left;
  char tail[8];            /* last bytes of a chunked body */
  char head[HEAD_MAX];
};

static struct sockaddr_in server;
static char *request;
static size_t request_length;
static int poller, is_fresh, idle_count;
static struct connection **idle;
static uint64_t buckets[BUCKETS], answered, refused, errors, received, slowest;

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* Buckets are a 128th of their value wide: below 0.8 % of error, from 0.1 us to an hour. */
static int bucket_of(uint64_t ns) {
  uint64_t v = ns / 100;
  if (v < SUB_BUCKETS) return v;
  int shift = 63 - __builtin_clzll(v) - 6; /* leaves 64..127 */
  int at = SUB_BUCKETS + (shift - 1) * (SUB_BUCKETS / 2) + (int)(v >> shift) - SUB_BUCKETS / 2;
  return at < BUCKETS ? at : BUCKETS - 1;
}

static double value_of(int at) {
  if (at < SUB_BUCKETS) return at * 1e-4;
  int shift = (at - SUB_BUCKETS) / (SUB_BUCKETS / 2) + 1;
  uint64_t v = (uint64_t)((at - SUB_BUCKETS) % (SUB_BUCKETS / 2) + SUB_BUCKETS / 2);
  return ((double)v + 0.5) * (double)(1ull << shift) * 1e-4;
}

static double percentile(double share) {
  uint64_t all = answered + refused, seen = 0, rank = (uint64_t)(share * all);
  for (int i = 0; i < BUCKETS; i++) {
    seen += buckets[i];
    if (seen > rank) return value_of(i);
  }
  return slowest / 1e6;
}

static void watch(struct connection *c, int events) {
  if (c->events == events) return;
  struct epoll_event e = {.events = events, .data.ptr = c};
  epoll_ctl(poller, c->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, c->fd, &e);
  c->events = events;
}

static void hang_up(struct connection *c) {
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
  c->events = 0;
}

static void rest(struct connection *c) {
  c->state = IDLE;
  idle[idle_count++] = c;
}

static void fail(struct connection *c) {
  hang_up(c);
  if (c->state == IDLE) return; /* the server closed a connection that it may close */
  errors++;
  rest(c);
}

static void push(struct connection *c) {
  while (c->sent < request_length) {
    ssize_t n = write(c->fd, request + c->sent, request_length - c->sent);
    if (n < 0 && (errno == EAGAIN || errno == ENOTCONN)) { watch(c, EPOLLOUT); return; }
    if (n < 0) { fail(c); return; }
    c->sent += n;
  }
  c->state = IN_HEAD;
  watch(c, EPOLLIN);
}

static void ask(struct connection *c, uint64_t due) {
  c->due = due;
  c->sent = c->filled = 0;
  c->state = SENDING;
  if (c->fd < 0) {
    int yes = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(c->fd, (void *)&server, sizeof server) && errno != EINPROGRESS) { fail(c); return; }
  }
  push(c);
}

static void done(struct connection *c) {
  uint64_t took = now() - c->due;
  if (c->is_good) answered++; else refused++;
  buckets[bucket_of(took)]++;
  if (took > slowest) slowest = took;
  if (is_fresh || c->wants_close) hang_up(c);
  rest(c);
}

static const char *field(struct connection *c, const char *end, const char *name) {
  size_t n = strlen(name);
  for (const char *line = memchr(c->head, '\n', end - c->head); line; line = memchr(line + 1, '\n', end - line - 1)) {
    if (!strncasecmp(line + 1, name, n) && line[n + 1] == ':') {
      for (line += n + 2; *line == ' '; line++) {}
      return line;
    }
  }
  return NULL;
}

/* A head is complete; says how the body ends. Returns the bytes of the buffer that belong to the head, 0 if more is needed. */
static size_t read_head(struct connection *c) {
  char *end = memmem(c->head, c->filled, "\r\n\r\n", 4);
  if (!end) return 0;
  c->is_good = c->head[9] == '2';
  const char *close_field = field(c, end, "connection"), *length = field(c, end, "content-length");
  c->wants_close = close_field && !strncasecmp(close_field, "close", 5);
  c->state = length ? IN_LENGTH : IN_CHUNKS;
  c->left = length ? strtoull(length, NULL, 10) : 0;
  memset(c->tail, 0, sizeof c->tail);
  return end + 4 - c->head;
}

static void take(struct connection *c, const char *bytes, size_t n) {
  received += n;
  if (c->state == IN_HEAD) {
    size_t before = c->filled, room = HEAD_MAX - before, part = n < room ? n : room;
    memcpy(c->head + before, bytes, part);
    c->filled += part;
    size_t head = read_head(c);
    if (head == 0) { if (c->filled == HEAD_MAX) fail(c); return; }
    bytes += head - before;
    n -= head - before;
  }
  if (c->state == IN_LENGTH) {
    c->left -= n < c->left ? n : c->left;
    if (c->left == 0) done(c);
  } else if (n > 0) { /* the end of the last chunk stands at the end of a part, since nothing is pipelined */
    size_t keep = n < 5 ? n : 5;
    memmove(c->tail, c->tail + keep, 5 - keep);
    memcpy(c->tail + 5 - keep, bytes + n - keep, keep);
    if (!memcmp(c->tail, "0\r\n\r\n", 5)) done(c);
  }
}

static void on_event(struct connection *c, uint32_t events) {
  static char buffer[1 << 18];
  if (c->state == SENDING) { push(c); return; }
  ssize_t n = read(c->fd, buffer, sizeof buffer);
  if (n > 0 && c->state != IDLE) take(c, buffer, n);
  else if (n == 0 || (n < 0 && errno != EAGAIN) || (events & EPOLLERR)) fail(c);
}

int main(int count, char **arguments) {
  int connections = 64, option;
  size_t body = 0;
  double seconds = 1, rate = 0;
  char fields[HEAD_MAX / 2] = "";
  while ((option = getopt(count, arguments, "c:d:r:b:nH:")) != -1) {
    switch (option) {
      case 'c': connections = atoi(optarg); break;
      case 'd': seconds = atof(optarg); break;
      case 'r': rate = atof(optarg); break;
      case 'b': body = strtoul(optarg, NULL, 10); break;
      case 'n': is_fresh = 1; break;
      case 'H': snprintf(fields + strlen(fields), sizeof fields - strlen(fields), "%s\r\n", optarg); break;
      default: return 2;
    }
  }
  if (optind + 2 != count) { fputs("usage: load PORT PATH [options], see load.c\n", stderr); return 2; }
  signal(SIGPIPE, SIG_IGN);
  server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(atoi(arguments[optind])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  request = malloc(HEAD_MAX + body);
  int head = sprintf(request, "%s %s HTTP/1.1\r\nHost: shop.example\r\n%s%s", body ? "POST" : "GET", arguments[optind + 1], fields, is_fresh ? "Connection: close\r\n" : "");
  if (body) head += sprintf(request + head, "Content-Type: application/octet-stream\r\nContent-Length: %zu\r\n", body);
  head += sprintf(request + head, "\r\n");
  memset(request + head, 'x', body);
  request_length = head + body;

  poller = epoll_create1(0);
  struct connection *all = calloc(connections, sizeof *all);
  idle = calloc(connections, sizeof *idle);
  for (int i = 0; i < connections; i++) { all[i].fd = -1; idle[idle_count++] = &all[i]; }
  uint64_t start = now(), end = start + (uint64_t)(seconds * 1e9), t, asked = 0;
  double gap = rate > 0 ? 1e9 / rate : 0;
  struct epoll_event ready[EVENTS];
  while ((t = now()) < end) {
    uint64_t due = start + (uint64_t)(asked * gap);
    for (int turns = connections; turns > 0 && idle_count > 0 && (rate == 0 || due <= t); turns--) {
      struct connection *c = idle[--idle_count];
      ask(c, rate > 0 ? due : now());
      due = start + (uint64_t)(++asked * gap);
    }
    uint64_t wait = end - t < 1000000 ? end - t : 1000000;
    if (rate > 0 && idle_count > 0) wait = due <= now() ? 0 : due - now() < wait ? due - now() : wait;
    else if (rate == 0 && idle_count > 0) wait = 0;
    struct timespec pause = {0, wait};
    int n = epoll_pwait2(poller, ready, EVENTS, &pause, NULL);
    for (int i = 0; i < n; i++) on_event(ready[i].data.ptr, ready[i].events);
  }
  double took = (now() - start) / 1e9;
  uint64_t finished = answered + refused, wanted = rate > 0 ? (uint64_t)((end - start) / gap) : finished;
  uint64_t late = wanted > asked ? wanted - asked : 0;
  printf("{\"seconds\": %.3f, \"requests\": %lu, \"rps\": %.1f, \"bytes\": %lu, \"bad_status\": %lu, \"errors\": %lu, \"unsent\": %lu, "
         "\"p50\": %.4f, \"p90\": %.4f, \"p99\": %.4f, \"p999\": %.4f, \"max\": %.4f}\n",
         took, finished, finished / took, received, refused, errors, late,
         percentile(0.5), percentile(0.9), percentile(0.99), percentile(0.999), slowest / 1e6);
  return 0;
}
