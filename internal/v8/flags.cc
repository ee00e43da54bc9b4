// V8's flags, and the code caches of builtins under flags that were changed.
#include "flags.hh"

#include <atomic>
#include <cstring>
#include <mutex>

namespace sluice {

using namespace v8;

// V8 writes a hash of its flags into each code cache and refuses those that were made under others, whatever the
// flags are about. These change nothing of what a function is compiled to: they are about memory, stacks and chance.
// Without the code caches a start takes twice as long.
static constexpr std::string_view kHarmless[] = {
    "max-old-space-size",
    "max-semi-space-size",
    "min-semi-space-size",
    "max-heap-size",
    "initial-heap-size",
    "semi-space-growth-factor",
    "stack-size",
    "stack-trace-limit",
    "expose-gc",
    "gc-interval",
    "gc-global",
    "trace-gc",
    "random-seed",
    "hash-seed",
    "single-threaded",
    "single-threaded-gc",
    "concurrent-array-buffer-sweeping",
};

static bool IsHarmless(std::string_view flag) {
  if (flag.substr(0, 1) != "-") return true;  // the value of the one before
  flag.remove_prefix(flag.substr(0, 2) == "--" ? 2 : 1);
  std::string name(flag.substr(0, flag.find('=')));
  for (char& c : name) c = c == '_' ? '-' : c;
  std::string_view plain = name;
  if (plain.substr(0, 3) == "no-") plain.remove_prefix(3);
  for (auto known : kHarmless) {
    if (plain == known) return true;
  }
  return false;
}

// Whether the flags are others than those of the code caches, and only in what is harmless.
static std::atomic<bool> harmless = true, changed = false;
static std::atomic<uint32_t> changes = 0;

void SetFlags(std::string_view flags) {
  for (size_t at = 0; at < flags.size();) {
    size_t end = flags.find_first_of(" \t\n", at);
    if (end == std::string_view::npos) end = flags.size();
    if (end > at && !IsHarmless(flags.substr(at, end - at))) harmless = false;
    at = end + 1;
  }
  V8::SetFlagsFromString(flags.data(), flags.size());
  changed = true;
  changes++;
}

// Where a code cache has the hash of the flags, in words of 32 bits.
static constexpr size_t kFlagHash = 3, kHeader = 8;

// The hash that V8 has of its flags now: it is in what V8 itself writes.
static bool CurrentHash(Local<Context> ctx, uint32_t* hash) {
  static std::mutex mutex;
  static uint32_t known, as_of;
  std::lock_guard<std::mutex> lock(mutex);
  uint32_t now = changes;
  if (as_of != now) {
    Isolate* isolate = ctx->GetIsolate();
    ScriptCompiler::Source source(String::Empty(isolate));
    Local<Function> fn;
    if (!ScriptCompiler::CompileFunction(ctx, &source).ToLocal(&fn)) return false;
    std::unique_ptr<ScriptCompiler::CachedData> cache(ScriptCompiler::CreateCodeCacheForFunction(fn));
    if (!cache || static_cast<size_t>(cache->length) < kHeader * sizeof(uint32_t)) return false;
    memcpy(&known, cache->data + kFlagHash * sizeof(uint32_t), sizeof(known));
    as_of = now;
  }
  *hash = known;
  return true;
}

ScriptCompiler::CachedData* BuiltinCache(Local<Context> ctx, const uint8_t* data, size_t len) {
  uint32_t hash;
  if (!changed || !harmless || len < kHeader * sizeof(uint32_t) || !CurrentHash(ctx, &hash)) {
    return new ScriptCompiler::CachedData(data, static_cast<int>(len), ScriptCompiler::CachedData::BufferNotOwned);
  }
  auto* copy = new uint8_t[len];
  memcpy(copy, data, len);
  memcpy(copy + kFlagHash * sizeof(uint32_t), &hash, sizeof(hash));
  return new ScriptCompiler::CachedData(copy, static_cast<int>(len), ScriptCompiler::CachedData::BufferOwned);
}

}  // namespace sluice
