// internalBinding('encoding_binding'): UTF-8 for TextEncoder.
#include "env.hh"
#include "strings.hh"

namespace sluice {

using namespace v8;

// encodeUtf8String(string): a new Uint8Array.
static void EncodeUtf8String(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  if (!args[0]->IsString()) return ThrowTypeError(isolate, "argument must be a string", "ERR_INVALID_ARG_TYPE");
  auto s = args[0].As<String>();
  size_t size;
  {
    String::ValueView view(isolate, s);
    size = view.is_one_byte() ? text::Utf8Length(view.data8(), view.length()) : text::Utf8Length(view.data16(), view.length());
  }
  Local<ArrayBuffer> buffer;
  if (!ArrayBuffer::MaybeNew(isolate, size, BackingStoreInitializationMode::kUninitialized).ToLocal(&buffer)) return ThrowRangeError(isolate, "Array buffer allocation failed");
  {
    auto* out = static_cast<uint8_t*>(buffer->Data());
    String::ValueView view(isolate, s);
    if (view.is_one_byte()) {
      text::WriteUtf8(view.data8(), view.length(), out, size, nullptr);
    } else {
      text::WriteUtf8(view.data16(), view.length(), out, size, nullptr);
    }
  }
  args.GetReturnValue().Set(Uint8Array::New(buffer, 0, size));
}

// encodeInto(string, Uint8Array, Uint32Array): [code units read, bytes written] into the last argument.
static void EncodeInto(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  Bytes out, result;
  if (!args[0]->IsString() || !args[1]->IsUint8Array() || !args[2]->IsUint32Array()) return ThrowTypeError(isolate, "encodeInto: a string and two arrays are needed");
  GetBytes(args[1], &out);
  GetBytes(args[2], &result);
  size_t read = 0, written;
  {
    String::ValueView view(isolate, args[0].As<String>());
    written = view.is_one_byte() ? text::WriteUtf8(view.data8(), view.length(), out.data, out.len, &read) : text::WriteUtf8(view.data16(), view.length(), out.data, out.len, &read);
  }
  auto* numbers = reinterpret_cast<uint32_t*>(result.data);
  numbers[0] = static_cast<uint32_t>(read);
  numbers[1] = static_cast<uint32_t>(written);
}

static void InitEncoding(Env* env, Local<Object> target) {
  SetMethod<EncodeUtf8String>(env, target, "encodeUtf8String");
  SetMethod<EncodeInto>(env, target, "encodeInto");
}
SLUICE_BINDING(encoding_binding, InitEncoding);

}  // namespace sluice
