// The time zone: a change of process.env.TZ reaches the C library and V8's dates.
#include <cstdlib>
#include <ctime>

#include "env.hh"

namespace sluice {

using namespace v8;

// changed(name): name is the new value of TZ; without one the variable is gone.
static void Changed(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  if (args[0]->IsString()) {
    String::Utf8Value name(isolate, args[0]);
    setenv("TZ", *name, 1);
  } else {
    unsetenv("TZ");
  }
  tzset();
  isolate->DateTimeConfigurationChangeNotification(Isolate::TimeZoneDetection::kRedetect);
}

static void InitTimezone(Env* env, Local<Object> target) { SetMethod<Changed>(env, target, "changed"); }
SLUICE_BINDING(timezone, InitTimezone);

}  // namespace sluice
