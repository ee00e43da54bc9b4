// Values between V8 and bytes, in both directions.
#include "env.hh"

namespace sluice {

using namespace v8;

Local<String> Str(Isolate* isolate, std::string_view s) {
  Local<String> out;
  if (!String::NewFromUtf8(isolate, s.data(), NewStringType::kNormal, static_cast<int>(s.size())).ToLocal(&out)) return String::Empty(isolate);
  return out;
}

Local<String> InternedStr(Isolate* isolate, std::string_view s) {
  return String::NewFromOneByte(isolate, reinterpret_cast<const uint8_t*>(s.data()), NewStringType::kInternalized, static_cast<int>(s.size())).ToLocalChecked();
}

static void Throw(Isolate* isolate, Local<Value> error, const char* code) {
  if (code) error.As<Object>()->Set(isolate->GetCurrentContext(), InternedStr(isolate, "code"), Str(isolate, code)).Check();
  isolate->ThrowException(error);
}
void ThrowError(Isolate* isolate, const char* message) { Throw(isolate, Exception::Error(Str(isolate, message)), nullptr); }
void ThrowTypeError(Isolate* isolate, const char* message, const char* code) { Throw(isolate, Exception::TypeError(Str(isolate, message)), code); }
void ThrowRangeError(Isolate* isolate, const char* message, const char* code) { Throw(isolate, Exception::RangeError(Str(isolate, message)), code); }

void SetFunction(Env* env, Local<Object> target, const char* name, FunctionCallback cb, SideEffectType effect) {
  auto ctx = env->ctx();
  auto tmpl = FunctionTemplate::New(env->isolate, cb, Local<Value>(), Local<Signature>(), 0, ConstructorBehavior::kThrow, effect);
  auto fn = tmpl->GetFunction(ctx).ToLocalChecked();
  auto key = InternedStr(env->isolate, name);
  fn->SetName(key);
  target->Set(ctx, key, fn).Check();
}

void SetConstant(Env* env, Local<Object> target, const char* name, double value) {
  target->Set(env->ctx(), InternedStr(env->isolate, name), Number::New(env->isolate, value)).Check();
}

bool GetBytes(Local<Value> v, Bytes* out) {
  if (v->IsArrayBufferView()) {
    auto view = v.As<ArrayBufferView>();
    out->len = view->ByteLength();
    out->data = static_cast<uint8_t*>(view->Buffer()->Data()) + view->ByteOffset();
    return true;
  }
  if (v->IsArrayBuffer()) {
    auto ab = v.As<ArrayBuffer>();
    out->len = ab->ByteLength();
    out->data = static_cast<uint8_t*>(ab->Data());
    return true;
  }
  if (v->IsSharedArrayBuffer()) {
    auto ab = v.As<SharedArrayBuffer>();
    out->len = ab->ByteLength();
    out->data = static_cast<uint8_t*>(ab->Data());
    return true;
  }
  return false;
}

MaybeLocal<Uint8Array> NewBufferUninitialized(Env* env, size_t len, uint8_t** data) {
  Isolate* isolate = env->isolate;
  Local<ArrayBuffer> ab;
  if (!ArrayBuffer::MaybeNew(isolate, len, BackingStoreInitializationMode::kUninitialized).ToLocal(&ab)) {
    isolate->ThrowException(Exception::RangeError(Str(isolate, "Array buffer allocation failed")));
    return {};
  }
  *data = static_cast<uint8_t*>(ab->Data());
  auto view = Uint8Array::New(ab, 0, len);
  if (!env->buffer_prototype.IsEmpty() && view->SetPrototypeV2(env->ctx(), env->buffer_prototype.Get(isolate)).IsNothing()) return {};
  return view;
}

MaybeLocal<Uint8Array> NewBuffer(Env* env, const void* data, size_t len) {
  uint8_t* to;
  Local<Uint8Array> view;
  if (!NewBufferUninitialized(env, len, &to).ToLocal(&view)) return {};
  if (len) memcpy(to, data, len);
  return view;
}

bool EncodeValue(Env* env, Local<Value> v, sl_value* out, int depth) {
  Isolate* isolate = env->isolate;
  out->len = 0;
  out->flags = 0;
  if (v->IsString()) {
    auto s = v.As<String>();
    size_t n = s->Utf8LengthV2(isolate);
    auto* p = static_cast<uint8_t*>(env->arena.Allocate(n + 1));
    if (s->IsOneByte() && n == static_cast<size_t>(s->Length())) {
      s->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(n), p);
    } else {
      s->WriteUtf8V2(isolate, reinterpret_cast<char*>(p), n, String::WriteFlags::kReplaceInvalidUtf8);
    }
    out->kind = SL_STRING;
    out->u.ptr = p;
    out->len = n;
    return true;
  }
  if (v->IsInt32()) {
    out->kind = SL_INT32;
    out->u.i64 = v.As<Int32>()->Value();
    return true;
  }
  if (v->IsNumber()) {
    out->kind = SL_DOUBLE;
    out->u.num = v.As<Number>()->Value();
    return true;
  }
  if (v->IsUndefined()) {
    out->kind = SL_UNDEFINED;
    return true;
  }
  if (v->IsNull()) {
    out->kind = SL_NULL;
    return true;
  }
  if (v->IsBoolean()) {
    out->kind = v->IsTrue() ? SL_TRUE : SL_FALSE;
    return true;
  }
  if (v->IsFunction()) {
    out->kind = SL_FUNCTION;
    return true;
  }
  if (v->IsBigInt()) {
    out->kind = SL_BIGINT;
    out->u.i64 = v.As<BigInt>()->Int64Value();
    return true;
  }
  Bytes b;
  if (GetBytes(v, &b)) {
    out->kind = SL_BYTES;
    out->u.ptr = b.data;
    out->len = b.len;
    return true;
  }
  if (v->IsArray() && depth < 8) {
    auto a = v.As<Array>();
    uint32_t n = a->Length();
    auto* items = static_cast<sl_value*>(env->arena.Allocate(sizeof(sl_value) * (n ? n : 1)));
    for (uint32_t i = 0; i < n; i++) {
      Local<Value> e;
      if (!a->Get(env->ctx(), i).ToLocal(&e) || !EncodeValue(env, e, &items[i], depth + 1)) return false;
    }
    out->kind = SL_ARRAY;
    out->u.items = items;
    out->len = n;
    return true;
  }
  out->kind = SL_OBJECT;
  return true;
}

namespace {

template <typename T>
T Read(const uint8_t** p) {
  T v;
  memcpy(&v, *p, sizeof v);
  *p += sizeof v;
  return v;
}

std::string_view ReadText(const uint8_t** p) {
  auto n = Read<uint32_t>(p);
  auto* s = reinterpret_cast<const char*>(*p);
  *p += n;
  return {s, n};
}

MaybeLocal<Value> DecodeObject(Env* env, const uint8_t** p, const uint8_t* end, Local<Object> into) {
  auto n = Read<uint32_t>(p);
  for (uint32_t i = 0; i < n; i++) {
    auto key = ReadText(p);
    Local<String> k;
    if (!String::NewFromUtf8(env->isolate, key.data(), NewStringType::kInternalized, static_cast<int>(key.size())).ToLocal(&k)) return {};
    Local<Value> v;
    if (!DecodeValue(env, p, end).ToLocal(&v)) return {};
    if (into->Set(env->ctx(), k, v).IsNothing()) return {};
  }
  return into;
}

}  // namespace

// The tags are those of encode.go.
MaybeLocal<Value> DecodeValue(Env* env, const uint8_t** p, const uint8_t* end) {
  Isolate* isolate = env->isolate;
  if (*p >= end) return Undefined(isolate);
  switch (*(*p)++) {
    case 0:
      return Undefined(isolate);
    case 1:
      return Null(isolate);
    case 2:
      return True(isolate);
    case 3:
      return False(isolate);
    case 4:
      return Integer::New(isolate, Read<int32_t>(p));
    case 5:
      return Number::New(isolate, Read<double>(p));
    case 6: {
      auto s = ReadText(p);
      Local<String> out;
      if (!String::NewFromUtf8(isolate, s.data(), NewStringType::kNormal, static_cast<int>(s.size())).ToLocal(&out)) {
        ThrowError(isolate, "Cannot create a string longer than 0x1fffffe8 characters");
        return {};
      }
      return out;
    }
    case 7: {
      auto s = ReadText(p);
      Local<String> out;
      if (!String::NewFromOneByte(isolate, reinterpret_cast<const uint8_t*>(s.data()), NewStringType::kNormal, static_cast<int>(s.size())).ToLocal(&out)) {
        ThrowError(isolate, "Cannot create a string longer than 0x1fffffe8 characters");
        return {};
      }
      return out;
    }
    case 8: {
      auto s = ReadText(p);
      Local<Uint8Array> b;
      if (!NewBuffer(env, s.data(), s.size()).ToLocal(&b)) return {};
      return b;
    }
    case 9: {
      auto n = Read<uint32_t>(p);
      std::vector<Local<Value>> items(n);
      for (auto& item : items) {
        if (!DecodeValue(env, p, end).ToLocal(&item)) return {};
      }
      return Array::New(isolate, items.data(), n);
    }
    case 10:
      return DecodeObject(env, p, end, Object::New(isolate));
    case 11: {
      uint8_t cls = *(*p)++;
      auto message = Str(isolate, ReadText(p));
      Local<Value> e;
      switch (cls) {
        case 1:
          e = Exception::TypeError(message);
          break;
        case 2:
          e = Exception::RangeError(message);
          break;
        case 3:
          e = Exception::SyntaxError(message);
          break;
        default:
          e = Exception::Error(message);
      }
      return DecodeObject(env, p, end, e.As<Object>());
    }
    case 12:
      return BigInt::New(isolate, Read<int64_t>(p));
    case 13:
      return Callable(env, Read<uint64_t>(p));
  }
  ThrowError(isolate, "sluice: malformed value from native code");
  return {};
}

}  // namespace sluice
