// The clock of performance.now().
#include <time.h>

#include "env.hh"

namespace sluice {

using namespace v8;

static double Milliseconds(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

// When this library was loaded: as near to the start of the process as code of ours gets.
static const double started = Milliseconds(CLOCK_MONOTONIC);
static const double started_at = Milliseconds(CLOCK_REALTIME);

static void Now(const Args& args) { args.GetReturnValue().Set(Milliseconds(CLOCK_MONOTONIC) - started); }

static void InitPerformance(Env* env, Local<Object> target) {
  // What the loop counts: [base of its clock, idle, start, turns, start of V8, end of bootstrapping, end], see sl_shared.
  auto loop = Float64Array::New(env->shared_buffer.Get(env->isolate), offsetof(sl_shared, clock_base), 7);
  target->Set(env->ctx(), InternedStr(env->isolate, "loop"), loop).Check();
  SetConstant(env, target, "started", started);
  SetMethod<Now>(env, target, "now");
  SetConstant(env, target, "timeOriginTimestamp", started_at);
}
SLUICE_BINDING(performance, InitPerformance);

}  // namespace sluice
