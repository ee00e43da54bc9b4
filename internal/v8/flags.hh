// V8's flags, and the code caches of builtins under flags that were changed.
#pragma once
#include <string_view>

#include "env.hh"

namespace sluice {

// SetFlags changes flags of V8's, which are as on d8's command line.
void SetFlags(std::string_view flags);

// BuiltinCache is the code cache of a builtin, made under the flags that sl_init sets by itself, as V8 takes it
// under the flags that it has now, if they allow that.
v8::ScriptCompiler::CachedData* BuiltinCache(v8::Local<v8::Context>, const uint8_t* data, size_t len);

}  // namespace sluice
