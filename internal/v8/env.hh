// What the C++ files of package v8 share: the state of one isolate, the registry
// of bindings written in C++, and conversion between V8's values and bytes.
#pragma once
#include <v8.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "allocator.hh"
#include "binding.h"

namespace sluice {

using Args = v8::FunctionCallbackInfo<v8::Value>;

// Scratch memory for the arguments of native calls: bump allocation, released in
// stack order, so that a native call made inside another leaves the outer one's alone.
class Arena {
 public:
  struct Mark {
    size_t chunk, pos;
  };
  void* Allocate(size_t n) {
    n = (n + 15) & ~size_t{15};
    while (chunk_ < chunks_.size() && pos_ + n > chunks_[chunk_].size) {
      chunk_++;
      pos_ = 0;
    }
    if (chunk_ == chunks_.size()) {
      size_t size = n > kChunk ? n : kChunk;
      chunks_.push_back({std::unique_ptr<uint8_t[]>(new uint8_t[size]), size});
    }
    void* p = chunks_[chunk_].data.get() + pos_;
    pos_ += n;
    return p;
  }
  Mark Save() const { return {chunk_, pos_}; }
  void Release(Mark m) {
    chunk_ = m.chunk;
    pos_ = m.pos;
    // One huge argument must not stay for ever.
    if (chunk_ == 0 && pos_ == 0 && chunks_.size() > 2) chunks_.resize(1);
    if (chunk_ == 0 && pos_ == 0 && !chunks_.empty() && chunks_[0].size > 16 * kChunk) chunks_.clear();
  }

 private:
  static constexpr size_t kChunk = 64 << 10;
  struct Chunk {
    std::unique_ptr<uint8_t[]> data;
    size_t size;
  };
  std::vector<Chunk> chunks_;
  size_t chunk_ = 0, pos_ = 0;
};

// A JavaScript function held by native code, with the async context it was passed in.
struct Callback {
  v8::Global<v8::Function> fn;
  v8::Global<v8::Value> frame;
  uint32_t generation = 1;
};

// State that a C++ binding keeps per isolate; see Env::Slot.
struct BindingData {
  virtual ~BindingData() = default;
};

struct Env {
  v8::Isolate* isolate = nullptr;
  uint64_t full_collections = 0;  // as of the last sl_collect_stale
  uintptr_t handle = 0;
  std::shared_ptr<CountingAllocator> allocator;
  v8::Global<v8::Context> context;
  v8::Global<v8::Function> hooks[SL_HOOK_COUNT];
  v8::Global<v8::Message> thrown;  // where the exception was thrown that SL_HOOK_UNCAUGHT has now
  v8::Global<v8::Function> reject_callback;
  v8::Global<v8::Object> buffer_prototype;
  v8::Global<v8::Object> bindings;   // internalBinding's cache, by name
  v8::Global<v8::Function> require;  // the builtin loader's
  bool keep_builtins = false;
  std::unordered_map<std::string, v8::Global<v8::Function>> builtins;  // what was compiled, if they are kept
  uint32_t refused_caches = 0;
  std::vector<Callback> callbacks;
  std::vector<uint32_t> free_callbacks;
  Arena arena;
  std::vector<uint8_t> result;
  // The turn that is being delivered.
  int32_t* events = nullptr;
  v8::Global<v8::Int32Array> events_array;
  sl_shared* shared = nullptr;
  v8::Global<v8::ArrayBuffer> shared_buffer;
  const uint8_t* turn_data = nullptr;
  size_t turn_data_len = 0;
  sl_out out = {};
  std::vector<std::shared_ptr<v8::BackingStore>> borrowed;  // what records of out refer to
  std::unordered_map<const void*, std::unique_ptr<BindingData>> slots;
  // What garbage collection has cost; written and read on the isolate's thread.
  uint64_t gc_count[SL_GC_KINDS] = {}, gc_nanos[SL_GC_KINDS] = {}, gc_began[SL_GC_KINDS] = {};

  static Env* From(v8::Isolate* isolate) { return static_cast<Env*>(isolate->GetData(0)); }
  static Env* From(const Args& args) { return From(args.GetIsolate()); }

  // The one T of this isolate, made on first use: T must derive from BindingData
  // and have a constructor without arguments.
  template <typename T>
  T* Slot() {
    static const char key = 0;
    auto& p = slots[&key];
    if (!p) p.reset(new T());
    return static_cast<T*>(p.get());
  }
  v8::Local<v8::Context> ctx() { return context.Get(isolate); }
};

// A binding written in C++: SLUICE_BINDING(name, init) at file scope makes
// internalBinding('name') run init on a fresh object.
struct CppBinding {
  const char* name;
  void (*init)(Env*, v8::Local<v8::Object> target);
  CppBinding* next;
  static CppBinding* head;
  CppBinding(const char* n, void (*f)(Env*, v8::Local<v8::Object>)) : name(n), init(f), next(head) { head = this; }
};
#define SLUICE_BINDING(name, init) static ::sluice::CppBinding sluice_binding_##name(#name, init)

// RunHook calls a hook until it comes to its end: see binding.h. argv has room for one
// more argument. False: execution was terminated or the exception's handler failed, and
// *err says so.
bool RunHook(Env*, int hook, int argc, v8::Local<v8::Value>* argv, v8::Local<v8::Value>* result, sl_error** err);
// HandleUncaught gives the exception to SL_HOOK_UNCAUGHT, and what that throws once more.
bool HandleUncaught(Env*, v8::TryCatch& caught, sl_error** err);
sl_error* TakeError(Env*, v8::TryCatch&);

void ThrowError(v8::Isolate*, const char* message);
void ThrowTypeError(v8::Isolate*, const char* message, const char* code = nullptr);
void ThrowRangeError(v8::Isolate*, const char* message, const char* code = nullptr);

// Every native function goes through Guarded, so that a C++ exception becomes a
// JavaScript one and never crosses V8's frames.
template <void (*F)(const Args&)>
void Guarded(const Args& args) {
  try {
    F(args);
  } catch (const std::exception& e) {
    ThrowError(args.GetIsolate(), e.what());
  }
}

v8::Local<v8::String> Str(v8::Isolate*, std::string_view);          // UTF-8
v8::Local<v8::String> InternedStr(v8::Isolate*, std::string_view);  // ASCII, for property names
void SetFunction(Env*, v8::Local<v8::Object> target, const char* name, v8::FunctionCallback cb, v8::SideEffectType effect = v8::SideEffectType::kHasSideEffect);
template <void (*F)(const Args&)>
void SetMethod(Env* env, v8::Local<v8::Object> target, const char* name) {
  SetFunction(env, target, name, Guarded<F>);
}
void SetConstant(Env*, v8::Local<v8::Object> target, const char* name, double value);

// The memory of an ArrayBufferView, ArrayBuffer or SharedArrayBuffer.
struct Bytes {
  uint8_t* data = nullptr;
  size_t len = 0;
};
bool GetBytes(v8::Local<v8::Value>, Bytes*);
// A Buffer (a Uint8Array with Buffer's prototype) with a copy of the bytes.
v8::MaybeLocal<v8::Uint8Array> NewBuffer(Env*, const void* data, size_t len);
// A Buffer over bytes that the caller fills.
v8::MaybeLocal<v8::Uint8Array> NewBufferUninitialized(Env*, size_t len, uint8_t** data);

bool EncodeValue(Env*, v8::Local<v8::Value>, sl_value*, int depth);
// Reads one encoded value, advances p. Empty handle when an exception is pending.
v8::MaybeLocal<v8::Value> DecodeValue(Env*, const uint8_t** p, const uint8_t* end);
v8::Local<v8::Value> Callable(Env*, uint64_t id);

sl_error* TakeError(Env*, v8::TryCatch&);
v8::MaybeLocal<v8::Function> CompileBuiltin(Env*, const char* id);

}  // namespace sluice

struct sl_env : sluice::Env {};
