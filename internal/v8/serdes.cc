// Structured clones: V8's serializer as the classes of the module "v8" (internalBinding('serdes')),
// and a clone within one isolate for structuredClone() (internalBinding('messaging')).
#include <algorithm>

#include "env.hh"

namespace sluice {

using namespace v8;

static Local<Value> Get(Env* env, Local<Object> object, const char* name) {
  Local<Value> v;
  return object->Get(env->ctx(), InternedStr(env->isolate, name)).ToLocal(&v) ? v : Undefined(env->isolate).As<Value>();
}

// --- internalBinding('serdes') ---

// A C++ object that lives as long as its JavaScript wrapper.
template <typename T>
class Wrapped {
 public:
  static void Wrap(Env* env, Local<Object> self, T* object) {
    object->env = env;
    object->self.Reset(env->isolate, self);
    object->self.SetWeak(
        object, [](const WeakCallbackInfo<T>& info) { info.GetParameter()->self.Reset(); info.SetSecondPassCallback([](const WeakCallbackInfo<T>& second) { delete second.GetParameter(); }); }, WeakCallbackType::kParameter);
    self->SetInternalField(0, External::New(env->isolate, object));
  }
  // The object behind `this`; throws and returns null for anything else.
  static T* Unwrap(const Args& args) {
    auto self = args.This();
    if (self->InternalFieldCount() == 1) {
      auto field = self->GetInternalField(0);
      if (field->IsValue() && field.As<Value>()->IsExternal()) return static_cast<T*>(field.As<Value>().As<External>()->Value());
    }
    ThrowTypeError(args.GetIsolate(), "Illegal invocation");
    return nullptr;
  }
  Env* env = nullptr;
  Global<Object> self;
};

class Serializer : public Wrapped<Serializer>, public ValueSerializer::Delegate {
 public:
  explicit Serializer(Isolate* isolate) : serializer(isolate, this) {}

  void ThrowDataCloneError(Local<String> message) override {
    auto own = Get(env, self.Get(env->isolate), "_getDataCloneError");
    if (!own->IsFunction()) {
      env->isolate->ThrowException(Exception::Error(message));
      return;
    }
    Local<Value> arg = message, error;
    if (own.As<Function>()->Call(env->ctx(), self.Get(env->isolate), 1, &arg).ToLocal(&error)) env->isolate->ThrowException(error);
  }

  Maybe<bool> WriteHostObject(Isolate* isolate, Local<Object> object) override {
    auto own = Get(env, self.Get(isolate), "_writeHostObject");
    if (!own->IsFunction()) return Delegate::WriteHostObject(isolate, object);
    Local<Value> arg = object, result;
    if (!own.As<Function>()->Call(env->ctx(), self.Get(isolate), 1, &arg).ToLocal(&result)) return Nothing<bool>();
    return Just(true);
  }

  Maybe<uint32_t> GetSharedArrayBufferId(Isolate* isolate, Local<SharedArrayBuffer> buffer) override {
    auto own = Get(env, self.Get(isolate), "_getSharedArrayBufferId");
    if (!own->IsFunction()) return Delegate::GetSharedArrayBufferId(isolate, buffer);
    Local<Value> arg = buffer, id;
    if (!own.As<Function>()->Call(env->ctx(), self.Get(isolate), 1, &arg).ToLocal(&id)) return Nothing<uint32_t>();
    return id->Uint32Value(env->ctx());
  }

  ValueSerializer serializer;

  static void New(const Args& args) {
    Env* env = Env::From(args);
    if (!args.IsConstructCall()) return ThrowTypeError(env->isolate, "Class constructor Serializer cannot be invoked without 'new'", "ERR_CONSTRUCT_CALL_REQUIRED");
    Wrap(env, args.This(), new Serializer(env->isolate));
  }
  static void WriteHeader(const Args& args) {
    if (auto* s = Unwrap(args)) s->serializer.WriteHeader();
  }
  static void WriteValue(const Args& args) {
    auto* s = Unwrap(args);
    bool ok;
    if (s && s->serializer.WriteValue(s->env->ctx(), args[0]).To(&ok)) args.GetReturnValue().Set(ok);
  }
  static void ReleaseBuffer(const Args& args) {
    auto* s = Unwrap(args);
    if (!s) return;
    auto [data, size] = s->serializer.Release();
    Local<Uint8Array> buffer;
    bool made = NewBuffer(s->env, data, size).ToLocal(&buffer);
    free(data);
    if (made) args.GetReturnValue().Set(buffer);
  }
  static void TransferArrayBuffer(const Args& args) {
    auto* s = Unwrap(args);
    uint32_t id;
    if (!s || !args[0]->Uint32Value(s->env->ctx()).To(&id)) return;
    if (!args[1]->IsArrayBuffer()) return ThrowTypeError(s->env->isolate, "arrayBuffer must be an ArrayBuffer or SharedArrayBuffer", "ERR_INVALID_ARG_TYPE");
    s->serializer.TransferArrayBuffer(id, args[1].As<ArrayBuffer>());
  }
  static void WriteUint32(const Args& args) {
    auto* s = Unwrap(args);
    uint32_t value;
    if (s && args[0]->Uint32Value(s->env->ctx()).To(&value)) s->serializer.WriteUint32(value);
  }
  static void WriteUint64(const Args& args) {
    auto* s = Unwrap(args);
    uint32_t high, low;
    if (s && args[0]->Uint32Value(s->env->ctx()).To(&high) && args[1]->Uint32Value(s->env->ctx()).To(&low)) s->serializer.WriteUint64(uint64_t{high} << 32 | low);
  }
  static void WriteDouble(const Args& args) {
    auto* s = Unwrap(args);
    double value;
    if (s && args[0]->NumberValue(s->env->ctx()).To(&value)) s->serializer.WriteDouble(value);
  }
  static void WriteRawBytes(const Args& args) {
    auto* s = Unwrap(args);
    if (!s) return;
    Bytes b;
    if (!args[0]->IsArrayBufferView() || !GetBytes(args[0], &b)) return ThrowTypeError(s->env->isolate, "source must be a TypedArray or a DataView", "ERR_INVALID_ARG_TYPE");
    s->serializer.WriteRawBytes(b.data, b.len);
  }
  static void SetTreatViewsAsHostObjects(const Args& args) {
    auto* s = Unwrap(args);
    if (s) s->serializer.SetTreatArrayBufferViewsAsHostObjects(args[0]->BooleanValue(s->env->isolate));
  }
};

class Deserializer : public Wrapped<Deserializer>, public ValueDeserializer::Delegate {
 public:
  // The bytes are copied: JavaScript could change or drop them meanwhile.
  Deserializer(Isolate* isolate, const uint8_t* p, size_t n) : data(p, p + n), deserializer(isolate, data.data(), n, this) {}

  MaybeLocal<Object> ReadHostObject(Isolate* isolate) override {
    auto own = Get(env, self.Get(isolate), "_readHostObject");
    if (!own->IsFunction()) return Delegate::ReadHostObject(isolate);
    // V8 expects to be let out of its handles with the result alone.
    EscapableHandleScope scope(isolate);
    Isolate::AllowJavascriptExecutionScope allow(isolate);
    Local<Value> object;
    if (!own.As<Function>()->Call(env->ctx(), self.Get(isolate), 0, nullptr).ToLocal(&object)) return {};
    if (!object->IsObject()) {
      ThrowTypeError(isolate, "readHostObject must return an object");
      return {};
    }
    return scope.Escape(object.As<Object>());
  }

  std::vector<uint8_t> data;
  ValueDeserializer deserializer;

  static void New(const Args& args) {
    Env* env = Env::From(args);
    if (!args.IsConstructCall()) return ThrowTypeError(env->isolate, "Class constructor Deserializer cannot be invoked without 'new'", "ERR_CONSTRUCT_CALL_REQUIRED");
    Bytes b;
    if (!args[0]->IsArrayBufferView() || !GetBytes(args[0], &b)) return ThrowTypeError(env->isolate, "buffer must be a TypedArray or a DataView", "ERR_INVALID_ARG_TYPE");
    if (args.This()->Set(env->ctx(), InternedStr(env->isolate, "buffer"), args[0]).IsNothing()) return;
    Wrap(env, args.This(), new Deserializer(env->isolate, b.data, b.len));
  }
  static void ReadHeader(const Args& args) {
    auto* d = Unwrap(args);
    bool ok;
    if (d && d->deserializer.ReadHeader(d->env->ctx()).To(&ok)) args.GetReturnValue().Set(ok);
  }
  static void ReadValue(const Args& args) {
    auto* d = Unwrap(args);
    Local<Value> value;
    if (d && d->deserializer.ReadValue(d->env->ctx()).ToLocal(&value)) args.GetReturnValue().Set(value);
  }
  static void TransferArrayBuffer(const Args& args) {
    auto* d = Unwrap(args);
    uint32_t id;
    if (!d || !args[0]->Uint32Value(d->env->ctx()).To(&id)) return;
    if (args[1]->IsArrayBuffer()) return d->deserializer.TransferArrayBuffer(id, args[1].As<ArrayBuffer>());
    if (args[1]->IsSharedArrayBuffer()) return d->deserializer.TransferSharedArrayBuffer(id, args[1].As<SharedArrayBuffer>());
    ThrowTypeError(d->env->isolate, "arrayBuffer must be an ArrayBuffer or SharedArrayBuffer", "ERR_INVALID_ARG_TYPE");
  }
  static void GetWireFormatVersion(const Args& args) {
    if (auto* d = Unwrap(args)) args.GetReturnValue().Set(d->deserializer.GetWireFormatVersion());
  }
  static void ReadUint32(const Args& args) {
    auto* d = Unwrap(args);
    uint32_t value;
    if (!d) return;
    if (!d->deserializer.ReadUint32(&value)) return ThrowError(d->env->isolate, "ReadUint32() failed");
    args.GetReturnValue().Set(value);
  }
  static void ReadUint64(const Args& args) {
    auto* d = Unwrap(args);
    uint64_t value;
    if (!d) return;
    if (!d->deserializer.ReadUint64(&value)) return ThrowError(d->env->isolate, "ReadUint64() failed");
    Local<Value> halves[] = {Integer::NewFromUnsigned(d->env->isolate, value >> 32), Integer::NewFromUnsigned(d->env->isolate, static_cast<uint32_t>(value))};
    args.GetReturnValue().Set(Array::New(d->env->isolate, halves, 2));
  }
  static void ReadDouble(const Args& args) {
    auto* d = Unwrap(args);
    double value;
    if (!d) return;
    if (!d->deserializer.ReadDouble(&value)) return ThrowError(d->env->isolate, "ReadDouble() failed");
    args.GetReturnValue().Set(value);
  }
  // _readRawBytes(length): the offset in the buffer where they start.
  static void ReadRawBytes(const Args& args) {
    auto* d = Unwrap(args);
    int64_t length;
    if (!d || !args[0]->IntegerValue(d->env->ctx()).To(&length)) return;
    const void* p;
    if (length < 0 || !d->deserializer.ReadRawBytes(length, &p)) return ThrowError(d->env->isolate, "ReadRawBytes() failed");
    args.GetReturnValue().Set(static_cast<double>(static_cast<const uint8_t*>(p) - d->data.data()));
  }
};

// A class with methods on its prototype, made with `new`.
static void SetClass(Env* env, Local<Object> target, const char* name, FunctionCallback make, std::initializer_list<std::pair<const char*, FunctionCallback>> methods) {
  Isolate* isolate = env->isolate;
  auto cls = FunctionTemplate::New(isolate, make);
  cls->SetClassName(InternedStr(isolate, name));
  cls->InstanceTemplate()->SetInternalFieldCount(1);
  auto signature = Signature::New(isolate, cls);
  for (auto& [method, callback] : methods) {
    cls->PrototypeTemplate()->Set(InternedStr(isolate, method), FunctionTemplate::New(isolate, callback, Local<Value>(), signature, 0, ConstructorBehavior::kThrow));
  }
  target->Set(env->ctx(), InternedStr(isolate, name), cls->GetFunction(env->ctx()).ToLocalChecked()).Check();
}

static void InitSerdes(Env* env, Local<Object> target) {
  SetClass(env, target, "Serializer", Guarded<Serializer::New>,
           {
               {"writeHeader", Guarded<Serializer::WriteHeader>},
               {"writeValue", Guarded<Serializer::WriteValue>},
               {"releaseBuffer", Guarded<Serializer::ReleaseBuffer>},
               {"transferArrayBuffer", Guarded<Serializer::TransferArrayBuffer>},
               {"writeUint32", Guarded<Serializer::WriteUint32>},
               {"writeUint64", Guarded<Serializer::WriteUint64>},
               {"writeDouble", Guarded<Serializer::WriteDouble>},
               {"writeRawBytes", Guarded<Serializer::WriteRawBytes>},
               {"_setTreatArrayBufferViewsAsHostObjects", Guarded<Serializer::SetTreatViewsAsHostObjects>},
           });
  SetClass(env, target, "Deserializer", Guarded<Deserializer::New>,
           {
               {"readHeader", Guarded<Deserializer::ReadHeader>},
               {"readValue", Guarded<Deserializer::ReadValue>},
               {"getWireFormatVersion", Guarded<Deserializer::GetWireFormatVersion>},
               {"transferArrayBuffer", Guarded<Deserializer::TransferArrayBuffer>},
               {"readUint32", Guarded<Deserializer::ReadUint32>},
               {"readUint64", Guarded<Deserializer::ReadUint64>},
               {"readDouble", Guarded<Deserializer::ReadDouble>},
               {"_readRawBytes", Guarded<Deserializer::ReadRawBytes>},
           });
}
SLUICE_BINDING(serdes, InitSerdes);

// --- internalBinding('messaging') ---

// How an object is cloned is a private property of it or of a prototype of its:
// the sum of 1 (can be cloned) and 2 (can be transferred).
static Local<Private> ModeKey(Isolate* isolate) { return Private::ForApi(isolate, InternedStr(isolate, "sluice.transferMode")); }

// -1: nothing is said of it, V8 clones it as it clones ordinary objects.
static int ModeOf(Env* env, Local<Object> object) {
  auto key = ModeKey(env->isolate);
  Local<Value> o = object;
  for (int depth = 0; depth < 32 && o->IsObject() && !o->IsProxy(); depth++) {
    Local<Value> mode;
    if (o.As<Object>()->HasPrivate(env->ctx(), key).FromMaybe(false) && o.As<Object>()->GetPrivate(env->ctx(), key).ToLocal(&mode) && mode->IsInt32()) return mode.As<Int32>()->Value();
    o = o.As<Object>()->GetPrototypeV2();
  }
  return -1;
}

static void SetTransferMode(const Args& args) {
  Env* env = Env::From(args);
  if (args[0]->IsObject()) args[0].As<Object>()->SetPrivate(env->ctx(), ModeKey(env->isolate), args[1]).Check();
}

static void GetTransferMode(const Args& args) {
  args.GetReturnValue().Set(args[0]->IsObject() ? ModeOf(Env::From(args), args[0].As<Object>()) : -1);
}

// One clone. Objects with a mode go through JavaScript: hooks.write(object) puts what they
// are made of aside and returns its number, hooks.read(number) makes the new object.
class Cloner : public ValueSerializer::Delegate, public ValueDeserializer::Delegate {
 public:
  Cloner(Env* e, Local<Object> h) : env(e), hooks(h) {}

  void ThrowDataCloneError(Local<String> message) override {
    Local<Value> arg = message, error;
    if (Call("error", arg).ToLocal(&error)) env->isolate->ThrowException(error);
  }

  bool HasCustomHostObject(Isolate*) override { return true; }

  Maybe<bool> IsHostObject(Isolate*, Local<Object> object) override { return Just(ModeOf(env, object) >= 0); }

  Maybe<bool> WriteHostObject(Isolate*, Local<Object> object) override {
    Local<Value> number;
    if (!Call("write", object).ToLocal(&number)) return Nothing<bool>();
    serializer->WriteUint32(number->Uint32Value(env->ctx()).FromMaybe(0));
    return Just(true);
  }

  Maybe<uint32_t> GetSharedArrayBufferId(Isolate*, Local<SharedArrayBuffer> buffer) override {
    auto known = std::find(shared.begin(), shared.end(), buffer);
    if (known != shared.end()) return Just(static_cast<uint32_t>(known - shared.begin()));
    shared.push_back(buffer);
    return Just(static_cast<uint32_t>(shared.size() - 1));
  }

  Maybe<uint32_t> GetWasmModuleTransferId(Isolate*, Local<WasmModuleObject> module) override {
    modules.push_back(module->GetCompiledModule());
    return Just(static_cast<uint32_t>(modules.size() - 1));
  }

  MaybeLocal<Object> ReadHostObject(Isolate* isolate) override {
    EscapableHandleScope scope(isolate);
    Isolate::AllowJavascriptExecutionScope allow(isolate);
    uint32_t number;
    Local<Value> object;
    if (!deserializer->ReadUint32(&number)) {
      ThrowError(isolate, "a clone is damaged");
      return {};
    }
    if (!Call("read", Integer::NewFromUnsigned(isolate, number)).ToLocal(&object) || !object->IsObject()) return {};
    return scope.Escape(object.As<Object>());
  }

  MaybeLocal<WasmModuleObject> GetWasmModuleFromId(Isolate* isolate, uint32_t id) override {
    if (id >= modules.size()) return {};
    return WasmModuleObject::FromCompiledModule(isolate, modules[id]);
  }

  // The memory is shared, the object is a new one.
  MaybeLocal<SharedArrayBuffer> GetSharedArrayBufferFromId(Isolate* isolate, uint32_t id) override {
    if (id >= shared.size()) return {};
    return SharedArrayBuffer::New(isolate, shared[id]->GetBackingStore());
  }

  MaybeLocal<Value> Clone(Local<Value> value, const std::vector<Local<ArrayBuffer>>& buffers) {
    Isolate* isolate = env->isolate;
    ValueSerializer out(isolate, this);
    serializer = &out;
    out.WriteHeader();
    for (size_t i = 0; i < buffers.size(); i++) out.TransferArrayBuffer(i, buffers[i]);
    if (!out.WriteValue(env->ctx(), value).FromMaybe(false)) return {};
    auto [data, size] = out.Release();
    std::unique_ptr<uint8_t, decltype(&free)> owned(data, free);
    ValueDeserializer in(isolate, data, size, this);
    deserializer = &in;
    for (size_t i = 0; i < buffers.size(); i++) {
      auto store = buffers[i]->GetBackingStore();
      if (buffers[i]->Detach(Local<Value>()).IsNothing()) return {};
      in.TransferArrayBuffer(i, ArrayBuffer::New(isolate, store));
    }
    if (in.ReadHeader(env->ctx()).IsNothing()) return {};
    return in.ReadValue(env->ctx());
  }

 private:
  MaybeLocal<Value> Call(const char* name, Local<Value> arg) {
    auto f = Get(env, hooks, name);
    if (!f->IsFunction()) return {};
    return f.As<Function>()->Call(env->ctx(), hooks, 1, &arg);
  }

  Env* env;
  Local<Object> hooks;
  ValueSerializer* serializer = nullptr;
  ValueDeserializer* deserializer = nullptr;
  std::vector<Local<SharedArrayBuffer>> shared;
  std::vector<CompiledWasmModule> modules;
};

// clone(value, arrayBuffers to transfer, hooks)
static void Clone(const Args& args) {
  Env* env = Env::From(args);
  if (!args[1]->IsArray() || !args[2]->IsObject()) return ThrowTypeError(env->isolate, "clone: a list and hooks are needed");
  std::vector<Local<ArrayBuffer>> buffers;
  auto list = args[1].As<Array>();
  for (uint32_t i = 0; i < list->Length(); i++) {
    Local<Value> item;
    if (!list->Get(env->ctx(), i).ToLocal(&item)) return;
    if (item->IsArrayBuffer()) buffers.push_back(item.As<ArrayBuffer>());
  }
  Local<Value> result;
  if (Cloner(env, args[2].As<Object>()).Clone(args[0], buffers).ToLocal(&result)) args.GetReturnValue().Set(result);
}

static void InitMessaging(Env* env, Local<Object> target) {
  SetMethod<Clone>(env, target, "clone");
  SetMethod<SetTransferMode>(env, target, "setTransferMode");
  SetMethod<GetTransferMode>(env, target, "getTransferMode");
}
SLUICE_BINDING(messaging, InitMessaging);

}  // namespace sluice
