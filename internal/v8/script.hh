// What modules.cc and contextify.cc share: the place of an error as text, and the
// value that code carries from its compilation to its import().
#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "env.hh"

namespace sluice {

// "file:line\nsource line\n    ^^^^\n": where the message points. Empty when it points nowhere.
std::string ErrorPlace(v8::Isolate*, v8::Local<v8::Context>, v8::Local<v8::Message>);

// Puts the place before the error's stack, once, as Node does for a text that does not compile.
void DecorateStack(v8::Isolate*, v8::Local<v8::Context>, const v8::TryCatch&);
// Remembers the place on the error, for the report of an uncaught exception; the first one stays.
void RememberPlace(v8::Isolate*, v8::Local<v8::Context>, v8::Local<v8::Value> error, v8::Local<v8::Message>);

// The host-defined options that make import() and import.meta find `symbol` (a Symbol, or nothing).
v8::Local<v8::PrimitiveArray> HostOptions(v8::Isolate*, v8::Local<v8::Value> symbol);

// The context of a contextified object (see contextify.cc); empty when it is none.
v8::MaybeLocal<v8::Context> ContextOf(v8::Isolate*, v8::Local<v8::Value> sandbox);

// Ends JavaScript after a time, unless it is destroyed before.
class Watchdog {
 public:
  Watchdog(v8::Isolate*, int64_t ms);
  ~Watchdog() { Stop(); }
  // True when time had run out.
  bool Stop();

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool done_ = false, fired_ = false;
  std::thread thread_;
};
// Throws ERR_SCRIPT_EXECUTION_TIMEOUT.
void ThrowTimeout(v8::Isolate*, int64_t ms);

// The bytes of an optional code cache argument; null when it is not one. V8 takes ownership.
v8::ScriptCompiler::CachedData* CachedDataOf(v8::Local<v8::Value>);

}  // namespace sluice
