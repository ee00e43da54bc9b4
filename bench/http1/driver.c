// clang-format off
//go:build llhttp

// clang-format on

/* Drives an installed libllhttp in a loop, so that what is measured is the
 * parser and not the way to it. */

#include "driver.h"

#include <llhttp.h>
#include <stdint.h>

enum { MAX_SPANS = 256 };

typedef struct {
  llhttp_t parser;
  long complete;
  size_t bytes;
  int count;
  int last;
  struct {
    const char* at;
    size_t len;
  } spans[MAX_SPANS];
} state;

static int take(state* s, int what, const char* at, size_t len) {
  if (s->last == what && s->count > 0) {
    s->spans[s->count - 1].len += len; /* a piece more of the same */
    return 0;
  }
  s->last = what;
  if (s->count < MAX_SPANS) {
    s->spans[s->count].at = at;
    s->spans[s->count++].len = len;
  }
  return 0;
}

static int on_begin(llhttp_t* p) {
  state* s = (state*)p;
  s->count = 0;
  s->last = -1;
  return 0;
}
static int on_url(llhttp_t* p, const char* at, size_t len) { return take((state*)p, 0, at, len); }
static int on_field(llhttp_t* p, const char* at, size_t len) { return take((state*)p, 1, at, len); }
static int on_value(llhttp_t* p, const char* at, size_t len) { return take((state*)p, 2, at, len); }
static int on_body(llhttp_t* p, const char* at, size_t len) {
  (void)at;
  ((state*)p)->bytes += len;
  return 0;
}
static int on_complete(llhttp_t* p) {
  ((state*)p)->complete++;
  return 0;
}
static int nothing(llhttp_t* p) {
  (void)p;
  return 0;
}

long bench_llhttp(const bench_read* reads, size_t count, long n, int spans) {
  llhttp_settings_t settings;
  state s;
  llhttp_settings_init(&settings);
  settings.on_headers_complete = nothing;
  settings.on_message_complete = on_complete;
  if (spans) {
    settings.on_message_begin = on_begin;
    settings.on_url = on_url;
    settings.on_header_field = on_field;
    settings.on_header_value = on_value;
    settings.on_body = on_body;
  }
  s.complete = 0;
  s.bytes = 0;
  s.count = 0;
  s.last = -1;
  llhttp_init(&s.parser, HTTP_REQUEST, &settings);
  for (long k = 0; k < n; k++) {
    for (size_t i = 0; i < count; i++) {
      if (llhttp_execute(&s.parser, reads[i].base, reads[i].len) != HPE_OK) return -1;
    }
  }
  return s.complete;
}
