// Isolates: creation, errors, limits, termination.
#include <libplatform/libplatform.h>
#include <malloc.h>
#include <time.h>
#include <v8-version.h>
#ifdef __linux__
#include <sys/random.h>
#endif

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "env.hh"
#include "flags.hh"

extern "C" {
// Exported by Go (callback.go).
uint64_t sluiceNearHeapLimit(uintptr_t handle, uint64_t current, uint64_t initial);
void sluiceOverTotal(uintptr_t handle, int collecting);
void sluiceInterrupt(uintptr_t handle, uint64_t token);
int sluiceBuiltin(uintptr_t handle, const char* id, uintptr_t* src, size_t* len, uintptr_t* cache, size_t* cache_len);
}

namespace sluice {

using namespace v8;

static std::unique_ptr<Platform> v8_platform;

Local<Function> InternalBindingFunction(Env* env);

static char* Copy(Isolate* isolate, Local<Value> v) {
  String::Utf8Value s(isolate, v);
  if (*s) return strdup(*s);
  // A symbol, or an object whose toString throws: what can be said without running code.
  Local<String> detail;
  if (!v->ToDetailString(isolate->GetCurrentContext()).ToLocal(&detail)) return strdup("");
  String::Utf8Value text(isolate, detail);
  return strdup(*text ? *text : "");
}

sl_error* TakeError(Env* env, TryCatch& tc) {
  auto* e = static_cast<sl_error*>(calloc(1, sizeof(sl_error)));
  Isolate* isolate = env->isolate;
  if (tc.HasTerminated() || !tc.CanContinue()) {
    e->terminated = 1;
    e->message = strdup("JavaScript execution was terminated");
    e->stack = strdup("");
    e->resource = strdup("");
    e->source_line = strdup("");
    return e;
  }
  HandleScope scope(isolate);
  auto ctx = env->ctx();
  auto exception = tc.Exception();
  auto message = tc.Message();
  {
    TryCatch inner(isolate);  // toString and the stack getter are the application's
    e->message = Copy(isolate, exception);
    Local<Value> stack;
    if (exception->IsObject() && exception.As<Object>()->Get(ctx, InternedStr(isolate, "stack")).ToLocal(&stack) && stack->IsString()) e->stack = Copy(isolate, stack);
  }
  if (!e->stack) e->stack = strdup("");
  if (!message.IsEmpty()) {
    e->resource = Copy(isolate, message->GetScriptResourceName());
    e->line = message->GetLineNumber(ctx).FromMaybe(0);
    e->column = message->GetStartColumn(ctx).FromMaybe(0);
    Local<String> line;
    if (message->GetSourceLine(ctx).ToLocal(&line)) e->source_line = Copy(isolate, line);
  }
  if (!e->resource) e->resource = strdup("");
  if (!e->source_line) e->source_line = strdup("");
  return e;
}

bool HandleUncaught(Env* env, TryCatch& caught, sl_error** err) {
  Isolate* isolate = env->isolate;
  if (caught.HasTerminated() || !caught.CanContinue() || env->hooks[SL_HOOK_UNCAUGHT].IsEmpty()) {
    *err = TakeError(env, caught);
    return false;
  }
  HandleScope scope(isolate);
  Local<Value> argv[] = {caught.Exception(), True(isolate)};
  env->thrown.Reset(isolate, caught.Message());
  caught.Reset();
  auto fn = env->hooks[SL_HOOK_UNCAUGHT].Get(isolate);
  TryCatch inner(isolate);
  Local<Value> ignored;
  bool ok = fn->Call(env->ctx(), Undefined(isolate), 1, argv).ToLocal(&ignored);
  if (!ok && inner.CanContinue() && !inner.HasTerminated()) {  // the application's handler threw
    argv[0] = inner.Exception();
    env->thrown.Reset(isolate, inner.Message());
    inner.Reset();
    ok = fn->Call(env->ctx(), Undefined(isolate), 2, argv).ToLocal(&ignored);
  }
  env->thrown.Reset();
  if (!ok) *err = TakeError(env, inner);
  return ok;
}

bool RunHook(Env* env, int hook, int argc, Local<Value>* argv, Local<Value>* result, sl_error** err) {
  Isolate* isolate = env->isolate;
  TryCatch caught(isolate);
  auto fn = env->hooks[hook].Get(isolate);
  bool again = false;
  while (!fn->Call(env->ctx(), Undefined(isolate), argc, argv).ToLocal(result)) {
    if (!HandleUncaught(env, caught, err)) return false;
    if (!again) argv[argc++] = True(isolate);
    again = true;
  }
  return true;
}

// A builtin's text is embedded in the binary and ASCII: V8 uses it where it is.
class StaticText : public String::ExternalOneByteStringResource {
 public:
  StaticText(const char* data, size_t len) : data_(data), len_(len) {}
  const char* data() const override { return data_; }
  size_t length() const override { return len_; }

 private:
  const char* data_;
  size_t len_;
};

MaybeLocal<Function> CompileBuiltin(Env* env, const char* id) {
  Isolate* isolate = env->isolate;
  uintptr_t src = 0, cache = 0;
  size_t len = 0, cache_len = 0;
  if (!sluiceBuiltin(env->handle, id, &src, &len, &cache, &cache_len)) {
    std::string m = std::string("No such built-in module: ") + id;
    ThrowError(isolate, m.c_str());
    return {};
  }
  Local<String> text;
  if (!String::NewExternalOneByte(isolate, new StaticText(reinterpret_cast<const char*>(src), len)).ToLocal(&text)) return {};
  static const char* const names[] = {"exports", "require", "module", "process", "internalBinding"};
  Local<String> params[5];
  for (int i = 0; i < 5; i++) params[i] = InternedStr(isolate, names[i]);
  ScriptOrigin origin(Str(isolate, std::string("node:") + id));
  auto* cached = cache_len ? BuiltinCache(env->ctx(), reinterpret_cast<const uint8_t*>(cache), cache_len) : nullptr;
  ScriptCompiler::Source source(text, origin, cached);
  auto fn = ScriptCompiler::CompileFunction(env->ctx(), &source, 5, params, 0, nullptr, cached ? ScriptCompiler::kConsumeCodeCache : ScriptCompiler::kNoCompileOptions);
  if (cached && cached->rejected) env->refused_caches++;
  Local<Function> kept;
  if (env->keep_builtins && fn.ToLocal(&kept)) env->builtins[id].Reset(isolate, kept);
  return fn;
}

static size_t NearHeapLimit(void* data, size_t current, size_t initial) {
  auto* env = static_cast<Env*>(data);
  return sluiceNearHeapLimit(env->handle, current, initial);
}

// After each full collection: what the heap holds counts against the limit of heap and
// ArrayBuffers together.
static void AfterCollection(Isolate* isolate, GCType, GCCallbackFlags, void* data) {
  auto* env = static_cast<Env*>(data);
  HeapStatistics s;
  isolate->GetHeapStatistics(&s);
  env->allocator->Collected(s.used_heap_size());
  if (s.used_heap_size() + env->allocator->used() > env->allocator->total()) sluiceOverTotal(env->handle, 1);
}

static int KindOf(GCType type) {
  switch (type) {
    case kGCTypeMarkSweepCompact:
      return 1;
    case kGCTypeIncrementalMarking:
      return 2;
    case kGCTypeProcessWeakCallbacks:
      return 3;
    default:
      return 0;
  }
}

static uint64_t Nanos() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1000000000 + static_cast<uint64_t>(t.tv_nsec);
}

static void CollectionBegins(Isolate*, GCType type, GCCallbackFlags, void* data) { static_cast<Env*>(data)->gc_began[KindOf(type)] = Nanos(); }

static void CollectionEnds(Isolate*, GCType type, GCCallbackFlags, void* data) {
  auto* env = static_cast<Env*>(data);
  int kind = KindOf(type);
  env->gc_count[kind]++;
  env->gc_nanos[kind] += Nanos() - env->gc_began[kind];
}

static void BeforeCollection(Isolate*, GCType, GCCallbackFlags, void* data) { static_cast<Env*>(data)->allocator->Collecting(); }

static void OnFatal(const char* location, const char* message) {
  fprintf(stderr, "FATAL ERROR: %s %s\n", location ? location : "", message ? message : "");
  fflush(stderr);
  abort();
}

static void OnOutOfMemory(const char* location, const OOMDetails& details) {
  fprintf(stderr, "FATAL ERROR: %s %s\n", location ? location : "", details.is_heap_oom ? "JavaScript heap out of memory" : "process out of memory");
  if (details.detail) fprintf(stderr, "Reason: %s\n", details.detail);
  fflush(stderr);
  abort();
}

static void OnPromiseReject(PromiseRejectMessage m) {
  Isolate* isolate = Isolate::GetCurrent();
  Env* env = Env::From(isolate);
  if (env->reject_callback.IsEmpty()) return;
  HandleScope scope(isolate);
  Local<Value> value = m.GetValue();
  if (value.IsEmpty()) value = Undefined(isolate);
  Local<Value> argv[] = {Integer::New(isolate, m.GetEvent()), m.GetPromise(), value};
  TryCatch tc(isolate);
  Local<Value> ignored;
  if (!env->reject_callback.Get(isolate)->Call(env->ctx(), Undefined(isolate), 3, argv).ToLocal(&ignored) && !tc.HasTerminated()) {
    String::Utf8Value text(isolate, tc.Exception());
    fprintf(stderr, "Exception in PromiseRejectCallback:\n%s\n", *text ? *text : "");
  }
}

static void RunMicrotasks(const Args& args) { args.GetIsolate()->PerformMicrotaskCheckpoint(); }
static void EnqueueMicrotask(const Args& args) {
  if (!args[0]->IsFunction()) return ThrowTypeError(args.GetIsolate(), "enqueueMicrotask: a function is needed");
  args.GetIsolate()->EnqueueMicrotask(args[0].As<Function>());
}
static void SetPromiseRejectCallback(const Args& args) { Env::From(args)->reject_callback.Reset(args.GetIsolate(), args[0].As<Function>()); }

static void InitTaskQueue(Env* env, Local<Object> target) {
  SetMethod<RunMicrotasks>(env, target, "runMicrotasks");
  SetMethod<EnqueueMicrotask>(env, target, "enqueueMicrotask");
  SetMethod<SetPromiseRejectCallback>(env, target, "setPromiseRejectCallback");
  auto info = Int32Array::New(env->shared_buffer.Get(env->isolate), offsetof(sl_shared, tick), 2);
  target->Set(env->ctx(), InternedStr(env->isolate, "tickInfo"), info).Check();
  auto events = Object::New(env->isolate);
  SetConstant(env, events, "kPromiseRejectWithNoHandler", kPromiseRejectWithNoHandler);
  SetConstant(env, events, "kPromiseHandlerAddedAfterReject", kPromiseHandlerAddedAfterReject);
  SetConstant(env, events, "kPromiseRejectAfterResolved", kPromiseRejectAfterResolved);
  SetConstant(env, events, "kPromiseResolveAfterResolved", kPromiseResolveAfterResolved);
  target->Set(env->ctx(), InternedStr(env->isolate, "promiseRejectEvents"), events).Check();
}
SLUICE_BINDING(task_queue, InitTaskQueue);

// Timers: JavaScript keeps the lists, and tells the loop through shared memory when
// the next one is due and what keeps the loop alive.
// getLibuvNow reads the clock, as Node's does: a timer counts from when it is made,
// not from when the turn began.
static double UpdatedNow(Env* env) {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  double now = std::floor(static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6 - env->shared->clock_base);
  if (now > env->shared->now) env->shared->now = now;
  return env->shared->now;
}
static void GetNow(const Args& args) { args.GetReturnValue().Set(UpdatedNow(Env::From(args))); }
static void ScheduleTimer(const Args& args) {
  auto* env = Env::From(args);
  auto* shared = env->shared;
  double ms = args[0]->NumberValue(args.GetIsolate()->GetCurrentContext()).FromMaybe(1);
  shared->timer_at = UpdatedNow(env) + (ms >= 1 ? ms : 1);
}
static void ToggleTimerRef(const Args& args) { Env::From(args)->shared->timer_ref = args[0]->IsTrue(); }
static void ToggleImmediateRef(const Args& args) { Env::From(args)->shared->immediate_ref = args[0]->IsTrue(); }

static void InitTimers(Env* env, Local<Object> target) {
  SetMethod<GetNow>(env, target, "getLibuvNow");
  SetMethod<ScheduleTimer>(env, target, "scheduleTimer");
  SetMethod<ToggleTimerRef>(env, target, "toggleTimerRef");
  SetMethod<ToggleImmediateRef>(env, target, "toggleImmediateRef");
  auto ab = env->shared_buffer.Get(env->isolate);
  target->Set(env->ctx(), InternedStr(env->isolate, "immediateInfo"), Uint32Array::New(ab, offsetof(sl_shared, immediate), 3)).Check();
  target->Set(env->ctx(), InternedStr(env->isolate, "timerInfo"), Int32Array::New(ab, offsetof(sl_shared, timer_info), 1)).Check();
}
SLUICE_BINDING(timers, InitTimers);

}  // namespace sluice

using namespace sluice;
using namespace v8;

// Enters nothing: the isolate is entered for good by sl_new.
#define ENTER(env)                          \
  Isolate* isolate = (env)->isolate;        \
  HandleScope handles(isolate);             \
  [[maybe_unused]] auto ctx = (env)->ctx(); \
  TryCatch tc(isolate)

extern "C" {

const char* sl_version(void) { return V8::GetVersion(); }
#define SL_STR2(x) #x
#define SL_STR(x) SL_STR2(x)
const char* sl_header_version(void) { return SL_STR(V8_MAJOR_VERSION) "." SL_STR(V8_MINOR_VERSION) "." SL_STR(V8_BUILD_NUMBER) "." SL_STR(V8_PATCH_LEVEL); }

static double v8_start;  // CLOCK_MONOTONIC, milliseconds

#ifdef __linux__
// V8 itself opens /dev/urandom a dozen times for an isolate, and reads 4 KiB of it each time.
static bool Entropy(unsigned char* buffer, size_t length) { return length <= 256 && getrandom(buffer, length, 0) == static_cast<ssize_t>(length); }
#endif

void sl_init(const char* flags, int threads) {
  static std::once_flag once;
  std::call_once(once, [&] {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    v8_start = static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
    // What Node.js switches on besides V8's own defaults. Flags may change later: v8.setFlagsFromString() would
    // otherwise end the process.
    // Unrolling, TurboFan leaves out the question whether a loop is interrupted when it takes what the loop calls to
    // ask; V8's own functions do not, and neither timeouts nor heap limits would end such a loop.
    // V8 doubles the young generation when as much as it holds has survived since it last did. However little
    // survives, a server comes to the largest size, after minutes or hours of growing. It goes there at once.
    V8::SetFlagsFromString(
        "--no-turboshaft-loop-unrolling --js-float16array --js-explicit-resource-management --no-freeze-flags-after-init "
        "--semi-space-growth-factor=16");
#ifdef __GLIBC__
    // With a fixed threshold large blocks go back to the system when they are freed: by itself it rises to the
    // largest that ever was freed, and such blocks stay in the arenas of the threads then.
    mallopt(M_MMAP_THRESHOLD, 256 << 10);
    mallopt(M_TRIM_THRESHOLD, 1 << 20);
#endif
    if (flags && *flags) SetFlags(flags);
#ifdef __linux__
    V8::SetEntropySource(Entropy);
#endif
    v8_platform = platform::NewDefaultPlatform(threads);
    V8::InitializePlatform(v8_platform.get());
    V8::Initialize();
  });
}

void sl_set_flags(const char* flags) { SetFlags(flags); }

void sl_error_free(sl_error* e) {
  if (!e) return;
  free(e->message);
  free(e->stack);
  free(e->resource);
  free(e->source_line);
  free(e);
}

// Three times the size of a semi-space. V8's default is twice that, as in Node.js, whose pointers take twice the room.
static constexpr size_t kYoung = 24 << 20;

sl_env* sl_new(const sl_options* o, sl_error** err) {
  auto* env = new sl_env();
  env->handle = o->handle;
  env->keep_builtins = o->keep_builtins;
  env->allocator = std::make_shared<CountingAllocator>(o->max_array_buffer_bytes, o->max_total_bytes);
  Isolate::CreateParams params;
  params.array_buffer_allocator_shared = env->allocator;
  if (o->max_old_bytes) params.constraints.set_max_old_generation_size_in_bytes(o->max_old_bytes);
  params.constraints.set_max_young_generation_size_in_bytes(o->max_young_bytes ? o->max_young_bytes : kYoung);
  Isolate* isolate = Isolate::Allocate();
  isolate->SetData(0, env);
  Isolate::Initialize(isolate, params);
  env->isolate = isolate;
  isolate->SetMicrotasksPolicy(MicrotasksPolicy::kExplicit);
  isolate->SetFatalErrorHandler(OnFatal);
  isolate->SetOOMErrorHandler(OnOutOfMemory);
  isolate->SetPromiseRejectCallback(OnPromiseReject);
  if (o->near_heap_limit) isolate->AddNearHeapLimitCallback(NearHeapLimit, env);
  if (o->over_total && o->max_total_bytes) {
    isolate->AddGCEpilogueCallback(AfterCollection, env, kGCTypeMarkSweepCompact);
    env->allocator->OnExhausted([handle = env->handle] { sluiceOverTotal(handle, 0); });
  }
  isolate->AddGCPrologueCallback(CollectionBegins, env);
  isolate->AddGCEpilogueCallback(CollectionEnds, env);
  isolate->AddGCPrologueCallback(BeforeCollection, env, static_cast<GCType>(kGCTypeScavenge | kGCTypeMarkSweepCompact));
  isolate->Enter();
  HandleScope handles(isolate);
  auto ctx = Context::New(isolate);
  ctx->Enter();
  env->context.Reset(isolate, ctx);
  auto cache = Object::New(isolate);
  cache->SetPrototypeV2(ctx, Null(isolate)).Check();
  env->bindings.Reset(isolate, cache);
  constexpr uint32_t kEvents = 64 << 10;
  auto ab = ArrayBuffer::New(isolate, kEvents * sizeof(int32_t));
  auto events = Int32Array::New(ab, 0, kEvents);
  env->events = static_cast<int32_t*>(ab->Data());
  env->events_array.Reset(isolate, events);
  auto shared = ArrayBuffer::New(isolate, sizeof(sl_shared));
  env->shared = static_cast<sl_shared*>(shared->Data());
  env->shared->v8_start = v8_start;
  env->shared_buffer.Reset(isolate, shared);
  (void)err;
  return env;
}

void sl_dispose(sl_env* env) {
  Isolate* isolate = env->isolate;
  {
    HandleScope handles(isolate);
    env->ctx()->Exit();
  }
  env->slots.clear();
  env->callbacks.clear();
  for (auto& h : env->hooks) h.Reset();
  env->thrown.Reset();
  env->reject_callback.Reset();
  env->buffer_prototype.Reset();
  env->bindings.Reset();
  env->require.Reset();
  env->builtins.clear();
  env->events_array.Reset();
  env->shared_buffer.Reset();
  env->context.Reset();
  isolate->Exit();
  platform::NotifyIsolateShutdown(v8_platform.get(), isolate);
  isolate->Dispose();
  free(env->out.data);
  free(env->out.records);
  delete env;
  sl_trim_malloc();  // what the isolate had goes back to the system
}

void sl_trim_malloc(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

void sl_terminate(sl_env* env) { env->isolate->TerminateExecution(); }
char* sl_stack_trace(sl_env* env) {
  Isolate* isolate = env->isolate;
  HandleScope handles(isolate);
  auto trace = StackTrace::CurrentStackTrace(isolate, 32, StackTrace::kDetailed);
  if (trace.IsEmpty() || trace->GetFrameCount() == 0) return nullptr;
  std::string text;
  for (int i = 0; i < trace->GetFrameCount(); i++) {
    auto frame = trace->GetFrame(isolate, i);
    String::Utf8Value function(isolate, frame->GetFunctionName()), script(isolate, frame->GetScriptNameOrSourceURL());
    std::string place = std::string(*script && script.length() ? *script : "<anonymous>") + ":" + std::to_string(frame->GetLineNumber()) + ":" + std::to_string(frame->GetColumn());
    text += "    at ";
    if (*function && function.length()) {
      if (frame->IsConstructor()) text += "new ";
      text += std::string(*function) + " (" + place + ")\n";
    } else {
      text += place + "\n";
    }
  }
  return strdup(text.c_str());
}

int sl_is_terminating(sl_env* env) { return env->isolate->IsExecutionTerminating(); }
void sl_cancel_terminate(sl_env* env) { env->isolate->CancelTerminateExecution(); }

void sl_request_interrupt(sl_env* env, uint64_t token) {
  struct Request {
    uintptr_t handle;
    uint64_t token;
  };
  env->isolate->RequestInterrupt(
      [](Isolate*, void* data) {
        auto* r = static_cast<Request*>(data);
        sluiceInterrupt(r->handle, r->token);
        delete r;
      },
      new Request{env->handle, token});
}

void sl_microtasks(sl_env* env) {
  HandleScope handles(env->isolate);
  env->isolate->PerformMicrotaskCheckpoint();
}

int sl_pump(sl_env* env) {
  HandleScope handles(env->isolate);
  int ran = 0;
  while (platform::PumpMessageLoop(v8_platform.get(), env->isolate)) ran = 1;
  return ran;
}

void sl_low_memory(sl_env* env) {
  env->isolate->LowMemoryNotification();
  env->allocator->Trim();
  if (env->out.nrecords == 0) {
    free(env->out.data);
    env->out.data = nullptr;
    env->out.cap = env->out.len = 0;
  }
  sl_trim_malloc();
}

void sl_heap_stats(sl_env* env, sl_heap* h) {
  HeapStatistics s;
  env->isolate->GetHeapStatistics(&s);
  *h = {s.total_heap_size(), s.total_heap_size_executable(), s.total_physical_size(), s.total_available_size(), s.used_heap_size(), s.heap_size_limit(), s.malloced_memory(), s.peak_malloced_memory(), s.number_of_native_contexts(), s.number_of_detached_contexts(), s.total_global_handles_size(), s.used_global_handles_size(), s.external_memory(), env->allocator->used(), {}, {}};
  memcpy(h->gc_count, env->gc_count, sizeof(h->gc_count));
  memcpy(h->gc_nanos, env->gc_nanos, sizeof(h->gc_nanos));
}

void sl_collect_stale(sl_env* env) {
  if (env->gc_count[1] == env->full_collections) env->isolate->MemoryPressureNotification(MemoryPressureLevel::kModerate);
  env->full_collections = env->gc_count[1];
}

sl_shared* sl_shared_of(sl_env* env) { return env->shared; }

int sl_eval(sl_env* env, const char* src, size_t len, const char* name, char** result, size_t* result_len, sl_error** err) {
  ENTER(env);
  ScriptOrigin origin(Str(isolate, name));
  Local<Script> script;
  Local<Value> value;
  if (!Script::Compile(ctx, Str(isolate, {src, len}), &origin).ToLocal(&script) || !script->Run(ctx).ToLocal(&value)) {
    *err = TakeError(env, tc);
    return -1;
  }
  if (result) {
    String::Utf8Value text(isolate, value);
    *result_len = text.length();
    *result = static_cast<char*>(malloc(text.length() + 1));
    memcpy(*result, *text ? *text : "", text.length());
  }
  return 0;
}

int sl_builtin_cache(sl_env* env, const char* id, uint8_t** data, size_t* len, sl_error** err) {
  ENTER(env);
  Local<Function> fn;
  if (auto kept = env->builtins.find(id); kept != env->builtins.end()) {
    fn = kept->second.Get(isolate);
  } else if (!CompileBuiltin(env, id).ToLocal(&fn)) {
    *err = TakeError(env, tc);
    return -1;
  }
  std::unique_ptr<ScriptCompiler::CachedData> cache(ScriptCompiler::CreateCodeCacheForFunction(fn));
  if (!cache) return -1;
  *len = cache->length;
  *data = static_cast<uint8_t*>(malloc(cache->length));
  memcpy(*data, cache->data, cache->length);
  return 0;
}

uint32_t sl_refused_caches(sl_env* env) { return env->refused_caches; }

int sl_boot(sl_env* env, const char* id, sl_error** err) {
  ENTER(env);
  Local<Function> fn;
  Local<Value> result;
  auto exports = Object::New(isolate);
  Local<Value> argv[] = {exports, Undefined(isolate), Undefined(isolate), Undefined(isolate), InternalBindingFunction(env)};
  if (!CompileBuiltin(env, id).ToLocal(&fn)) {
    *err = TakeError(env, tc);
    return -1;
  }
  if (fn->Call(ctx, Undefined(isolate), 5, argv).ToLocal(&result)) return 0;
  if (!HandleUncaught(env, tc, err)) return -1;
  // The main script failed and the application took it: what it left for later is done now.
  Local<Value> tasks[2 + 1] = {Str(isolate, "tasks"), True(isolate)};  // with the room that RunHook wants
  return RunHook(env, SL_HOOK_EVENT, 2, tasks, &result, err) ? 0 : -1;
}

int sl_call_hook(sl_env* env, int hook, const uint8_t* args, size_t len, double* out, sl_error** err) {
  ENTER(env);
  if (env->hooks[hook].IsEmpty()) return 0;
  Local<Value> argv[8 + 1];
  int n = 0;
  const uint8_t* p = args;
  while (p < args + len && n < 8) {
    if (!DecodeValue(env, &p, args + len).ToLocal(&argv[n++])) {
      *err = TakeError(env, tc);
      return -1;
    }
  }
  Local<Value> result;
  if (!RunHook(env, hook, n, argv, &result, err)) return -1;
  *out = result->IsNumber() ? result.As<Number>()->Value() : 0;
  return 0;
}
}
