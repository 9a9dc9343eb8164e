/* origin PORT: the server behind the proxies. One thread, epoll, HTTP/1.1 keep-alive, answers made before the first
 * request, so that it costs as little as it can on the core it shares with the load generator.
 *
 *   /10k..., /1m...   bodies of that size; any other path: 1 KB
 *   X-Echo: anything  the request head as it arrived, to see what a proxy made of it
 * Request bodies with a Content-Length or in chunks are read and forgotten.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_MAX = 32768, EVENTS = 256 };

struct answer { char *bytes; size_t length; };
struct connection {
  int fd, is_waiting_to_write, must_close, is_chunked;
  size_t filled;            /* bytes in `in` */
  size_t body_left;         /* of the request under way */
  const char *out;          /* what is still to be sent */
  size_t out_left;
  char *echo;               /* owned, when `out` points into it */
  struct answer *after_body; /* sent once the body has been read */
  char in[HEAD_MAX];
};

static struct answer one_k, ten_k, one_m;
static int poller;

static struct answer prepare(size_t size) {
  struct answer a;
  a.bytes = malloc(size + 128);
  int head = sprintf(a.bytes, "HTTP/1.1 200 OK\r\nServer: origin\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n", size);
  for (size_t i = 0; i < size; i++) a.bytes[head + i] = (char)('a' + i % 26);
  a.length = head + size;
  return a;
}

static void watch(struct connection *c, int operation, uint32_t events) {
  struct epoll_event e = {.events = events, .data.ptr = c};
  epoll_ctl(poller, operation, c->fd, &e);
}

static void drop(struct connection *c) {
  close(c->fd);
  free(c->echo);
  free(c);
}

/* 1 all sent, 0 the socket is full, -1 broken */
static int send_rest(struct connection *c) {
  while (c->out_left > 0) {
    ssize_t n = write(c->fd, c->out, c->out_left);
    if (n < 0 && errno == EAGAIN) {
      if (!c->is_waiting_to_write) watch(c, EPOLL_CTL_MOD, EPOLLOUT);
      c->is_waiting_to_write = 1;
      return 0;
    }
    if (n < 0) return -1;
    c->out += n;
    c->out_left -= n;
  }
  if (c->is_waiting_to_write) watch(c, EPOLL_CTL_MOD, EPOLLIN);
  c->is_waiting_to_write = 0;
  free(c->echo);
  c->echo = NULL;
  return c->must_close ? -1 : 1;
}

static int answer_with(struct connection *c, struct answer *a) {
  c->out = a->bytes;
  c->out_left = a->length;
  return send_rest(c);
}

static void consume(struct connection *c, size_t n) {
  c->filled -= n;
  memmove(c->in, c->in + n, c->filled);
}

static int is_field(const char *line, const char *name) {
  size_t n = strlen(name);
  return strncasecmp(line, name, n) == 0 && line[n] == ':';
}

/* One message out of the buffer: 1 done, try the next; 0 needs more bytes or a free socket; -1 close. */
static int serve_one(struct connection *c) {
  if (c->body_left > 0) {
    size_t n = c->body_left < c->filled ? c->body_left : c->filled;
    c->body_left -= n;
    consume(c, n);
    if (c->body_left > 0) return 0;
    return answer_with(c, c->after_body);
  }
  if (c->is_chunked) { /* chunks are looked through for the last one only: the proxies here never send trailers */
    char *last = memmem(c->in, c->filled, "0\r\n\r\n", 5);
    while (last && last != c->in && last[-1] != '\n')
      last = memmem(last + 1, c->in + c->filled - last - 1, "0\r\n\r\n", 5);
    if (!last) {
      if (c->filled > 8) consume(c, c->filled - 8);
      return 0;
    }
    consume(c, last + 5 - c->in);
    c->is_chunked = 0;
    return answer_with(c, c->after_body);
  }
  char *end = c->filled ? memmem(c->in, c->filled, "\r\n\r\n", 4) : NULL;
  if (!end) return c->filled == HEAD_MAX ? -1 : 0;
  size_t head = end + 4 - c->in;
  char *path = memchr(c->in, ' ', head);
  if (!path) return -1;
  struct answer *a = !strncmp(path + 1, "/10k", 4) ? &ten_k : !strncmp(path + 1, "/1m", 3) ? &one_m : &one_k;
  int wants_echo = 0;
  for (char *line = memchr(c->in, '\n', head) + 1; line < end; line = (char *)memchr(line, '\n', end + 2 - line) + 1) {
    switch (*line | 32) {
      case 'c':
        if (is_field(line, "Content-Length")) c->body_left = strtoul(line + 15, NULL, 10);
        else if (is_field(line, "Connection")) c->must_close = strncasecmp(line + 12, "close", 5) == 0;
        break;
      case 't': c->is_chunked |= is_field(line, "Transfer-Encoding"); break;
      case 'x': wants_echo |= is_field(line, "X-Echo"); break;
    }
  }
  if (!memcmp(c->in, "GET", 3) && c->body_left == 0 && !c->is_chunked && wants_echo) {
    c->out_left = asprintf(&c->echo, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n%.*s", head, (int)head, c->in);
    c->out = c->echo;
    consume(c, head);
    return send_rest(c);
  }
  consume(c, head);
  if (c->body_left > 0 || c->is_chunked) {
    c->after_body = a;
    return 1; /* round again, for what came with the head */
  }
  return answer_with(c, a);
}

static void on_event(struct connection *c, uint32_t events) {
  int go;
  if (events & EPOLLOUT) {
    go = send_rest(c);
  } else {
    ssize_t n = read(c->fd, c->in + c->filled, HEAD_MAX - c->filled);
    if (n < 0 && errno == EAGAIN) return;
    go = n > 0 ? 1 : -1;
    if (n > 0) c->filled += n;
  }
  while (go == 1 && (c->filled > 0)) go = serve_one(c);
  if (go < 0) drop(c);
}

int main(int count, char **arguments) {
  if (count != 2) { fputs("usage: origin PORT\n", stderr); return 2; }
  signal(SIGPIPE, SIG_IGN);
  one_k = prepare(1024);
  ten_k = prepare(10 * 1024);
  one_m = prepare(1024 * 1024);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (void *)&at, sizeof at) || listen(listener, 4096)) { perror("origin"); return 1; }
  poller = epoll_create1(0);
  struct epoll_event accepting = {.events = EPOLLIN}, ready[EVENTS];
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &accepting);
  for (;;) {
    int n = epoll_wait(poller, ready, EVENTS, -1);
    for (int i = 0; i < n; i++) {
      if (ready[i].data.ptr) { on_event(ready[i].data.ptr, ready[i].events); continue; }
      int fd;
      while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        struct connection *c = calloc(1, sizeof *c);
        c->fd = fd;
        watch(c, EPOLL_CTL_ADD, EPOLLIN);
      }
    }
  }
}
