// Modules: CommonJS bodies as functions, ES modules and synthetic modules on V8's module API.
//
// A module is a ModuleWrap object in JavaScript. Its V8 module lies in an internal field, so that the garbage
// collector alone decides how long it lives.
#include "script.hh"

namespace sluice {

using namespace v8;

namespace {

enum Field { kModule,
             kLinked,
             kEvaluate,
             kContext,
             kFields };

struct Modules;

// One entry of the table from V8's modules to their wraps: V8 hands out the module, JavaScript wants the wrap.
struct WrapRef {
  Modules* table;
  int hash;
  Global<Object> wrap;
};

struct Modules : BindingData {
  Global<FunctionTemplate> wrap_class;
  Global<Function> import_dynamically, initialize_meta;
  std::unordered_multimap<int, std::unique_ptr<WrapRef>> wraps;
  // While a graph is instantiated: where in the referrer's requests the next one is expected.
  int last_referrer = 0, next_request = 0;
};

Modules* Data(Isolate* isolate) { return Env::From(isolate)->Slot<Modules>(); }

Local<Context> ContextOfWrap(Local<Value> wrap) { return wrap.As<Object>()->GetInternalField(kContext).As<Context>(); }

Local<Module> ModuleOf(Local<Object> wrap) { return wrap->GetInternalField(kModule).As<Module>(); }

bool IsWrap(Isolate* isolate, Local<Value> v) {
  return v->IsObject() && Data(isolate)->wrap_class.Get(isolate)->HasInstance(v);
}

// The module behind the first argument; empty, with an exception, when there is none.
Local<Module> ThisModule(const Args& args) {
  if (!IsWrap(args.GetIsolate(), args[0])) {
    ThrowTypeError(args.GetIsolate(), "a module is needed", "ERR_VM_MODULE_NOT_MODULE");
    return {};
  }
  return ModuleOf(args[0].As<Object>());
}

MaybeLocal<Object> WrapOf(Isolate* isolate, Local<Module> module) {
  auto* data = Data(isolate);
  auto [it, end] = data->wraps.equal_range(module->GetIdentityHash());
  for (; it != end; ++it) {
    auto wrap = it->second->wrap.Get(isolate);
    if (!wrap.IsEmpty() && ModuleOf(wrap) == module) return wrap;
  }
  return {};
}

void OnWrapCollected(const WeakCallbackInfo<WrapRef>& info) {
  auto* ref = info.GetParameter();
  ref->wrap.Reset();
  auto [it, end] = ref->table->wraps.equal_range(ref->hash);
  for (; it != end; ++it) {
    if (it->second.get() == ref) {
      ref->table->wraps.erase(it);
      return;
    }
  }
}

MaybeLocal<Object> NewWrap(Isolate* isolate, Local<Context> ctx, Local<Module> module, Local<Value> url, Local<Context> home) {
  auto* data = Data(isolate);
  Local<Object> wrap;
  if (!data->wrap_class.Get(isolate)->InstanceTemplate()->NewInstance(ctx).ToLocal(&wrap)) return {};
  wrap->SetInternalField(kModule, module);
  wrap->SetInternalField(kLinked, Undefined(isolate));
  wrap->SetInternalField(kEvaluate, Undefined(isolate));
  wrap->SetInternalField(kContext, home);
  wrap->Set(ctx, InternedStr(isolate, "url"), url).Check();
  auto ref = std::make_unique<WrapRef>();
  ref->table = data;
  ref->hash = module->GetIdentityHash();
  ref->wrap.Reset(isolate, wrap);
  ref->wrap.SetWeak(ref.get(), OnWrapCollected, WeakCallbackType::kParameter);
  int hash = ref->hash;
  data->wraps.emplace(hash, std::move(ref));
  return wrap;
}

// Import attributes as V8 lists them, `stride` values for each, as an object without prototype.
Local<Value> Attributes(Isolate* isolate, Local<Context> ctx, Local<FixedArray> list, int stride) {
  auto object = Object::New(isolate);
  object->SetPrototypeV2(ctx, Null(isolate)).Check();
  for (int i = 0; i + 1 < list->Length(); i += stride) {
    object->Set(ctx, list->Get(ctx, i).As<String>(), list->Get(ctx, i + 1).As<Value>()).Check();
  }
  return object;
}

// CommonJS --------------------------------------------------------------------------------------------------------

MaybeLocal<Function> CompileCommonJS(Isolate* isolate, Local<Context> ctx, Local<String> source, Local<Value> filename, Local<Value> symbol) {
  static const char* const names[] = {"exports", "require", "module", "__filename", "__dirname"};
  Local<String> params[5];
  for (int i = 0; i < 5; i++) params[i] = InternedStr(isolate, names[i]);
  ScriptOrigin origin(filename, 0, 0, true, -1, Local<Value>(), false, false, false, HostOptions(isolate, symbol));
  ScriptCompiler::Source script(source, origin);
  return ScriptCompiler::CompileFunction(ctx, &script, 5, params);
}

MaybeLocal<Module> CompileESM(Isolate* isolate, Local<String> source, Local<Value> url, int line, int column, Local<Value> symbol, ScriptCompiler::CachedData* cache = nullptr, bool* rejected = nullptr) {
  ScriptOrigin origin(url, line, column, true, -1, Local<Value>(), false, false, true, HostOptions(isolate, symbol));
  ScriptCompiler::Source script(source, origin, cache);
  auto module = ScriptCompiler::CompileModule(isolate, &script, cache ? ScriptCompiler::kConsumeCodeCache : ScriptCompiler::kNoCompileOptions);
  if (rejected && cache) *rejected = script.GetCachedData()->rejected;
  return module;
}

// What V8 says of syntax that only modules have: whatever else is wrong with it, such a text was meant as a module.
bool SaysModuleSyntax(Isolate* isolate, Local<Message> message) {
  String::Utf8Value text(isolate, message->Get());
  std::string_view s(*text ? *text : "", text.length());
  for (const char* m : {"Cannot use import statement outside a module", "Unexpected token 'export'", "Cannot use 'import.meta' outside a module"}) {
    if (s.find(m) != s.npos) return true;
  }
  return false;
}

// A text did not compile as CommonJS: is it an ES module? Either it says so, or it compiles as one
// (top-level await; variables named like the parameters of the CommonJS function).
bool IsModuleInstead(Isolate* isolate, Local<Context> ctx, const TryCatch& caught, Local<String> source, Local<Value> filename) {
  if (caught.HasTerminated() || !caught.Exception()->IsNativeError() || caught.Message().IsEmpty()) return false;
  if (SaysModuleSyntax(isolate, caught.Message())) return true;
  TryCatch quiet(isolate);
  return !CompileESM(isolate, source, filename, 0, 0, Undefined(isolate)).IsEmpty();
}

// compileFunctionForCJS(source, filename, symbol, detect): the function of a CommonJS module; with detect, true
// when the text is an ES module instead.
void CompileFunctionForCJS(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto ctx = isolate->GetCurrentContext();
  auto source = args[0].As<String>();
  TryCatch caught(isolate);
  Local<Function> fn;
  if (CompileCommonJS(isolate, ctx, source, args[1], args[2]).ToLocal(&fn)) return args.GetReturnValue().Set(fn);
  if (args[3]->IsTrue() && IsModuleInstead(isolate, ctx, caught, source, args[1])) return args.GetReturnValue().Set(true);
  DecorateStack(isolate, ctx, caught);
  caught.ReThrow();
}

// containsModuleSyntax(source, filename): whether a text that nothing is known of is an ES module.
void ContainsModuleSyntax(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto ctx = isolate->GetCurrentContext();
  auto source = args[0].As<String>();
  TryCatch caught(isolate);
  bool is = CompileCommonJS(isolate, ctx, source, args[1], Undefined(isolate)).IsEmpty() && IsModuleInstead(isolate, ctx, caught, source, args[1]);
  args.GetReturnValue().Set(is);
}

// ES modules --------------------------------------------------------------------------------------------------------

// compileModule(url, source, line, column, symbol, cachedData, sandbox)
void CompileModule(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto ctx = isolate->GetCurrentContext();
  TryCatch caught(isolate);
  int line = args[2]->Int32Value(ctx).FromMaybe(0), column = args[3]->Int32Value(ctx).FromMaybe(0);
  auto home = ContextOf(isolate, args[6]).FromMaybe(ctx);
  auto* cache = CachedDataOf(args[5]);
  bool rejected = false;
  Local<Module> module;
  {
    Context::Scope scope(home);
    if (!CompileESM(isolate, args[1].As<String>(), args[0], line, column, args[4], cache, &rejected).ToLocal(&module)) {
      if (!caught.HasTerminated()) RememberPlace(isolate, ctx, caught.Exception(), caught.Message());
      caught.ReThrow();
      return;
    }
  }
  Local<Object> wrap;
  if (!NewWrap(isolate, ctx, module, args[0], home).ToLocal(&wrap)) return;
  if (cache) wrap->Set(ctx, InternedStr(isolate, "cachedDataRejected"), Boolean::New(isolate, rejected)).Check();
  args.GetReturnValue().Set(wrap);
}

MaybeLocal<Value> ResolvedPromise(Isolate* isolate, Local<Context> ctx) {
  Local<Promise::Resolver> resolver;
  if (!Promise::Resolver::New(ctx).ToLocal(&resolver)) return {};
  resolver->Resolve(ctx, Undefined(isolate)).Check();
  return resolver->GetPromise().As<Value>();
}

MaybeLocal<Value> EvaluateSynthetic(Local<Context> ctx, Local<Module> module) {
  Isolate* isolate = ctx->GetIsolate();
  Local<Object> wrap;
  if (!WrapOf(isolate, module).ToLocal(&wrap)) {
    ThrowError(isolate, "a synthetic module was evaluated after its wrap was collected");
    return {};
  }
  auto steps = wrap->GetInternalField(kEvaluate).As<Value>();
  if (steps->IsFunction()) {
    Local<Value> argv[] = {wrap};
    Local<Value> ignored;
    if (!steps.As<Function>()->Call(ctx, wrap, 1, argv).ToLocal(&ignored)) return {};
  }
  return ResolvedPromise(isolate, ctx);
}

// createSynthetic(url, exportNames, evaluate, sandbox): evaluate(wrap) is to set the exports.
void CreateSynthetic(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto ctx = isolate->GetCurrentContext();
  auto list = args[1].As<Array>();
  std::vector<Local<String>> names;
  names.reserve(list->Length());
  for (uint32_t i = 0; i < list->Length(); i++) {
    Local<Value> name;
    if (!list->Get(ctx, i).ToLocal(&name)) return;
    if (!name->IsString()) return ThrowTypeError(isolate, "createSynthetic: export names must be strings");
    names.push_back(name.As<String>());
  }
  auto home = ContextOf(isolate, args[3]).FromMaybe(ctx);
  auto module = Module::CreateSyntheticModule(isolate, args[0].As<String>(), MemorySpan<const Local<String>>(names.data(), names.size()), EvaluateSynthetic);
  Local<Object> wrap;
  if (!NewWrap(isolate, ctx, module, args[0], home).ToLocal(&wrap)) return;
  wrap->SetInternalField(kEvaluate, args[2]);
  args.GetReturnValue().Set(wrap);
}

// setExport(wrap, name, value)
void SetExport(const Args& args) {
  auto module = ThisModule(args);
  if (module.IsEmpty()) return;
  [[maybe_unused]] auto thrown = module->SetSyntheticModuleExport(args.GetIsolate(), args[1].As<String>(), args[2]);
}

// getModuleRequests(wrap): [specifier, attributes or undefined, …], undefined when the module imports nothing.
void GetModuleRequests(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto ctx = isolate->GetCurrentContext();
  auto module = ThisModule(args);
  if (module.IsEmpty() || !module->IsSourceTextModule()) return;
  auto requests = module->GetModuleRequests();
  int n = requests->Length();
  if (n == 0) return;
  std::vector<Local<Value>> out;
  out.reserve(2 * n);
  for (int i = 0; i < n; i++) {
    auto request = requests->Get(ctx, i).As<ModuleRequest>();
    out.push_back(request->GetSpecifier());
    auto attributes = request->GetImportAttributes();
    out.push_back(attributes->Length() == 0 ? Undefined(isolate).As<Value>() : Attributes(isolate, ctx, attributes, 3));
  }
  args.GetReturnValue().Set(Array::New(isolate, out.data(), out.size()));
}

// link(wrap, wraps): the modules for getModuleRequests(wrap), in that order.
void Link(const Args& args) {
  if (ThisModule(args).IsEmpty()) return;
  args[0].As<Object>()->SetInternalField(kLinked, args[1]);
}

bool SameAttributes(Local<Context> ctx, Local<FixedArray> a, Local<FixedArray> b) {
  if (a->Length() != b->Length()) return false;
  for (int i = 0; i + 1 < a->Length(); i += 3) {
    for (int k = 0; k < 2; k++) {
      if (!a->Get(ctx, i + k).As<String>()->StringEquals(b->Get(ctx, i + k).As<String>())) return false;
    }
  }
  return true;
}

MaybeLocal<Module> NotLinked(Isolate* isolate, Local<Context> ctx, Local<Object> wrap, Local<String> specifier) {
  std::string from = "?";
  Local<Value> url;
  if (!wrap.IsEmpty() && wrap->Get(ctx, InternedStr(isolate, "url")).ToLocal(&url)) {
    String::Utf8Value text(isolate, url);
    from.assign(*text ? *text : "", text.length());
  }
  String::Utf8Value name(isolate, specifier);
  auto error = Exception::Error(Str(isolate, "request for '" + std::string(*name ? *name : "", name.length()) + "' can not be resolved on module '" + from + "' that is not linked")).As<Object>();
  error->Set(ctx, InternedStr(isolate, "code"), InternedStr(isolate, "ERR_VM_MODULE_LINK_FAILURE")).Check();
  isolate->ThrowException(error);
  return {};
}

MaybeLocal<Module> Resolve(Local<Context> ctx, Local<String> specifier, Local<FixedArray> attributes, Local<Module> referrer) {
  Isolate* isolate = ctx->GetIsolate();
  auto* data = Data(isolate);
  Local<Object> wrap;
  if (!WrapOf(isolate, referrer).ToLocal(&wrap) || !wrap->GetInternalField(kLinked).As<Value>()->IsArray()) {
    return NotLinked(isolate, ctx, wrap, specifier);
  }
  auto linked = wrap->GetInternalField(kLinked).As<Array>();
  auto requests = referrer->GetModuleRequests();
  int n = requests->Length();
  int hash = referrer->GetIdentityHash();
  // V8 asks in order; the table makes a long list of imports cost no more than its length.
  int at = data->last_referrer == hash && data->next_request < n ? data->next_request : 0;
  for (int k = 0; k < n; k++, at = at + 1 == n ? 0 : at + 1) {
    auto request = requests->Get(ctx, at).As<ModuleRequest>();
    if (!request->GetSpecifier()->StringEquals(specifier) || !SameAttributes(ctx, request->GetImportAttributes(), attributes)) continue;
    data->last_referrer = hash;
    data->next_request = at + 1;
    Local<Value> child;
    if (!linked->Get(ctx, at).ToLocal(&child)) return {};
    if (IsWrap(isolate, child)) return ModuleOf(child.As<Object>());
    break;
  }
  return NotLinked(isolate, ctx, wrap, specifier);
}

void Instantiate(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto ctx = isolate->GetCurrentContext();
  auto module = ThisModule(args);
  if (module.IsEmpty()) return;
  TryCatch caught(isolate);
  if (module->InstantiateModule(ContextOfWrap(args[0]), Resolve).IsNothing() && caught.HasCaught()) {
    if (!caught.HasTerminated()) RememberPlace(isolate, ctx, caught.Exception(), caught.Message());
    caught.ReThrow();
  }
}

MaybeLocal<Promise> Rejected(Local<Context> ctx, Local<Value> reason) {
  Local<Promise::Resolver> resolver;
  if (!Promise::Resolver::New(ctx).ToLocal(&resolver)) return {};
  resolver->Reject(ctx, reason).Check();
  return resolver->GetPromise();
}

// A promise of the given context that follows another: at once when that is settled.
MaybeLocal<Value> Adopt(Local<Context> ctx, Local<Value> value) {
  Local<Promise::Resolver> resolver;
  if (!Promise::Resolver::New(ctx).ToLocal(&resolver)) return {};
  if (value->IsPromise() && value.As<Promise>()->State() == Promise::kRejected) {
    value.As<Promise>()->MarkAsHandled();
    resolver->Reject(ctx, value.As<Promise>()->Result()).Check();
  } else if (value->IsPromise() && value.As<Promise>()->State() == Promise::kFulfilled) {
    resolver->Resolve(ctx, value.As<Promise>()->Result()).Check();
  } else {
    resolver->Resolve(ctx, value).Check();
  }
  return resolver->GetPromise().As<Value>();
}

// evaluate(wrap, timeout): the promise of the evaluation; undefined when time ran out, with an exception.
void Evaluate(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto module = ThisModule(args);
  if (module.IsEmpty()) return;
  if (module->GetStatus() == Module::kEvaluating) return ThrowError(isolate, "the module is being evaluated");
  auto main = isolate->GetCurrentContext();
  auto ctx = ContextOfWrap(args[0]);
  Context::Scope scope(ctx);
  int64_t timeout = args[1]->IsNumber() ? args[1]->IntegerValue(ctx).FromMaybe(-1) : -1;
  TryCatch caught(isolate);
  std::unique_ptr<Watchdog> watchdog;
  if (timeout > 0) watchdog = std::make_unique<Watchdog>(isolate, timeout);
  MaybeLocal<Value> result = module->Evaluate(ctx);
  // A context with microtasks of its own runs them now, and its promises would never reach the caller's.
  auto* queue = ctx->GetMicrotaskQueue();
  bool foreign = queue != main->GetMicrotaskQueue();
  if (foreign && !result.IsEmpty()) queue->PerformCheckpoint(isolate);
  if (watchdog && watchdog->Stop()) {
    if (isolate->IsExecutionTerminating() || caught.HasTerminated()) isolate->CancelTerminateExecution();
    caught.Reset();
    ThrowTimeout(isolate, timeout);
    caught.ReThrow();
    return;
  }
  Local<Value> promise;
  if (result.ToLocal(&promise)) {
    if (!foreign || Adopt(main, promise).ToLocal(&promise)) args.GetReturnValue().Set(promise);
    return;
  }
  // The steps of a synthetic module threw.
  Local<Promise> rejected;
  if (!caught.HasTerminated() && Rejected(ctx, caught.Exception()).ToLocal(&rejected)) return args.GetReturnValue().Set(rejected);
  caught.ReThrow();
}

void GetStatus(const Args& args) {
  auto module = ThisModule(args);
  if (!module.IsEmpty()) args.GetReturnValue().Set(static_cast<int>(module->GetStatus()));
}

void GetError(const Args& args) {
  auto module = ThisModule(args);
  if (!module.IsEmpty() && module->GetStatus() == Module::kErrored) args.GetReturnValue().Set(module->GetException());
}

void GetNamespace(const Args& args) {
  auto module = ThisModule(args);
  if (module.IsEmpty()) return;
  if (module->GetStatus() < Module::kInstantiated) return ThrowError(args.GetIsolate(), "cannot get namespace, module has not been instantiated");
  args.GetReturnValue().Set(module->GetModuleNamespace());
}

// isGraphAsync(wrap): whether the module or anything it imports awaits at its top level. It must be instantiated.
void IsGraphAsync(const Args& args) {
  auto module = ThisModule(args);
  if (!module.IsEmpty()) args.GetReturnValue().Set(module->GetStatus() >= Module::kInstantiated && module->IsGraphAsync());
}

void HasTopLevelAwait(const Args& args) {
  auto module = ThisModule(args);
  if (!module.IsEmpty()) args.GetReturnValue().Set(module->IsSourceTextModule() && module->HasTopLevelAwait());
}

// stalledAwaits(wrap): the places of the top-level awaits that still wait, as text.
void StalledAwaits(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto ctx = isolate->GetCurrentContext();
  auto module = ThisModule(args);
  if (module.IsEmpty() || !module->IsSourceTextModule()) return;
  auto messages = std::get<1>(module->GetStalledTopLevelAwaitMessages(isolate));
  std::vector<Local<Value>> out;
  for (auto& message : messages) out.push_back(Str(isolate, ErrorPlace(isolate, ctx, message)));
  args.GetReturnValue().Set(Array::New(isolate, out.data(), out.size()));
}

// createCachedData(wrap)
void CreateCachedData(const Args& args) {
  auto module = ThisModule(args);
  if (module.IsEmpty() || !module->IsSourceTextModule() || module->GetStatus() >= Module::kEvaluating) return;
  std::unique_ptr<ScriptCompiler::CachedData> cache(ScriptCompiler::CreateCodeCache(module->GetUnboundModuleScript()));
  Local<Uint8Array> buffer;
  if (cache && NewBuffer(Env::From(args), cache->data, cache->length).ToLocal(&buffer)) args.GetReturnValue().Set(buffer);
}

// What V8 calls -----------------------------------------------------------------------------------------------------

MaybeLocal<Promise> ImportDynamically(Local<Context> ctx, Local<v8::Data> options, Local<Value> name, Local<String> specifier, Local<FixedArray> attributes) {
  Isolate* isolate = ctx->GetIsolate();
  EscapableHandleScope scope(isolate);
  Local<Value> symbol = Undefined(isolate);
  auto list = options.As<FixedArray>();
  if (list->Length() > 0) symbol = list->Get(ctx, 0).As<Value>();
  Local<Value> argv[] = {symbol, specifier, Attributes(isolate, ctx, attributes, 2), name};
  TryCatch caught(isolate);
  Local<Value> result;
  Local<Promise> promise;
  if (Data(isolate)->import_dynamically.Get(isolate)->Call(ctx, Undefined(isolate), 4, argv).ToLocal(&result)) {
    // The promise belongs to the code that says import().
    if (result->IsPromise() && ctx == Env::From(isolate)->ctx()) return scope.Escape(result.As<Promise>());
    Local<Promise::Resolver> resolver;
    if (!Promise::Resolver::New(ctx).ToLocal(&resolver)) return {};
    resolver->Resolve(ctx, result).Check();
    return scope.Escape(resolver->GetPromise());
  }
  if (caught.HasTerminated()) {
    caught.ReThrow();
    return {};
  }
  if (!Rejected(ctx, caught.Exception()).ToLocal(&promise)) return {};
  return scope.Escape(promise);
}

void InitializeMeta(Local<Context> ctx, Local<Module> module, Local<Object> meta) {
  Isolate* isolate = ctx->GetIsolate();
  HandleScope scope(isolate);
  Local<Object> wrap;
  if (!WrapOf(isolate, module).ToLocal(&wrap)) return;
  TryCatch caught(isolate);
  Local<Value> argv[] = {wrap, meta};
  Local<Value> ignored;
  if (Data(isolate)->initialize_meta.Get(isolate)->Call(ctx, Undefined(isolate), 2, argv).IsEmpty()) caught.ReThrow();
}

// setCallbacks(importDynamically, initializeImportMeta)
void SetCallbacks(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto* data = Data(isolate);
  data->import_dynamically.Reset(isolate, args[0].As<Function>());
  data->initialize_meta.Reset(isolate, args[1].As<Function>());
  isolate->SetHostImportModuleDynamicallyCallback(ImportDynamically);
  isolate->SetHostInitializeImportMetaObjectCallback(InitializeMeta);
}

void Init(Env* env, Local<Object> target) {
  Isolate* isolate = env->isolate;
  auto cls = FunctionTemplate::New(isolate);
  cls->SetClassName(InternedStr(isolate, "ModuleWrap"));
  cls->InstanceTemplate()->SetInternalFieldCount(kFields);
  env->Slot<Modules>()->wrap_class.Reset(isolate, cls);
  SetMethod<SetCallbacks>(env, target, "setCallbacks");
  SetMethod<CompileFunctionForCJS>(env, target, "compileFunctionForCJS");
  SetMethod<ContainsModuleSyntax>(env, target, "containsModuleSyntax");
  SetMethod<CompileModule>(env, target, "compileModule");
  SetMethod<CreateSynthetic>(env, target, "createSynthetic");
  SetMethod<SetExport>(env, target, "setExport");
  SetMethod<GetModuleRequests>(env, target, "getModuleRequests");
  SetMethod<Link>(env, target, "link");
  SetMethod<Instantiate>(env, target, "instantiate");
  SetMethod<Evaluate>(env, target, "evaluate");
  SetMethod<GetStatus>(env, target, "getStatus");
  SetMethod<GetError>(env, target, "getError");
  SetMethod<GetNamespace>(env, target, "getNamespace");
  SetMethod<IsGraphAsync>(env, target, "isGraphAsync");
  SetMethod<HasTopLevelAwait>(env, target, "hasTopLevelAwait");
  SetMethod<StalledAwaits>(env, target, "stalledAwaits");
  SetMethod<CreateCachedData>(env, target, "createCachedData");
}
SLUICE_BINDING(modules, Init);

}  // namespace
}  // namespace sluice
