// Native functions: JavaScript calls Go, Go calls JavaScript back.
#include "env.hh"

extern "C" {
// Exported by Go (callback.go).
int sluiceInvoke(uintptr_t handle, uint32_t fn, const void* info, int argc, sl_value* argv, size_t* result_len);
int sluiceBinding(uintptr_t handle, const char* name, char** names, uint32_t* first);
}

namespace sluice {

using namespace v8;

CppBinding* CppBinding::head = nullptr;

static void Invoke(const Args& args) {
  Env* env = Env::From(args);
  Isolate* isolate = args.GetIsolate();
  auto mark = env->arena.Save();
  int n = args.Length();
  sl_value stack[8];
  sl_value* argv = n <= 8 ? stack : static_cast<sl_value*>(env->arena.Allocate(sizeof(sl_value) * n));
  for (int i = 0; i < n; i++) {
    if (!EncodeValue(env, args[i], &argv[i], 0)) {
      env->arena.Release(mark);
      return;
    }
  }
  size_t len = 0;
  int thrown = sluiceInvoke(env->handle, args.Data().As<Uint32>()->Value(), &args, n, argv, &len);
  env->arena.Release(mark);
  if (len == 0) return;  // undefined
  const uint8_t* p = env->result.data();
  Local<Value> v;
  if (!DecodeValue(env, &p, p + len).ToLocal(&v)) return;
  if (thrown) {
    isolate->ThrowException(v);
  } else {
    args.GetReturnValue().Set(v);
  }
}

// internalBinding(name): the functions that Go registered under this name and
// those of the C++ binding of the same name, on one object made once.
static void InternalBinding(const Args& args) {
  Env* env = Env::From(args);
  Isolate* isolate = env->isolate;
  auto ctx = env->ctx();
  if (!args[0]->IsString()) return ThrowTypeError(isolate, "internalBinding: the name must be a string");
  auto name = args[0].As<String>();
  auto cache = env->bindings.Get(isolate);
  Local<Value> known;
  if (cache->Get(ctx, name).ToLocal(&known) && known->IsObject()) return args.GetReturnValue().Set(known);
  String::Utf8Value utf8(isolate, name);
  auto target = Object::New(isolate);
  bool found = false;
  char* names = nullptr;
  uint32_t first = 0;
  int n = sluiceBinding(env->handle, *utf8, &names, &first);
  if (n >= 0) {
    found = true;
    const char* s = names;
    for (int i = 0; i < n; i++) {
      auto fn = FunctionTemplate::New(isolate, Guarded<Invoke>, Integer::NewFromUnsigned(isolate, first + i), Local<Signature>(), 0, ConstructorBehavior::kThrow)->GetFunction(ctx).ToLocalChecked();
      auto key = InternedStr(isolate, s);
      fn->SetName(key);
      target->Set(ctx, key, fn).Check();
      s += strlen(s) + 1;
    }
    free(names);
  }
  for (auto* b = CppBinding::head; b; b = b->next) {
    if (strcmp(b->name, *utf8) == 0) {
      b->init(env, target);
      found = true;
    }
  }
  if (!found) {
    std::string m = "No such binding: " + std::string(*utf8, utf8.length());
    return ThrowError(isolate, m.c_str());
  }
  cache->Set(ctx, name, target).Check();
  args.GetReturnValue().Set(target);
}

// Callable is the function that JavaScript sees for a callback that Go hands back.
Local<Value> Callable(Env* env, uint64_t id) {
  uint32_t slot = static_cast<uint32_t>(id), generation = static_cast<uint32_t>(id >> 32);
  if (slot >= env->callbacks.size() || env->callbacks[slot].generation != generation || env->callbacks[slot].fn.IsEmpty()) return Undefined(env->isolate);
  return env->callbacks[slot].fn.Get(env->isolate);
}

static void Release(Env* env, uint32_t slot) {
  auto& cb = env->callbacks[slot];
  cb.fn.Reset();
  cb.frame.Reset();
  cb.generation = cb.generation == 0x1fffff ? 1 : cb.generation + 1;  // ids stay exact in a double
  env->free_callbacks.push_back(slot);
}

static void SetHook(const Args& args) {
  Env* env = Env::From(args);
  int i = args[0]->Int32Value(env->ctx()).FromMaybe(-1);
  if (i < 0 || i >= SL_HOOK_COUNT || !args[1]->IsFunction()) return ThrowTypeError(env->isolate, "setHook: a hook and a function are needed");
  env->hooks[i].Reset(env->isolate, args[1].As<Function>());
}

static void SetRequire(const Args& args) { Env::From(args)->require.Reset(args.GetIsolate(), args[0].As<Function>()); }

static void SetBufferPrototype(const Args& args) { Env::From(args)->buffer_prototype.Reset(args.GetIsolate(), args[0].As<Object>()); }

static void CompileBuiltinFunction(const Args& args) {
  Env* env = Env::From(args);
  String::Utf8Value id(env->isolate, args[0]);
  Local<Function> fn;
  if (CompileBuiltin(env, *id).ToLocal(&fn)) args.GetReturnValue().Set(fn);
}

// takeCall(slot, generation, keep): the function of a callback and the async
// context frame it was passed in, as [fn, frame]; released unless keep.
static void TakeCall(const Args& args) {
  Env* env = Env::From(args);
  uint32_t slot = args[0].As<Uint32>()->Value(), generation = args[1].As<Uint32>()->Value();
  if (slot >= env->callbacks.size() || env->callbacks[slot].generation != generation || env->callbacks[slot].fn.IsEmpty()) return;
  auto& cb = env->callbacks[slot];
  auto fn = cb.fn.Get(env->isolate);
  env->isolate->SetContinuationPreservedEmbedderData(cb.frame.IsEmpty() ? Undefined(env->isolate).As<Value>() : cb.frame.Get(env->isolate));
  if (!args[2]->BooleanValue(env->isolate)) Release(env, slot);
  args.GetReturnValue().Set(fn);
}

static void InitRuntime(Env* env, Local<Object> target) {
  SetMethod<SetHook>(env, target, "setHook");
  SetMethod<SetRequire>(env, target, "setRequire");
  SetMethod<SetBufferPrototype>(env, target, "setBufferPrototype");
  SetMethod<CompileBuiltinFunction>(env, target, "compileBuiltin");
  SetMethod<TakeCall>(env, target, "takeCall");
}
SLUICE_BINDING(runtime, InitRuntime);

static void GetFrame(const Args& args) { args.GetReturnValue().Set(args.GetIsolate()->GetContinuationPreservedEmbedderData()); }
static void SetFrame(const Args& args) { args.GetIsolate()->SetContinuationPreservedEmbedderData(args[0]); }
static void InitAsyncContext(Env* env, Local<Object> target) {
  SetMethod<GetFrame>(env, target, "getContinuationPreservedEmbedderData");
  SetMethod<SetFrame>(env, target, "setContinuationPreservedEmbedderData");
}
SLUICE_BINDING(async_context, InitAsyncContext);

Local<Function> InternalBindingFunction(Env* env) {
  return FunctionTemplate::New(env->isolate, Guarded<InternalBinding>, Local<Value>(), Local<Signature>(), 1, ConstructorBehavior::kThrow)->GetFunction(env->ctx()).ToLocalChecked();
}

}  // namespace sluice

using namespace sluice;

extern "C" {

uint64_t sl_callback_new(sl_env* env, const void* info, int index) {
  auto& args = *static_cast<const Args*>(info);
  if (index >= args.Length() || !args[index]->IsFunction()) return 0;
  uint32_t slot;
  if (env->free_callbacks.empty()) {
    slot = static_cast<uint32_t>(env->callbacks.size());
    env->callbacks.emplace_back();
  } else {
    slot = env->free_callbacks.back();
    env->free_callbacks.pop_back();
  }
  auto& cb = env->callbacks[slot];
  cb.fn.Reset(env->isolate, args[index].As<v8::Function>());
  auto frame = env->isolate->GetContinuationPreservedEmbedderData();
  if (!frame->IsUndefined()) cb.frame.Reset(env->isolate, frame);
  return uint64_t{cb.generation} << 32 | slot;
}

void sl_callback_release(sl_env* env, uint64_t id) {
  uint32_t slot = static_cast<uint32_t>(id), generation = static_cast<uint32_t>(id >> 32);
  if (slot < env->callbacks.size() && env->callbacks[slot].generation == generation) Release(env, slot);
}

uint8_t* sl_result_buffer(sl_env* env, size_t need, size_t* cap) {
  if (env->result.size() < need || (env->result.size() > (1 << 20) && need < (1 << 16))) {
    env->result.resize(need < 4096 ? 4096 : need);
    env->result.shrink_to_fit();
  }
  *cap = env->result.size();
  return env->result.data();
}
}
