// Scripts and contexts of node:vm.
//
// A contextified object ("sandbox") and its V8 context hold each other: the object by a private property, the
// context by embedder data. Both are heap references, so the garbage collector frees the pair together.
#include "script.hh"

namespace sluice {

using namespace v8;

namespace {

// Embedder data of a context made here.
enum Slot { kSandbox = 1,
            kAllowWasm = 2,
            kSlots };

// Internal fields of the object that a sandbox holds.
enum HolderField { kContext,
                   kQueue,
                   kHolderFields };

struct Contexts : BindingData {
  Global<FunctionTemplate> script_class;
  Global<ObjectTemplate> holder, global;
  // A microtask queue lives as long as the holder of its context, and so as the context.
  struct Queue {
    Contexts* owner = nullptr;
    std::unique_ptr<MicrotaskQueue> queue;
    Global<Object> holder;
  };
  std::vector<std::unique_ptr<Queue>> queues;
};

void OnHolderCollected(const WeakCallbackInfo<Contexts::Queue>& info) {
  info.GetParameter()->holder.Reset();
  info.SetSecondPassCallback([](const WeakCallbackInfo<Contexts::Queue>& again) {
    auto* queue = again.GetParameter();
    std::erase_if(queue->owner->queues, [queue](auto& q) { return q.get() == queue; });
  });
}

Contexts* Data(Isolate* isolate) { return Env::From(isolate)->Slot<Contexts>(); }

Local<Private> HolderKey(Isolate* isolate) { return Private::ForApi(isolate, InternedStr(isolate, "sluice:context")); }

MaybeLocal<Object> HolderOf(Isolate* isolate, Local<Value> sandbox) {
  Local<Value> v;
  if (!sandbox->IsObject() || !sandbox.As<Object>()->GetPrivate(isolate->GetCurrentContext(), HolderKey(isolate)).ToLocal(&v) || !v->IsObject()) return {};
  return v.As<Object>();
}

MicrotaskQueue* QueueOf(Isolate* isolate, Local<Value> sandbox) {
  Local<Object> holder;
  if (!HolderOf(isolate, sandbox).ToLocal(&holder)) return nullptr;
  auto v = holder->GetInternalField(kQueue).As<Value>();
  return v->IsExternal() ? static_cast<MicrotaskQueue*>(v.As<External>()->Value()) : nullptr;
}

// Interceptors of the global object: every access goes to the sandbox first -------------------------------------------

// The context whose global object is accessed, and its sandbox; false while the context is being made.
template <typename T>
struct Target {
  Local<Context> ctx;
  Local<Object> sandbox;
  bool ok = false;
  explicit Target(const PropertyCallbackInfo<T>& info) {
    if (!info.HolderV2()->GetCreationContext(info.GetIsolate()).ToLocal(&ctx)) return;
    if (ctx->GetNumberOfEmbedderDataFields() <= kSandbox) return;
    auto v = ctx->GetEmbedderData(kSandbox);
    if (!v->IsObject()) return;
    sandbox = v.As<Object>();
    ok = true;
  }
  Local<Object> global() { return ctx->Global(); }
};

Intercepted Getter(Local<Name> property, const PropertyCallbackInfo<Value>& info) {
  Target<Value> t(info);
  if (!t.ok) return Intercepted::kNo;
  TryCatch caught(info.GetIsolate());
  MaybeLocal<Value> found = t.sandbox->GetRealNamedProperty(t.ctx, property);
  if (found.IsEmpty() && !caught.HasCaught()) found = t.global()->GetRealNamedProperty(t.ctx, property);
  if (caught.HasCaught()) {
    caught.ReThrow();
    return Intercepted::kYes;
  }
  Local<Value> value;
  if (!found.ToLocal(&value)) return Intercepted::kNo;
  if (value == t.sandbox) value = t.global();
  info.GetReturnValue().Set(value);
  return Intercepted::kYes;
}

Intercepted Query(Local<Name> property, const PropertyCallbackInfo<Integer>& info) {
  Target<Integer> t(info);
  if (!t.ok) return Intercepted::kNo;
  PropertyAttribute attributes;
  if (t.sandbox->HasRealNamedProperty(t.ctx, property).FromMaybe(false)) {
    if (!t.sandbox->GetRealNamedPropertyAttributes(t.ctx, property).To(&attributes)) return Intercepted::kNo;
  } else if (t.global()->HasRealNamedProperty(t.ctx, property).FromMaybe(false)) {
    if (!t.global()->GetRealNamedPropertyAttributes(t.ctx, property).To(&attributes)) return Intercepted::kNo;
  } else {
    return Intercepted::kNo;
  }
  info.GetReturnValue().Set(attributes);
  return Intercepted::kYes;
}

bool IsReadOnly(Maybe<PropertyAttribute> attributes) {
  PropertyAttribute a;
  return attributes.To(&a) && (a & PropertyAttribute::ReadOnly);
}

Intercepted Setter(Local<Name> property, Local<Value> value, const PropertyCallbackInfo<void>& info) {
  Target<void> t(info);
  if (!t.ok) return Intercepted::kNo;
  Isolate* isolate = info.GetIsolate();
  bool on_global = t.global()->HasRealNamedProperty(t.ctx, property).FromMaybe(false);
  bool on_sandbox = t.sandbox->HasRealNamedProperty(t.ctx, property).FromMaybe(false);
  bool read_only = (on_global && IsReadOnly(t.global()->GetRealNamedPropertyAttributes(t.ctx, property))) ||
                   (on_sandbox && IsReadOnly(t.sandbox->GetRealNamedPropertyAttributes(t.ctx, property)));
  if (read_only) return Intercepted::kNo;

  // x = 1 in strict code with no x anywhere is a ReferenceError, which V8 throws; globalThis.x = 1 and
  // function declarations are not.
  bool through_scope = t.global() != info.This();
  if (!on_global && !on_sandbox && info.ShouldThrowOnError() && through_scope && !value->IsFunction()) return Intercepted::kNo;
  if (!on_global && !on_sandbox && property->IsSymbol()) return Intercepted::kNo;

  if (t.sandbox->Set(t.ctx, property, value).IsNothing()) return Intercepted::kYes;

  // An accessor of the sandbox has taken the value: it must not become a data property of the global object.
  Local<Value> descriptor;
  if (on_sandbox && t.sandbox->GetOwnPropertyDescriptor(t.ctx, property).ToLocal(&descriptor) && descriptor->IsObject()) {
    auto d = descriptor.As<Object>();
    if (d->HasOwnProperty(t.ctx, InternedStr(isolate, "get")).FromMaybe(false) || d->HasOwnProperty(t.ctx, InternedStr(isolate, "set")).FromMaybe(false)) return Intercepted::kYes;
  }
  return Intercepted::kNo;
}

Intercepted Descriptor(Local<Name> property, const PropertyCallbackInfo<Value>& info) {
  Target<Value> t(info);
  if (!t.ok || !t.sandbox->HasOwnProperty(t.ctx, property).FromMaybe(false)) return Intercepted::kNo;
  Local<Value> descriptor;
  if (!t.sandbox->GetOwnPropertyDescriptor(t.ctx, property).ToLocal(&descriptor)) return Intercepted::kNo;
  info.GetReturnValue().Set(descriptor);
  return Intercepted::kYes;
}

Intercepted Definer(Local<Name> property, const PropertyDescriptor& wanted, const PropertyCallbackInfo<void>& info) {
  Target<void> t(info);
  if (!t.ok) return Intercepted::kNo;
  Isolate* isolate = info.GetIsolate();
  PropertyAttribute attributes = PropertyAttribute::None;
  bool declared = t.global()->GetRealNamedPropertyAttributes(t.ctx, property).To(&attributes);
  // What can never change on the global object must not change on the sandbox.
  if (declared && (attributes & PropertyAttribute::ReadOnly) && (attributes & PropertyAttribute::DontDelete)) return Intercepted::kNo;

  auto define = [&](PropertyDescriptor* d) {
    if (wanted.has_enumerable()) d->set_enumerable(wanted.enumerable());
    if (wanted.has_configurable()) d->set_configurable(wanted.configurable());
    [[maybe_unused]] auto thrown = t.sandbox->DefineProperty(t.ctx, property, *d);
  };
  Local<Value> undefined = Undefined(isolate);
  if (wanted.has_get() || wanted.has_set()) {
    PropertyDescriptor d(wanted.has_get() ? wanted.get() : undefined, wanted.has_set() ? wanted.set() : undefined);
    define(&d);
  } else {
    Local<Value> value = wanted.has_value() ? wanted.value() : undefined;
    if (wanted.has_writable()) {
      PropertyDescriptor d(value, wanted.writable());
      define(&d);
    } else {
      PropertyDescriptor d(value);
      define(&d);
    }
  }
  return Intercepted::kNo;
}

Intercepted Deleter(Local<Name> property, const PropertyCallbackInfo<Boolean>& info) {
  Target<Boolean> t(info);
  if (!t.ok || t.sandbox->Delete(t.ctx, property).FromMaybe(false)) return Intercepted::kNo;
  info.GetReturnValue().Set(false);
  return Intercepted::kYes;
}

void Keys(const PropertyCallbackInfo<Array>& info, bool indices) {
  Target<Array> t(info);
  if (!t.ok) return;
  Local<Array> names;
  if (!t.sandbox->GetPropertyNames(t.ctx, KeyCollectionMode::kOwnOnly, PropertyFilter::ALL_PROPERTIES, indices ? IndexFilter::kIncludeIndices : IndexFilter::kSkipIndices).ToLocal(&names)) return;
  if (!indices) return info.GetReturnValue().Set(names);
  std::vector<Local<Value>> numbers;
  for (uint32_t i = 0; i < names->Length(); i++) {
    Local<Value> key;
    if (names->Get(t.ctx, i).ToLocal(&key) && key->IsUint32()) numbers.push_back(key);
  }
  info.GetReturnValue().Set(Array::New(info.GetIsolate(), numbers.data(), numbers.size()));
}

void NamedKeys(const PropertyCallbackInfo<Array>& info) { Keys(info, false); }
void IndexedKeys(const PropertyCallbackInfo<Array>& info) { Keys(info, true); }

// Elements are properties whose names are numbers.
Local<Name> IndexName(Isolate* isolate, uint32_t index) { return Integer::NewFromUnsigned(isolate, index)->ToString(isolate->GetCurrentContext()).ToLocalChecked(); }
Intercepted IndexedGetter(uint32_t i, const PropertyCallbackInfo<Value>& info) { return Getter(IndexName(info.GetIsolate(), i), info); }
Intercepted IndexedSetter(uint32_t i, Local<Value> v, const PropertyCallbackInfo<void>& info) { return Setter(IndexName(info.GetIsolate(), i), v, info); }
Intercepted IndexedQuery(uint32_t i, const PropertyCallbackInfo<Integer>& info) { return Query(IndexName(info.GetIsolate(), i), info); }
Intercepted IndexedDescriptor(uint32_t i, const PropertyCallbackInfo<Value>& info) { return Descriptor(IndexName(info.GetIsolate(), i), info); }
Intercepted IndexedDefiner(uint32_t i, const PropertyDescriptor& d, const PropertyCallbackInfo<void>& info) { return Definer(IndexName(info.GetIsolate(), i), d, info); }
Intercepted IndexedDeleter(uint32_t i, const PropertyCallbackInfo<Boolean>& info) {
  Target<Boolean> t(info);
  if (!t.ok || t.sandbox->Delete(t.ctx, i).FromMaybe(false)) return Intercepted::kNo;
  info.GetReturnValue().Set(false);
  return Intercepted::kYes;
}

// Contexts ------------------------------------------------------------------------------------------------------------

bool AllowWasm(Local<Context> ctx, Local<String>) {
  if (ctx->GetNumberOfEmbedderDataFields() <= kAllowWasm) return true;
  return !ctx->GetEmbedderData(kAllowWasm)->IsFalse();
}

// makeContext(sandbox, strings, wasm, ownMicrotaskQueue): contextifies the object; with undefined for sandbox, an
// ordinary context is made and its global object returned.
void MakeContext(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto* data = Data(isolate);
  auto main = isolate->GetCurrentContext();
  bool vanilla = !args[0]->IsObject();
  std::unique_ptr<Contexts::Queue> queue;
  if (args[3]->IsTrue()) {
    queue = std::make_unique<Contexts::Queue>();
    queue->queue = MicrotaskQueue::New(isolate, MicrotasksPolicy::kExplicit);
  }
  auto ctx = Context::New(isolate, nullptr, vanilla ? MaybeLocal<ObjectTemplate>() : data->global.Get(isolate), {}, {}, queue ? queue->queue.get() : nullptr);
  if (ctx.IsEmpty()) return;
  ctx->SetSecurityToken(main->GetSecurityToken());
  ctx->AllowCodeGenerationFromStrings(args[1]->IsTrue());
  ctx->SetErrorMessageForCodeGenerationFromStrings(InternedStr(isolate, "Code generation from strings disallowed for this context"));
  ctx->SetEmbedderData(kAllowWasm, args[2]);
  Local<Object> sandbox = vanilla ? ctx->Global() : args[0].As<Object>();
  if (!vanilla) ctx->SetEmbedderData(kSandbox, sandbox);
  auto holder = data->holder.Get(isolate)->NewInstance(main).ToLocalChecked();
  holder->SetInternalField(kContext, ctx);
  holder->SetInternalField(kQueue, Undefined(isolate));
  if (queue) {
    holder->SetInternalField(kQueue, External::New(isolate, queue->queue.get()));
    queue->holder.Reset(isolate, holder);
    queue->owner = data;
    queue->holder.SetWeak(queue.get(), OnHolderCollected, WeakCallbackType::kParameter);
    data->queues.push_back(std::move(queue));
  }
  if (sandbox->SetPrivate(main, HolderKey(isolate), holder).IsNothing()) return;
  args.GetReturnValue().Set(sandbox);
}

void IsContext(const Args& args) { args.GetReturnValue().Set(!HolderOf(args.GetIsolate(), args[0]).IsEmpty()); }

// Scripts -------------------------------------------------------------------------------------------------------------

void SetProperty(Isolate* isolate, Local<Context> ctx, Local<Object> object, const char* name, Local<Value> value) {
  object->Set(ctx, InternedStr(isolate, name), value).Check();
}

void SetCache(Env* env, Local<Context> ctx, Local<Object> out, ScriptCompiler::CachedData* made) {
  std::unique_ptr<ScriptCompiler::CachedData> cache(made);
  Local<Uint8Array> buffer;
  bool ok = cache && NewBuffer(env, cache->data, cache->length).ToLocal(&buffer);
  if (ok) SetProperty(env->isolate, ctx, out, "cachedData", buffer);
  SetProperty(env->isolate, ctx, out, "cachedDataProduced", Boolean::New(env->isolate, ok));
}

// compileScript(code, filename, line, column, cachedData, produceCachedData, symbol, sandbox): a script object.
void CompileScript(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto main = isolate->GetCurrentContext();
  auto parsing = ContextOf(isolate, args[7]).FromMaybe(main);
  ScriptOrigin origin(args[1], args[2]->Int32Value(main).FromMaybe(0), args[3]->Int32Value(main).FromMaybe(0), true, -1, Local<Value>(), false, false, false, HostOptions(isolate, args[6]));
  auto* cache = CachedDataOf(args[4]);
  ScriptCompiler::Source source(args[0].As<String>(), origin, cache);
  TryCatch caught(isolate);
  Local<UnboundScript> unbound;
  {
    Context::Scope scope(parsing);
    if (!ScriptCompiler::CompileUnboundScript(isolate, &source, cache ? ScriptCompiler::kConsumeCodeCache : ScriptCompiler::kNoCompileOptions).ToLocal(&unbound)) {
      DecorateStack(isolate, parsing, caught);
      caught.ReThrow();
      return;
    }
  }
  auto script = Data(isolate)->script_class.Get(isolate)->InstanceTemplate()->NewInstance(main).ToLocalChecked();
  script->SetInternalField(0, unbound);
  if (cache) SetProperty(isolate, main, script, "cachedDataRejected", Boolean::New(isolate, source.GetCachedData()->rejected));
  if (args[5]->IsTrue()) SetCache(Env::From(args), main, script, ScriptCompiler::CreateCodeCache(unbound));
  SetProperty(isolate, main, script, "sourceURL", unbound->GetSourceURL());
  SetProperty(isolate, main, script, "sourceMapURL", unbound->GetSourceMappingURL());
  args.GetReturnValue().Set(script);
}

bool IsScript(Isolate* isolate, Local<Value> v) { return v->IsObject() && Data(isolate)->script_class.Get(isolate)->HasInstance(v); }

// runScript(script, sandbox or null, timeout or -1, displayErrors)
void RunScript(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto main = isolate->GetCurrentContext();
  if (!IsScript(isolate, args[0])) return ThrowTypeError(isolate, "Script methods can only be called on script instances.");
  Local<Context> ctx = main;
  if (!args[1]->IsNull() && !ContextOf(isolate, args[1]).ToLocal(&ctx)) return ThrowTypeError(isolate, "a contextified object is needed");
  auto* queue = args[1]->IsNull() ? nullptr : QueueOf(isolate, args[1]);
  int64_t timeout = args[2]->IntegerValue(main).FromMaybe(-1);
  auto unbound = args[0].As<Object>()->GetInternalField(0).As<UnboundScript>();

  TryCatch caught(isolate);
  MaybeLocal<Value> result;
  bool timed_out = false;
  {
    Context::Scope scope(ctx);
    auto script = unbound->BindToCurrentContext();
    std::unique_ptr<Watchdog> watchdog;
    if (timeout > 0) watchdog = std::make_unique<Watchdog>(isolate, timeout);
    result = script->Run(ctx);
    if (!result.IsEmpty() && queue) queue->PerformCheckpoint(isolate);
    if (watchdog) timed_out = watchdog->Stop();
  }
  if (timed_out) {
    if (isolate->IsExecutionTerminating() || caught.HasTerminated()) isolate->CancelTerminateExecution();
    caught.Reset();
    ThrowTimeout(isolate, timeout);
    caught.ReThrow();
    return;
  }
  Local<Value> value;
  if (result.ToLocal(&value)) return args.GetReturnValue().Set(value);
  if (args[3]->IsTrue()) DecorateStack(isolate, ctx, caught);
  caught.ReThrow();
}

// createCachedData(script)
void CreateCachedData(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  if (!IsScript(isolate, args[0])) return ThrowTypeError(isolate, "a script is needed");
  std::unique_ptr<ScriptCompiler::CachedData> cache(ScriptCompiler::CreateCodeCache(args[0].As<Object>()->GetInternalField(0).As<UnboundScript>()));
  Local<Uint8Array> buffer;
  if (NewBuffer(Env::From(args), cache ? cache->data : nullptr, cache ? cache->length : 0).ToLocal(&buffer)) args.GetReturnValue().Set(buffer);
}

// compileFunction(code, filename, line, column, cachedData, produceCachedData, sandbox, extensions, params, symbol):
// { function, sourceMapURL, cachedDataRejected?, cachedData?, cachedDataProduced? }
void CompileFunction(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto main = isolate->GetCurrentContext();
  auto parsing = ContextOf(isolate, args[6]).FromMaybe(main);
  std::vector<Local<Object>> extensions;
  std::vector<Local<String>> params;
  if (args[7]->IsArray()) {
    auto list = args[7].As<Array>();
    for (uint32_t i = 0; i < list->Length(); i++) {
      Local<Value> v;
      if (list->Get(main, i).ToLocal(&v) && v->IsObject()) extensions.push_back(v.As<Object>());
    }
  }
  if (args[8]->IsArray()) {
    auto list = args[8].As<Array>();
    for (uint32_t i = 0; i < list->Length(); i++) {
      Local<Value> v;
      if (list->Get(main, i).ToLocal(&v) && v->IsString()) params.push_back(v.As<String>());
    }
  }
  ScriptOrigin origin(args[1], args[2]->Int32Value(main).FromMaybe(0), args[3]->Int32Value(main).FromMaybe(0), true, -1, Local<Value>(), false, false, false, HostOptions(isolate, args[9]));
  auto* cache = CachedDataOf(args[4]);
  ScriptCompiler::Source source(args[0].As<String>(), origin, cache);
  TryCatch caught(isolate);
  Local<Function> fn;
  {
    Context::Scope scope(parsing);
    if (!ScriptCompiler::CompileFunction(parsing, &source, params.size(), params.data(), extensions.size(), extensions.data(), cache ? ScriptCompiler::kConsumeCodeCache : ScriptCompiler::kNoCompileOptions).ToLocal(&fn)) {
      // V8 says nothing about names of parameters that are none.
      if (!caught.HasCaught()) isolate->ThrowException(Exception::SyntaxError(Str(isolate, "Invalid parameter name")));
      DecorateStack(isolate, parsing, caught);
      caught.ReThrow();
      return;
    }
  }
  auto out = Object::New(isolate);
  SetProperty(isolate, main, out, "function", fn);
  SetProperty(isolate, main, out, "sourceMapURL", fn->GetScriptOrigin().SourceMapUrl());
  if (cache) SetProperty(isolate, main, out, "cachedDataRejected", Boolean::New(isolate, source.GetCachedData()->rejected));
  if (args[5]->IsTrue()) SetCache(Env::From(args), main, out, ScriptCompiler::CreateCodeCacheForFunction(fn));
  args.GetReturnValue().Set(out);
}

void Init(Env* env, Local<Object> target) {
  Isolate* isolate = env->isolate;
  auto* data = env->Slot<Contexts>();

  auto script = FunctionTemplate::New(isolate);
  script->SetClassName(InternedStr(isolate, "ContextifyScript"));
  script->InstanceTemplate()->SetInternalFieldCount(1);
  data->script_class.Reset(isolate, script);

  auto holder = ObjectTemplate::New(isolate);
  holder->SetInternalFieldCount(kHolderFields);
  data->holder.Reset(isolate, holder);

  auto cls = FunctionTemplate::New(isolate);
  cls->SetClassName(InternedStr(isolate, "Object"));
  auto global = cls->InstanceTemplate();
  global->SetHandler(NamedPropertyHandlerConfiguration(Getter, Setter, Query, Deleter, NamedKeys, Definer, Descriptor, {}, PropertyHandlerFlags::kHasNoSideEffect));
  global->SetHandler(IndexedPropertyHandlerConfiguration(IndexedGetter, IndexedSetter, IndexedQuery, IndexedDeleter, IndexedKeys, IndexedDefiner, IndexedDescriptor, {}, PropertyHandlerFlags::kHasNoSideEffect));
  data->global.Reset(isolate, global);

  isolate->SetAllowWasmCodeGenerationCallback(AllowWasm);
  SetMethod<MakeContext>(env, target, "makeContext");
  SetMethod<IsContext>(env, target, "isContext");
  SetMethod<CompileScript>(env, target, "compileScript");
  SetMethod<RunScript>(env, target, "runScript");
  SetMethod<CreateCachedData>(env, target, "createCachedData");
  SetMethod<CompileFunction>(env, target, "compileFunction");
}
SLUICE_BINDING(contextify, Init);

}  // namespace

MaybeLocal<Context> ContextOf(Isolate* isolate, Local<Value> sandbox) {
  Local<Object> holder;
  if (!HolderOf(isolate, sandbox).ToLocal(&holder)) return {};
  return holder->GetInternalField(kContext).As<Context>();
}

Watchdog::Watchdog(Isolate* isolate, int64_t ms)
    : thread_([this, isolate, ms] {
        std::unique_lock lock(mutex_);
        if (wake_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return done_; })) return;
        fired_ = true;
        isolate->TerminateExecution();
      }) {}

bool Watchdog::Stop() {
  {
    std::lock_guard lock(mutex_);
    done_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  return fired_;
}

void ThrowTimeout(Isolate* isolate, int64_t ms) {
  auto error = Exception::Error(Str(isolate, "Script execution timed out after " + std::to_string(ms) + "ms")).As<Object>();
  SetProperty(isolate, isolate->GetCurrentContext(), error, "code", InternedStr(isolate, "ERR_SCRIPT_EXECUTION_TIMEOUT"));
  isolate->ThrowException(error);
}

}  // namespace sluice
