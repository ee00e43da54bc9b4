// The C interface between the Go half and the C++ half of package v8.
// Everything here is called on the isolate's own thread unless a comment says otherwise.
#pragma once
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct sl_env sl_env;

// Kinds of a value that crosses from JavaScript to Go; see Kind in call.go.
enum {
  SL_UNDEFINED,
  SL_NULL,
  SL_FALSE,
  SL_TRUE,
  SL_INT32,
  SL_DOUBLE,
  SL_BIGINT,
  SL_STRING,
  SL_BYTES,
  SL_FUNCTION,
  SL_ARRAY,
  SL_OBJECT,
};

// One argument of a native call. Strings are UTF-8 in scratch memory, bytes are
// the ArrayBuffer's own memory; both are valid until the call returns.
typedef struct sl_value {
  uint8_t kind;
  uint32_t flags;  // SL_ONE_BYTE_ASCII …: reserved
  uint64_t len;    // bytes of ptr, or number of items
  union {
    double num;
    int64_t i64;
    const uint8_t* ptr;
    const struct sl_value* items;
  } u;
} sl_value;

// An uncaught JavaScript exception, copied out of the isolate. Free with sl_error_free.
typedef struct sl_error {
  char* message;   // what String(exception) gives
  char* stack;     // the stack property, or empty
  char* resource;  // script name
  char* source_line;
  int line, column;  // 1-based, 0-based
  int terminated;    // execution was terminated rather than an exception thrown
} sl_error;
void sl_error_free(sl_error*);

typedef struct sl_options {
  uintptr_t handle;                                                 // identifies the isolate to the exported Go functions
  uint64_t max_old_bytes, max_young_bytes, max_array_buffer_bytes;  // 0: V8's default, no limit
  uint64_t max_total_bytes;                                         // heap and ArrayBuffers together; 0: no limit
  int near_heap_limit;                                              // call sluiceNearHeapLimit instead of dying
  int keep_builtins;                                                // for sl_builtin_cache
  int over_total;                                                   // call sluiceOverTotal
} sl_options;

const char* sl_version(void);
const char* sl_header_version(void);
void sl_init(const char* flags, int threads);
void sl_set_flags(const char* flags);
sl_env* sl_new(const sl_options*, sl_error**);
void sl_dispose(sl_env*);

// Any thread.
void sl_terminate(sl_env*);
void sl_request_interrupt(sl_env*, uint64_t token);

// The stack of the JavaScript that runs, one frame a line; NULL when there is none. Free it.
char* sl_stack_trace(sl_env*);

int sl_is_terminating(sl_env*);
void sl_cancel_terminate(sl_env*);
void sl_microtasks(sl_env*);
int sl_pump(sl_env*);
void sl_low_memory(sl_env*);
void sl_collect_stale(sl_env*);
// Any thread.
void sl_trim_malloc(void);

#define SL_GC_KINDS 4  // minor, major, incremental, weak callbacks: as Node's perf_hooks tells them apart
typedef struct sl_heap {
  uint64_t total, total_executable, total_physical, available, used, limit, malloced, peak_malloced, native_contexts, detached_contexts, global_handles, used_global_handles, external, array_buffers;
  uint64_t gc_count[SL_GC_KINDS], gc_nanos[SL_GC_KINDS];  // collections since the start, and their time
} sl_heap;
void sl_heap_stats(sl_env*, sl_heap*);

// Memory that JavaScript, C++ and Go all see; see Shared in turn.go.
typedef struct sl_shared {
  double now;       // the loop's clock, milliseconds
  double timer_at;  // when the next JavaScript timer is due; 0: none
  int32_t timer_ref, immediate_ref;
  uint32_t immediate[3];  // count, referenced, outstanding
  int32_t tick[2];        // has ticks, has rejections
  int32_t timer_info[1];
  double clock_base;              // CLOCK_MONOTONIC, in milliseconds, when the loop's clock was 0
  double idle;                    // milliseconds that the loop has slept
  double loop_start, loop_count;  // when the first turn began (CLOCK_MONOTONIC), how many there were
  double v8_start, boot_end;      // when the engine was initialised, when the main script began
  double loop_exit;               // when the loop ended
  uint32_t flushes;               // how often the output was taken
} sl_shared;
sl_shared* sl_shared_of(sl_env*);

// Samples what JavaScript runs, every so many microseconds. The profile is JSON, to be freed; NULL: none was started.
int sl_profile_start(sl_env*, int interval);
char* sl_profile_stop(sl_env*, size_t* len);

// Scripts in the isolate's context. The result is written with String(value) when result is not NULL.
int sl_eval(sl_env*, const char* src, size_t len, const char* name, char** result, size_t* result_len, sl_error**);
// The code cache of builtin `id`, with all of its functions that have run if it was compiled with keep_builtins.
int sl_builtin_cache(sl_env*, const char* id, uint8_t** data, size_t* len, sl_error**);
// Requires builtin `id` through the builtin loader, which evaluates it.
int sl_boot(sl_env*, const char* id, sl_error**);
// How many code caches V8 did not take: those of another version, or made with other flags.
uint32_t sl_refused_caches(sl_env*);

// Hooks: JavaScript functions that Go calls. Arguments are one encoded array (see encode.go).
// An exception goes to the hook UNCAUGHT; when that returns, the hook is called again
// with one more argument, true, and goes on where it was.
enum { SL_HOOK_TURN,
       SL_HOOK_TIMERS,
       SL_HOOK_IMMEDIATE,
       SL_HOOK_EVENT,
       SL_HOOK_UNCAUGHT,
       SL_HOOK_COUNT };
int sl_call_hook(sl_env*, int hook, const uint8_t* args, size_t len, double* result, sl_error**);

// The turn: n integers at ev, heads as one one-byte string, data for payloads.
// ev must be the pointer that sl_turn_events returned.
int32_t* sl_turn_events(sl_env*, uint32_t* cap);
int sl_turn(sl_env*, uint32_t n, const uint8_t* heads, size_t heads_len, const uint8_t* data, size_t data_len, sl_error**);

// Callbacks: functions that JavaScript passed to native code.
uint64_t sl_callback_new(sl_env*, const void* info, int index);
void sl_callback_release(sl_env*, uint64_t id);

// The result of a native call is encoded into this buffer, which grows on demand.
uint8_t* sl_result_buffer(sl_env*, size_t need, size_t* cap);

// What JavaScript wrote through the native write functions since the last sl_out_reset.
typedef struct sl_record {
  uint32_t target, seq, flags;
  uint32_t tail;        // how many of the bytes at off come behind body
  uint64_t off, len;    // in sl_out.data
  const uint8_t* body;  // memory of JavaScript that was not copied; NULL: none
  uint64_t body_len;
} sl_record;
typedef struct sl_out {
  uint8_t* data;
  sl_record* records;
  uint64_t len, cap;
  uint32_t nrecords, cap_records;
  uint64_t peak;   // the largest len of the last turns
  uint32_t turns;  // that peak is of
} sl_out;
sl_out* sl_out_of(sl_env*);
void sl_out_reset(sl_env*);

#ifdef __cplusplus
}
#endif
