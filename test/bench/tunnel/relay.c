/*
 * What the kernel alone asks for: TCP in, TCP out, receive into one buffer and send it on, nothing else, a process a
 * connection. No proxy in user space costs less. `relay TARGET_PORT`, prints its port, ends with its parent.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static char buffer[1024 * 1024];

static struct sockaddr_in loopback(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static int carry(int from, int to) {
  ssize_t left = recv(from, buffer, sizeof buffer, 0);
  for (char *at = buffer; left > 0;) {
    ssize_t sent = send(to, at, left, MSG_NOSIGNAL);
    if (sent <= 0) return 0;
    at += sent;
    left -= sent;
    if (left == 0) return 1;
  }
  return 0;
}

static void relay(int page, int port) {
  struct sockaddr_in target = loopback(port);
  int one = 1, mail = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(mail, (struct sockaddr *)&target, sizeof target) != 0) return;
  setsockopt(page, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(mail, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct pollfd both[2] = {{.fd = page, .events = POLLIN}, {.fd = mail, .events = POLLIN}};
  while (poll(both, 2, -1) > 0)
    for (int i = 0; i < 2; i += 1)
      if (both[i].revents != 0 && !carry(both[i].fd, both[1 - i].fd)) return;
}

int main(int count, char **words) {
  if (count < 2) return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGCHLD, SIG_IGN);
  struct sockaddr_in own = loopback(0);
  socklen_t size = sizeof own;
  int door = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(door, (struct sockaddr *)&own, sizeof own) != 0 || listen(door, 4096) != 0) return 1;
  getsockname(door, (struct sockaddr *)&own, &size);
  printf("%d\n", ntohs(own.sin_port));
  fflush(stdout);
  for (;;) {
    int page = accept(door, NULL, NULL);
    if (page >= 0 && fork() == 0) {
      close(door);
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      relay(page, atoi(words[1]));
      _exit(0);
    }
    close(page);
  }
}
