// What util.inspect and its relatives ask of V8: the kind of a value whatever its
// prototype says, the insides of proxies, promises and iterators, the call stack.
#include <chrono>
#include <thread>

#include "env.hh"

namespace sluice {

using namespace v8;

// --- internalBinding('types') ---

template <bool (Value::*Is)() const>
static void IsKind(const Args& args) {
  args.GetReturnValue().Set((*args[0]->*Is)());
}

static void IsAnyArrayBuffer(const Args& args) { args.GetReturnValue().Set(args[0]->IsArrayBuffer() || args[0]->IsSharedArrayBuffer()); }

static void IsBoxedPrimitive(const Args& args) {
  auto v = args[0];
  args.GetReturnValue().Set(v->IsNumberObject() || v->IsStringObject() || v->IsBooleanObject() || v->IsBigIntObject() || v->IsSymbolObject());
}

static void InitTypes(Env* env, Local<Object> target) {
  auto set = [&](const char* name, FunctionCallback cb) { SetFunction(env, target, name, cb, SideEffectType::kHasNoSideEffect); };
  set("isArgumentsObject", IsKind<&Value::IsArgumentsObject>);
  set("isArrayBuffer", IsKind<&Value::IsArrayBuffer>);
  set("isAsyncFunction", IsKind<&Value::IsAsyncFunction>);
  set("isBigIntObject", IsKind<&Value::IsBigIntObject>);
  set("isBooleanObject", IsKind<&Value::IsBooleanObject>);
  set("isDate", IsKind<&Value::IsDate>);
  set("isExternal", IsKind<&Value::IsExternal>);
  set("isGeneratorFunction", IsKind<&Value::IsGeneratorFunction>);
  set("isGeneratorObject", IsKind<&Value::IsGeneratorObject>);
  set("isMap", IsKind<&Value::IsMap>);
  set("isMapIterator", IsKind<&Value::IsMapIterator>);
  set("isModuleNamespaceObject", IsKind<&Value::IsModuleNamespaceObject>);
  set("isNativeError", IsKind<&Value::IsNativeError>);
  set("isNumberObject", IsKind<&Value::IsNumberObject>);
  set("isPromise", IsKind<&Value::IsPromise>);
  set("isProxy", IsKind<&Value::IsProxy>);
  set("isRegExp", IsKind<&Value::IsRegExp>);
  set("isSet", IsKind<&Value::IsSet>);
  set("isSetIterator", IsKind<&Value::IsSetIterator>);
  set("isSharedArrayBuffer", IsKind<&Value::IsSharedArrayBuffer>);
  set("isStringObject", IsKind<&Value::IsStringObject>);
  set("isSymbolObject", IsKind<&Value::IsSymbolObject>);
  set("isWeakMap", IsKind<&Value::IsWeakMap>);
  set("isWeakSet", IsKind<&Value::IsWeakSet>);
  set("isAnyArrayBuffer", IsAnyArrayBuffer);
  set("isBoxedPrimitive", IsBoxedPrimitive);
}
SLUICE_BINDING(types, InitTypes);

// --- internalBinding('util') ---

// getOwnNonIndexProperties(object, filter): its own keys without array indices.
static void GetOwnNonIndexProperties(const Args& args) {
  Env* env = Env::From(args);
  if (!args[0]->IsObject()) return ThrowTypeError(env->isolate, "getOwnNonIndexProperties: an object is needed");
  auto filter = static_cast<PropertyFilter>(args[1]->Uint32Value(env->ctx()).FromMaybe(0));
  Local<Array> keys;
  if (args[0].As<Object>()->GetPropertyNames(env->ctx(), KeyCollectionMode::kOwnOnly, filter, IndexFilter::kSkipIndices).ToLocal(&keys)) args.GetReturnValue().Set(keys);
}

// getPromiseDetails(promise): [state, result], or [state] while it is pending.
static void GetPromiseDetails(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  if (!args[0]->IsPromise()) return;
  auto promise = args[0].As<Promise>();
  Local<Value> parts[2] = {Integer::New(isolate, promise->State())};
  int n = 1;
  if (promise->State() != Promise::kPending) parts[n++] = promise->Result();
  args.GetReturnValue().Set(Array::New(isolate, parts, n));
}

// getProxyDetails(value, both = true): [target, handler] of a proxy, or its target
// alone; undefined for anything else. Of a revoked proxy these are null.
static void GetProxyDetails(const Args& args) {
  if (!args[0]->IsProxy()) return;
  auto proxy = args[0].As<Proxy>();
  if (args.Length() == 1 || args[1]->IsTrue()) {
    Local<Value> parts[] = {proxy->GetTarget(), proxy->GetHandler()};
    args.GetReturnValue().Set(Array::New(args.GetIsolate(), parts, 2));
  } else {
    args.GetReturnValue().Set(proxy->GetTarget());
  }
}

// previewEntries(object, isIterator): what is in a weak collection or left in an
// iterator, keys and values alternating; with the second argument [entries, whether they do].
static void PreviewEntries(const Args& args) {
  if (!args[0]->IsObject()) return;
  Isolate* isolate = args.GetIsolate();
  bool pairs;
  Local<Array> entries;
  if (!args[0].As<Object>()->PreviewEntries(&pairs).ToLocal(&entries)) return;
  if (args.Length() == 1) return args.GetReturnValue().Set(entries);
  Local<Value> parts[] = {entries, Boolean::New(isolate, pairs)};
  args.GetReturnValue().Set(Array::New(isolate, parts, 2));
}

static void GetConstructorName(const Args& args) {
  if (!args[0]->IsObject()) return ThrowTypeError(args.GetIsolate(), "getConstructorName: an object is needed");
  args.GetReturnValue().Set(args[0].As<Object>()->GetConstructorName());
}

static void GetExternalValue(const Args& args) {
  if (!args[0]->IsExternal()) return;
  auto address = reinterpret_cast<uintptr_t>(args[0].As<External>()->Value());
  args.GetReturnValue().Set(BigInt::NewFromUnsigned(args.GetIsolate(), address));
}

static void IsConstructor(const Args& args) { args.GetReturnValue().Set(args[0]->IsObject() && args[0].As<Object>()->IsConstructor()); }

static Local<Value> OrEmpty(Isolate* isolate, Local<String> s) { return s.IsEmpty() ? String::Empty(isolate).As<Value>() : s.As<Value>(); }

// getCallSites(n): the n frames above the caller of this function's caller.
static void GetCallSites(const Args& args) {
  Env* env = Env::From(args);
  Isolate* isolate = env->isolate;
  auto ctx = env->ctx();
  uint32_t wanted = args[0]->Uint32Value(ctx).FromMaybe(0);
  // The first frame is the builtin that asks.
  auto trace = StackTrace::CurrentStackTrace(isolate, static_cast<int>(wanted) + 1);
  static constexpr const char* kNames[] = {"functionName", "scriptId", "scriptName", "lineNumber", "columnNumber", "column"};
  Local<Name> names[6];
  for (int i = 0; i < 6; i++) names[i] = InternedStr(isolate, kNames[i]);
  std::vector<Local<Value>> sites;
  for (int i = 1; i < trace->GetFrameCount(); i++) {
    auto frame = trace->GetFrame(isolate, i);
    auto column = Integer::New(isolate, frame->GetColumn());
    Local<Value> values[] = {
        OrEmpty(isolate, frame->GetFunctionName()),
        Str(isolate, std::to_string(frame->GetScriptId())),
        OrEmpty(isolate, frame->GetScriptName()),
        Integer::New(isolate, frame->GetLineNumber()),
        column,
        column,
    };
    sites.push_back(Object::New(isolate, Null(isolate), names, values, 6));
  }
  args.GetReturnValue().Set(Array::New(isolate, sites.data(), sites.size()));
}

// getCallerLocation(): [line, column, file] of the function that called the caller.
static void GetCallerLocation(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto trace = StackTrace::CurrentStackTrace(isolate, 2);
  if (trace->GetFrameCount() != 2) return;
  auto frame = trace->GetFrame(isolate, 1);
  auto file = frame->GetScriptNameOrSourceURL();
  if (file.IsEmpty()) return;
  Local<Value> parts[] = {Integer::New(isolate, frame->GetLineNumber()), Integer::New(isolate, frame->GetColumn()), file};
  args.GetReturnValue().Set(Array::New(isolate, parts, 3));
}

// isInsideNodeModules(frames = 10, ifNoStack = false): whether code of a package is on the stack.
static void IsInsideNodeModules(const Args& args) {
  Env* env = Env::From(args);
  Isolate* isolate = env->isolate;
  int limit = args[0]->IsInt32() ? args[0].As<Int32>()->Value() : 10;
  auto trace = StackTrace::CurrentStackTrace(isolate, limit);
  int count = trace->GetFrameCount();
  bool inside = count == 0 && args[1]->IsTrue();
  for (int i = 0; i < count && !inside; i++) {
    auto name = trace->GetFrame(isolate, i)->GetScriptName();
    if (name.IsEmpty()) continue;
    String::Utf8Value utf8(isolate, name);
    std::string_view file(*utf8 ? *utf8 : "", utf8.length());
    inside = !file.starts_with("node:") && (file.find("/node_modules/") != file.npos || file.find("\\node_modules\\") != file.npos);
  }
  args.GetReturnValue().Set(inside);
}

// sleep(ms) holds up this thread.
static void Sleep(const Args& args) {
  std::this_thread::sleep_for(std::chrono::milliseconds(args[0]->Uint32Value(Env::From(args)->ctx()).FromMaybe(0)));
}

static void InitUtil(Env* env, Local<Object> target) {
  SetMethod<GetOwnNonIndexProperties>(env, target, "getOwnNonIndexProperties");
  SetMethod<GetPromiseDetails>(env, target, "getPromiseDetails");
  SetMethod<GetProxyDetails>(env, target, "getProxyDetails");
  SetMethod<PreviewEntries>(env, target, "previewEntries");
  SetMethod<GetConstructorName>(env, target, "getConstructorName");
  SetMethod<GetExternalValue>(env, target, "getExternalValue");
  SetMethod<IsConstructor>(env, target, "isConstructor");
  SetMethod<GetCallSites>(env, target, "getCallSites");
  SetMethod<GetCallerLocation>(env, target, "getCallerLocation");
  SetMethod<IsInsideNodeModules>(env, target, "isInsideNodeModules");
  SetMethod<Sleep>(env, target, "sleep");

  auto constants = Object::New(env->isolate, Null(env->isolate), nullptr, nullptr, 0);
  SetConstant(env, constants, "kPending", Promise::kPending);
  SetConstant(env, constants, "kFulfilled", Promise::kFulfilled);
  SetConstant(env, constants, "kRejected", Promise::kRejected);
  SetConstant(env, constants, "ALL_PROPERTIES", ALL_PROPERTIES);
  SetConstant(env, constants, "ONLY_WRITABLE", ONLY_WRITABLE);
  SetConstant(env, constants, "ONLY_ENUMERABLE", ONLY_ENUMERABLE);
  SetConstant(env, constants, "ONLY_CONFIGURABLE", ONLY_CONFIGURABLE);
  SetConstant(env, constants, "SKIP_STRINGS", SKIP_STRINGS);
  SetConstant(env, constants, "SKIP_SYMBOLS", SKIP_SYMBOLS);
  target->Set(env->ctx(), InternedStr(env->isolate, "constants"), constants).Check();
}
SLUICE_BINDING(util, InitUtil);

}  // namespace sluice
