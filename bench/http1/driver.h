#include <stddef.h>

typedef struct {
  const char* base;
  size_t len;
} bench_read;

/* Parses the reads n times over and returns how many messages were complete, -1
 * after an error. With spans it notes where every name and value is, as a
 * program that wants to use them has to; else the callbacks do nothing. */
long bench_llhttp(const bench_read* reads, size_t count, long n, int spans);
