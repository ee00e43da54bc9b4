// What stacks of errors and async contexts ask of V8.
#include "env.hh"

namespace sluice {

using namespace v8;

// --- internalBinding('errors') ---

struct StackPreparation : BindingData {
  Global<Function> callback;
};

// V8 calls this when the stack of an error is read first.
static MaybeLocal<Value> PrepareStackTrace(Local<Context> ctx, Local<Value> error, Local<Array> sites) {
  Isolate* isolate = Isolate::GetCurrent();
  auto* state = Env::From(isolate)->Slot<StackPreparation>();
  if (state->callback.IsEmpty()) return Undefined(isolate).As<Value>();
  Local<Value> argv[] = {ctx->Global(), error, sites};
  return state->callback.Get(isolate)->Call(ctx, Undefined(isolate), 3, argv);
}

// setPrepareStackTraceCallback(fn(global, error, callSites)): fn gives the value of error.stack.
static void SetPrepareStackTraceCallback(const Args& args) {
  Env* env = Env::From(args);
  if (!args[0]->IsFunction()) return ThrowTypeError(env->isolate, "setPrepareStackTraceCallback: a function is needed");
  env->Slot<StackPreparation>()->callback.Reset(env->isolate, args[0].As<Function>());
  env->isolate->SetPrepareStackTraceCallback(PrepareStackTrace);
}

// getErrorLocation(error): [file, line, source line, start column, end column] of the place where
// the exception was thrown that nobody caught, of another error of the place that it blames, or
// undefined when it has none.
static void GetErrorLocation(const Args& args) {
  Env* env = Env::From(args);
  Isolate* isolate = env->isolate;
  auto ctx = env->ctx();
  auto message = env->thrown.IsEmpty() ? Exception::CreateMessage(isolate, args[0]) : env->thrown.Get(isolate);
  if (message.IsEmpty()) return;
  Local<String> line;
  if (!message->GetSourceLine(ctx).ToLocal(&line)) return;
  Local<Value> parts[] = {
      message->GetScriptResourceName(),
      Integer::New(isolate, message->GetLineNumber(ctx).FromMaybe(0)),
      line,
      Integer::New(isolate, message->GetStartColumn(ctx).FromMaybe(0)),
      Integer::New(isolate, message->GetEndColumn(ctx).FromMaybe(0)),
  };
  args.GetReturnValue().Set(Array::New(isolate, parts, 5));
}

// captureThrowStacks(n): from now on uncaught exceptions carry the n frames they were thrown from.
static void CaptureThrowStacks(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  isolate->SetCaptureStackTraceForUncaughtExceptions(true, args[0]->Int32Value(isolate->GetCurrentContext()).FromMaybe(10), StackTrace::kDetailed);
}

// throwStack(): [function name, script, line, column, …] of where the uncaught exception was thrown.
static void ThrowStack(const Args& args) {
  Env* env = Env::From(args);
  Isolate* isolate = env->isolate;
  if (env->thrown.IsEmpty()) return;
  auto stack = env->thrown.Get(isolate)->GetStackTrace();
  if (stack.IsEmpty()) return;
  std::vector<Local<Value>> parts;
  for (int i = 0; i < stack->GetFrameCount(); i++) {
    auto frame = stack->GetFrame(isolate, static_cast<uint32_t>(i));
    auto text = [&](Local<String> s) -> Local<Value> { return s.IsEmpty() ? String::Empty(isolate) : s; };
    parts.push_back(text(frame->GetFunctionName()));
    parts.push_back(text(frame->GetScriptName()));
    parts.push_back(Integer::New(isolate, frame->GetLineNumber()));
    parts.push_back(Integer::New(isolate, frame->GetColumn()));
  }
  args.GetReturnValue().Set(Array::New(isolate, parts.data(), parts.size()));
}

static void InitErrorStacks(Env* env, Local<Object> target) {
  SetMethod<SetPrepareStackTraceCallback>(env, target, "setPrepareStackTraceCallback");
  SetMethod<GetErrorLocation>(env, target, "getErrorLocation");
  SetMethod<CaptureThrowStacks>(env, target, "captureThrowStacks");
  SetMethod<ThrowStack>(env, target, "throwStack");
}
static CppBinding error_stacks("errors", InitErrorStacks);

// --- internalBinding('async_wrap') ---

struct PromiseHooks : BindingData {
  Global<Function> hooks[4];  // by PromiseHookType: init, resolve, before, after
};

static void OnPromise(PromiseHookType type, Local<Promise> promise, Local<Value> parent) {
  Isolate* isolate = Isolate::GetCurrent();
  Env* env = Env::From(isolate);
  auto& hook = env->Slot<PromiseHooks>()->hooks[static_cast<int>(type)];
  if (hook.IsEmpty()) return;
  Local<Value> argv[] = {promise, parent};
  Local<Value> ignored;
  // The hooks end the process themselves when they throw: nothing is left to be done here.
  if (!hook.Get(isolate)->Call(env->ctx(), Undefined(isolate), 2, argv).ToLocal(&ignored)) return;
}

// setPromiseHooks(init, before, after, settled): functions called with every promise; undefined for none.
// V8's hooks in JavaScript are not compiled into this library: these are the ones in C++.
static void SetPromiseHooks(const Args& args) {
  Env* env = Env::From(args);
  static constexpr PromiseHookType kTypes[] = {PromiseHookType::kInit, PromiseHookType::kBefore, PromiseHookType::kAfter, PromiseHookType::kResolve};
  auto* state = env->Slot<PromiseHooks>();
  bool any = false;
  for (int i = 0; i < 4; i++) {
    auto& hook = state->hooks[static_cast<int>(kTypes[i])];
    hook.Reset();
    if (!args[i]->IsFunction()) continue;
    hook.Reset(env->isolate, args[i].As<Function>());
    any = true;
  }
  env->isolate->SetPromiseHook(any ? OnPromise : nullptr);
}

static void InitAsyncWrap(Env* env, Local<Object> target) { SetMethod<SetPromiseHooks>(env, target, "setPromiseHooks"); }
SLUICE_BINDING(async_wrap, InitAsyncWrap);

// --- internalBinding('async_context') ---

// V8's own builtins for the context frame: called from JavaScript they do not leave it.
static void InitFastFrames(Env* env, Local<Object> target) {
  auto ctx = env->ctx();
  auto extras = ctx->GetExtrasBindingObject();
  for (const char* name : {"getContinuationPreservedEmbedderData", "setContinuationPreservedEmbedderData"}) {
    auto key = InternedStr(env->isolate, name);
    Local<Value> fn;
    if (extras->Get(ctx, key).ToLocal(&fn) && fn->IsFunction()) target->Set(ctx, key, fn).Check();
  }
}
static CppBinding fast_frames("async_context", InitFastFrames);

}  // namespace sluice
