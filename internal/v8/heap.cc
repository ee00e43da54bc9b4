// internalBinding('v8'): what V8 tells of its heap, for the module "v8".
#include <v8-profiler.h>

#include "flags.hh"

namespace sluice {

using namespace v8;

static void Return(const Args& args, std::initializer_list<double> numbers) {
  Isolate* isolate = args.GetIsolate();
  std::vector<Local<Value>> values;
  for (double n : numbers) values.push_back(Number::New(isolate, n));
  args.GetReturnValue().Set(Array::New(isolate, values.data(), values.size()));
}

static double D(size_t n) { return static_cast<double>(n); }

// In the order of v8.getHeapStatistics().
static void HeapStatisticsOf(const Args& args) {
  HeapStatistics s;
  args.GetIsolate()->GetHeapStatistics(&s);
  Return(args, {D(s.total_heap_size()), D(s.total_heap_size_executable()), D(s.total_physical_size()), D(s.total_available_size()), D(s.used_heap_size()), D(s.heap_size_limit()), D(s.malloced_memory()), D(s.peak_malloced_memory()), D(s.does_zap_garbage()), D(s.number_of_native_contexts()), D(s.number_of_detached_contexts()), D(s.total_global_handles_size()), D(s.used_global_handles_size()), D(s.external_memory())});
}

// [name, size, used, available, physical] of each space.
static void HeapSpaces(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  std::vector<Local<Value>> spaces;
  for (size_t i = 0; i < isolate->NumberOfHeapSpaces(); i++) {
    HeapSpaceStatistics s;
    isolate->GetHeapSpaceStatistics(&s, i);
    Local<Value> parts[] = {Str(isolate, s.space_name()), Number::New(isolate, D(s.space_size())), Number::New(isolate, D(s.space_used_size())), Number::New(isolate, D(s.space_available_size())), Number::New(isolate, D(s.physical_space_size()))};
    spaces.push_back(Array::New(isolate, parts, 5));
  }
  args.GetReturnValue().Set(Array::New(isolate, spaces.data(), spaces.size()));
}

static void HeapCode(const Args& args) {
  HeapCodeStatistics s;
  args.GetIsolate()->GetHeapCodeAndMetadataStatistics(&s);
  Return(args, {D(s.code_and_metadata_size()), D(s.bytecode_and_metadata_size()), D(s.external_script_source_size()), D(s.cpu_profiler_metadata_size())});
}

static void CachedDataVersionTag(const Args& args) { args.GetReturnValue().Set(ScriptCompiler::CachedDataVersionTag()); }

static void SetFlagsFromString(const Args& args) {
  String::Utf8Value flags(args.GetIsolate(), args[0]);
  SetFlags({*flags, flags.length()});
}

static void IsOneByte(const Args& args) { args.GetReturnValue().Set(args[0]->IsString() && args[0].As<String>()->IsOneByte()); }

// Collects V8's JSON in chunks and hands each to a function.
class ChunkStream : public OutputStream {
 public:
  ChunkStream(Env* env, Local<Function> f) : env_(env), f_(f) {}
  int GetChunkSize() override { return 1 << 20; }
  void EndOfStream() override {}
  WriteResult WriteAsciiChunk(char* data, int size) override {
    HandleScope scope(env_->isolate);
    Local<Uint8Array> chunk;
    if (!NewBuffer(env_, data, size).ToLocal(&chunk)) return kAbort;
    Local<Value> arg = chunk, ignored;
    return f_->Call(env_->ctx(), Undefined(env_->isolate), 1, &arg).ToLocal(&ignored) ? kContinue : kAbort;
  }

 private:
  Env* env_;
  Local<Function> f_;
};

// heapSnapshot(onChunk, internals, numericValues)
static void TakeHeapSnapshot(const Args& args) {
  Env* env = Env::From(args);
  if (!args[0]->IsFunction()) return ThrowTypeError(env->isolate, "heapSnapshot: a function is needed");
  HeapProfiler::HeapSnapshotOptions options;
  options.snapshot_mode = args[1]->IsTrue() ? HeapProfiler::HeapSnapshotMode::kExposeInternals : HeapProfiler::HeapSnapshotMode::kRegular;
  options.numerics_mode = args[2]->IsTrue() ? HeapProfiler::NumericsMode::kExposeNumericValues : HeapProfiler::NumericsMode::kHideNumericValues;
  auto* snapshot = env->isolate->GetHeapProfiler()->TakeHeapSnapshot(options);
  ChunkStream stream(env, args[0].As<Function>());
  snapshot->Serialize(&stream, HeapSnapshot::kJSON);
  const_cast<HeapSnapshot*>(snapshot)->Delete();
}

class InheritsFrom : public QueryObjectPredicate {
 public:
  InheritsFrom(Local<Context> context, Local<Object> prototype) : context_(context), prototype_(prototype) {}
  bool Filter(Local<Object> object) override {
    for (Local<Value> o = object; o->IsObject() && !o->IsProxy();) {
      o = o.As<Object>()->GetPrototypeV2();
      if (o == prototype_) return true;
    }
    return false;
  }

 private:
  Local<Context> context_;
  Local<Object> prototype_;
};

// queryObjects(prototype): all live objects that inherit from it.
static void QueryObjects(const Args& args) {
  Env* env = Env::From(args);
  if (!args[0]->IsObject()) return ThrowTypeError(env->isolate, "queryObjects: an object is needed");
  InheritsFrom predicate(env->ctx(), args[0].As<Object>());
  std::vector<Global<Object>> found;
  env->isolate->GetHeapProfiler()->QueryObjects(env->ctx(), &predicate, &found);
  std::vector<Local<Value>> objects;
  for (auto& o : found) objects.push_back(o.Get(env->isolate));
  args.GetReturnValue().Set(Array::New(env->isolate, objects.data(), objects.size()));
}

static void InitV8(Env* env, Local<Object> target) {
  SetMethod<HeapStatisticsOf>(env, target, "heapStatistics");
  SetMethod<HeapSpaces>(env, target, "heapSpaces");
  SetMethod<HeapCode>(env, target, "heapCode");
  SetMethod<CachedDataVersionTag>(env, target, "cachedDataVersionTag");
  SetMethod<SetFlagsFromString>(env, target, "setFlagsFromString");
  SetMethod<IsOneByte>(env, target, "isStringOneByteRepresentation");
  SetMethod<TakeHeapSnapshot>(env, target, "heapSnapshot");
  SetMethod<QueryObjects>(env, target, "queryObjects");
}
SLUICE_BINDING(v8, InitV8);

}  // namespace sluice
