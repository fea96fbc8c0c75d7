/*
 * Sends UDP frames as fast as the kernel takes them, for `bench`: AF_PACKET
 * with sendmmsg(2) and without a queueing discipline (packet(7)).
 *
 *   generator INTERFACE SECONDS FRAMES SIZE ADDRESSES SOURCES MACS
 *
 * Ends after SECONDS, or after FRAMES if that is not 0. SIZE is the frame's
 * length without FCS (60 is what is called a 64-byte packet) or 0 for a mix of
 * 60, 590 and 1514 bytes as 7:4:1. Frames go to ADDRESSES different addresses,
 * in an order that jumps about, from SOURCES different addresses of 10.0.0.0/8
 * and MACS different MAC addresses. Prints the number of frames sent.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>

enum { BATCH = 64, LONGEST = 1514 };

static uint8_t frames[BATCH][LONGEST];
static struct iovec vectors[BATCH];
static struct mmsghdr messages[BATCH];

static void put16(uint8_t *at, uint16_t value) { at[0] = value >> 8; at[1] = value; }
static void put32(uint8_t *at, uint32_t value) { put16(at, value >> 16); put16(at + 2, value); }

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void prepare(int index, int size) {
  static const int mix[12] = {60, 60, 60, 60, 60, 60, 60, 590, 590, 590, 590, 1514};
  int length = size ? size : mix[index % 12];
  uint8_t *frame = frames[index];
  memcpy(frame, "\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0\x45", 15);
  put16(frame + 16, length - 14);
  frame[22] = 64;
  frame[23] = 17;
  memcpy(frame + 26, "\x0a\0\0\x01", 4);
  put16(frame + 34, 40000);
  put16(frame + 36, 9);
  put16(frame + 38, length - 34);
  vectors[index] = (struct iovec){frame, length};
  messages[index].msg_hdr = (struct msghdr){.msg_iov = &vectors[index], .msg_iovlen = 1};
}

int main(int count, char **arguments) {
  if (count != 8) return 2;
  double seconds = atof(arguments[2]);
  uint64_t wanted = strtoull(arguments[3], NULL, 10);
  int size = atoi(arguments[4]);
  uint32_t addresses = strtoul(arguments[5], NULL, 10), sources = strtoul(arguments[6], NULL, 10);
  uint32_t macs = strtoul(arguments[7], NULL, 10);
  int fd = socket(AF_PACKET, SOCK_RAW, 0), yes = 1;
  struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(arguments[1])};
  if (fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof to) < 0) {
    perror(arguments[1]);
    return 1;
  }
  setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes);
  for (int i = 0; i < BATCH; i++) prepare(i, size);

  uint64_t sent = 0, next = 0;
  for (double end = now() + seconds; now() < end && (wanted == 0 || sent < wanted);) {
    for (int i = 0; i < BATCH; i++, next++) {
      /* Steps of a large prime visit every address once before any comes again. */
      put32(frames[i] + 30, 0x14000000 + (uint32_t)(next * 15485863 % addresses));
      put32(frames[i] + 26, 0x0a000001 + (uint32_t)(next % sources));
      put32(frames[i] + 8, 1 + (uint32_t)(next % macs));
    }
    int done = sendmmsg(fd, messages, BATCH, 0);
    if (done > 0) sent += done;
  }
  printf("%lu\n", (unsigned long)sent);
  return 0;
}
