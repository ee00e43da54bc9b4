// Properties whose value is made on first use, and that look like data properties all the time.
#include "env.hh"

namespace sluice {

using namespace v8;

// The value is what the function that is the data returns,
// or what the builtin named by the data exports under the property's name.
static void Load(Local<Name> name, const PropertyCallbackInfo<Value>& info) {
  Env* env = Env::From(info.GetIsolate());
  Local<Value> id = info.Data(), exports, value;
  if (id->IsFunction()) {
    Local<Value> argument = name;
    if (id.As<Function>()->Call(env->ctx(), Undefined(env->isolate), 1, &argument).ToLocal(&value)) info.GetReturnValue().Set(value);
    return;
  }
  auto require = env->require.Get(env->isolate);
  if (!require->Call(env->ctx(), Undefined(env->isolate), 1, &id).ToLocal(&exports) || !exports->IsObject()) return;
  if (exports.As<Object>()->Get(env->ctx(), name).ToLocal(&value)) info.GetReturnValue().Set(value);
}

// defineLazyProperties(target, builtin id or function, names, enumerable = true)
static void DefineLazyProperties(const Args& args) {
  Env* env = Env::From(args);
  if (!args[0]->IsObject() || (!args[1]->IsString() && !args[1]->IsFunction()) || !args[2]->IsArray()) return ThrowTypeError(env->isolate, "defineLazyProperties: a target, a builtin or a function, and names are needed");
  auto attributes = args[3]->IsFalse() ? PropertyAttribute::DontEnum : PropertyAttribute::None;
  auto names = args[2].As<Array>();
  for (uint32_t i = 0; i < names->Length(); i++) {
    Local<Value> name;
    if (!names->Get(env->ctx(), i).ToLocal(&name) || !name->IsName()) return;
    if (args[0].As<Object>()->SetLazyDataProperty(env->ctx(), name.As<Name>(), Load, args[1], attributes).IsNothing()) return;
  }
}

static void InitLazy(Env* env, Local<Object> target) { SetMethod<DefineLazyProperties>(env, target, "defineLazyProperties"); }
SLUICE_BINDING(util, InitLazy);

}  // namespace sluice
