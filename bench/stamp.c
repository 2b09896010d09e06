/*
 * The program that the measurements let run: tells, as its first act, that it runs and since when.
 *
 *     stamp FIFO NAME wait [MARK]    until a signal ends it
 *     stamp FIFO NAME exit           fails at once
 *     stamp FIFO NAME write BYTES    so much to standard output after SIGUSR1, and tells the end
 *
 * The FIFO stays open until it ends, so that its reader sees the end of the last one.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char block[65536];

/* One line of NAME PID NANOSECONDS, in one write, which is not torn (pipe(7)). */
static void tell(int fifo, const char *name, struct timespec now) {
  char line[256];
  long long ns = now.tv_sec * 1000000000LL + now.tv_nsec;
  int length = snprintf(line, sizeof line, "%s %d %lld\n", name, (int)getpid(), ns);
  if (write(fifo, line, length) != length) exit(3);
}

static void write_lines(long long left) {
  const char line[] = "2026-11-20 11:15:00.123 INFO web:0 xxxxxxxxxxxxxxxxxxxxxxxxxxxx\n";
  for (size_t i = 0; i < sizeof block; i++) block[i] = line[i % (sizeof line - 1)];
  while (left > 0) {
    ssize_t count = write(1, block, left < (long long)sizeof block ? left : sizeof block);
    if (count <= 0) exit(4);
    left -= count;
  }
}

int main(int count, char **args) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (count < 4) return 2;
  sigset_t go;
  sigemptyset(&go);
  sigaddset(&go, SIGUSR1);
  sigprocmask(SIG_BLOCK, &go, NULL);
  int fifo = open(args[1], O_WRONLY | O_CLOEXEC);
  if (fifo == -1) return 2;
  tell(fifo, args[2], now);
  if (strcmp(args[3], "exit") == 0) return 1;
  if (strcmp(args[3], "write") == 0 && count > 4) {
    int signal;
    sigwait(&go, &signal);
    clock_gettime(CLOCK_MONOTONIC, &now);
    tell(fifo, args[2], now);
    write_lines(atoll(args[4]));
    clock_gettime(CLOCK_MONOTONIC, &now);
    tell(fifo, args[2], now);
  }
  for (;;) pause();
}
