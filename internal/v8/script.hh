// What modules.cc and contextify.cc share: the place of an error as text, and the
// value that code carries from its compilation to its import().
#pragma once
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

// The bytes of an optional code cache argument; null when it is not one. V8 takes ownership.
v8::ScriptCompiler::CachedData* CachedDataOf(v8::Local<v8::Value>);

}  // namespace sluice
