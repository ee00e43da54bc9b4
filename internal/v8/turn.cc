// The turn: the events of one loop iteration cross to JavaScript in one call, and
// what JavaScript writes comes back in one buffer.
#include <algorithm>

#include "env.hh"

namespace sluice {

using namespace v8;

// takeBytes(off, len): a Buffer with a copy of the payload bytes of this turn.
static void TakeBytes(const Args& args) {
  Env* env = Env::From(args);
  uint64_t off = args[0].As<Uint32>()->Value(), len = args[1].As<Uint32>()->Value();
  if (off + len > env->turn_data_len) return ThrowRangeError(env->isolate, "takeBytes: outside of the turn's payload");
  Local<Uint8Array> b;
  if (NewBuffer(env, env->turn_data + off, len).ToLocal(&b)) args.GetReturnValue().Set(b);
}

// takeValue(off): the encoded value at that place of the payload.
static void TakeValue(const Args& args) {
  Env* env = Env::From(args);
  uint64_t off = args[0].As<Uint32>()->Value();
  if (off >= env->turn_data_len) return ThrowRangeError(env->isolate, "takeValue: outside of the turn's payload");
  const uint8_t* p = env->turn_data + off;
  Local<Value> v;
  if (DecodeValue(env, &p, env->turn_data + env->turn_data_len).ToLocal(&v)) args.GetReturnValue().Set(v);
}

// takeLatin1(off, len): payload bytes as a one-byte string.
static void TakeLatin1(const Args& args) {
  Env* env = Env::From(args);
  uint64_t off = args[0].As<Uint32>()->Value(), len = args[1].As<Uint32>()->Value();
  if (off + len > env->turn_data_len) return ThrowRangeError(env->isolate, "takeLatin1: outside of the turn's payload");
  Local<String> s;
  if (String::NewFromOneByte(env->isolate, env->turn_data + off, NewStringType::kNormal, static_cast<int>(len)).ToLocal(&s)) args.GetReturnValue().Set(s);
}

namespace {

constexpr uint32_t kBorrow = 1u << 26;         // bytes are not copied: the output is taken before JavaScript goes on
constexpr uint32_t kContentLength = 1u << 27;  // write the Content-Length line and the end of the head between head and body
constexpr uint32_t kLatin1 = 1u << 30;         // a body string is one byte a character
constexpr uint32_t kChunked = 1u << 29;        // frame the body as one chunk
constexpr uint32_t kLastChunk = 1u << 28;      // the last chunk follows
constexpr uint32_t kNativeFlags = kBorrow | kContentLength | kLatin1 | kChunked | kLastChunk;

uint8_t* Reserve(sl_out* out, size_t n) {
  if (out->len + n > out->cap) {
    size_t cap = out->cap ? out->cap : 64 << 10;
    while (cap < out->len + n) cap *= 2;
    auto* p = static_cast<uint8_t*>(realloc(out->data, cap));
    if (!p) throw std::bad_alloc();
    out->data = p;
    out->cap = cap;
  }
  return out->data + out->len;
}

sl_record* NewRecord(sl_out* out) {
  if (out->nrecords == out->cap_records) {
    uint32_t cap = out->cap_records ? out->cap_records * 2 : 512;
    auto* p = static_cast<sl_record*>(realloc(out->records, cap * sizeof(sl_record)));
    if (!p) throw std::bad_alloc();
    out->records = p;
    out->cap_records = cap;
  }
  return &out->records[out->nrecords++];
}

uint8_t* PutDecimal(uint8_t* p, size_t v) {
  char tmp[24];
  int n = 0;
  do tmp[n++] = static_cast<char>('0' + v % 10);
  while (v /= 10);
  while (n) *p++ = static_cast<uint8_t>(tmp[--n]);
  return p;
}

uint8_t* PutHex(uint8_t* p, size_t v) {
  char tmp[24];
  int n = 0;
  do tmp[n++] = "0123456789abcdef"[v % 16];
  while (v /= 16);
  while (n) *p++ = static_cast<uint8_t>(tmp[--n]);
  return p;
}

uint8_t* Put(uint8_t* p, const char* s) {
  while (*s) *p++ = static_cast<uint8_t>(*s++);
  return p;
}

}  // namespace

// Keeps the memory of bytes until the output was taken.
static void Borrow(Env* env, Local<Value> v) {
  if (v->IsArrayBufferView()) v = v.As<ArrayBufferView>()->Buffer();
  if (v->IsArrayBuffer()) env->borrowed.push_back(v.As<ArrayBuffer>()->GetBackingStore());
  if (v->IsSharedArrayBuffer()) env->borrowed.push_back(v.As<SharedArrayBuffer>()->GetBackingStore());
}

// write(target, seq, flags, head, body): appends one record. head is a one-byte
// string or undefined; body a string (UTF-8 unless kLatin1), bytes, or undefined.
// Returns how many bytes the record has.
static void Write(const Args& args) {
  Env* env = Env::From(args);
  Isolate* isolate = env->isolate;
  sl_out* out = &env->out;
  uint32_t flags = static_cast<uint32_t>(args[2]->IsUint32() ? args[2].As<Uint32>()->Value() : 0);
  uint64_t start = out->len;
  if (args[3]->IsString()) {
    auto head = args[3].As<String>();
    uint32_t n = head->Length();
    uint8_t* p = Reserve(out, n);
    head->WriteOneByteV2(isolate, 0, n, p);
    out->len += n;
  }
  Local<Value> body = args[4];
  Local<String> text;
  Bytes bytes;
  size_t n = 0;
  bool one_byte = false;
  if (body->IsString()) {
    text = body.As<String>();
    size_t chars = text->Length();
    if (flags & kLatin1) {
      n = chars;
      one_byte = true;
    } else {
      n = text->Utf8LengthV2(isolate);
      one_byte = n == chars;
    }
  } else if (GetBytes(body, &bytes)) {
    n = bytes.len;
  }
  const bool borrow = (flags & kBorrow) && bytes.len != 0;
  uint8_t* p = Reserve(out, (borrow ? 0 : n) + 64);
  uint8_t* const begin = p;
  if (flags & kContentLength) {
    p = Put(p, "Content-Length: ");
    p = PutDecimal(p, n);
    p = Put(p, "\r\n\r\n");
  }
  bool chunk = (flags & kChunked) && n > 0;
  if (chunk) {
    p = PutHex(p, n);
    p = Put(p, "\r\n");
  }
  if (!text.IsEmpty()) {
    if (one_byte) {
      text->WriteOneByteV2(isolate, 0, static_cast<uint32_t>(n), p);
    } else {
      text->WriteUtf8V2(isolate, reinterpret_cast<char*>(p), n, String::WriteFlags::kReplaceInvalidUtf8);
    }
  } else if (n && !borrow) {
    memcpy(p, bytes.data, n);
  }
  if (!borrow) p += n;
  uint8_t* const tail = p;
  if (chunk) p = Put(p, "\r\n");
  if (flags & kLastChunk) p = Put(p, "0\r\n\r\n");
  out->len += static_cast<uint64_t>(p - begin);
  sl_record* r = NewRecord(out);
  *r = {args[0].As<Uint32>()->Value(), args[1]->IsUint32() ? args[1].As<Uint32>()->Value() : 0, flags & ~kNativeFlags, 0, start, out->len - start, nullptr, 0};
  if (borrow) {
    Borrow(env, body);
    r->tail = static_cast<uint32_t>(p - tail);
    r->body = bytes.data;
    r->body_len = n;
  }
  args.GetReturnValue().Set(static_cast<double>(r->len + r->body_len));
}

static void InitTurn(Env* env, Local<Object> target) {
  SetMethod<TakeBytes>(env, target, "takeBytes");
  SetMethod<TakeValue>(env, target, "takeValue");
  SetMethod<TakeLatin1>(env, target, "takeLatin1");
  SetMethod<Write>(env, target, "write");
  SetConstant(env, target, "kBorrow", kBorrow);
  SetConstant(env, target, "kContentLength", kContentLength);
  SetConstant(env, target, "kLatin1", kLatin1);
  SetConstant(env, target, "kChunked", kChunked);
  SetConstant(env, target, "kLastChunk", kLastChunk);
  auto flushes = Uint32Array::New(env->shared_buffer.Get(env->isolate), offsetof(sl_shared, flushes), 1);
  target->Set(env->ctx(), InternedStr(env->isolate, "flushes"), flushes).Check();
  target->Set(env->ctx(), InternedStr(env->isolate, "events"), env->events_array.Get(env->isolate)).Check();
}
SLUICE_BINDING(turn, InitTurn);

}  // namespace sluice

using namespace sluice;
using namespace v8;

extern "C" {

int32_t* sl_turn_events(sl_env* env, uint32_t* cap) {
  HandleScope handles(env->isolate);
  *cap = static_cast<uint32_t>(env->events_array.Get(env->isolate)->Length());
  return env->events;
}

int sl_turn(sl_env* env, uint32_t n, const uint8_t* heads, size_t heads_len, const uint8_t* data, size_t data_len, sl_error** err) {
  Isolate* isolate = env->isolate;
  HandleScope handles(isolate);
  env->turn_data = data;
  env->turn_data_len = data_len;
  Local<Value> argv[2 + 1];
  argv[0] = heads_len ? String::NewFromOneByte(isolate, heads, NewStringType::kNormal, static_cast<int>(heads_len)).ToLocalChecked() : String::Empty(isolate);
  argv[1] = Integer::NewFromUnsigned(isolate, n);
  Local<Value> result;
  bool ok = RunHook(env, SL_HOOK_TURN, 2, argv, &result, err);
  env->turn_data = nullptr;
  env->turn_data_len = 0;
  return ok ? 0 : -1;
}

sl_out* sl_out_of(sl_env* env) { return &env->out; }

void sl_out_reset(sl_env* env) {
  sl_out* out = &env->out;
  out->peak = std::max(out->peak, out->len);
  out->len = 0;
  out->nrecords = 0;
  if (!env->borrowed.empty()) env->borrowed.clear();
  // A few large answers must not stay for ever: what many turns have not used goes.
  constexpr uint32_t kTurns = 1024;
  bool unused = false;
  if (++out->turns == kTurns) {
    unused = out->cap > (64 << 10) && out->peak < out->cap / 4;
    out->turns = 0;
    out->peak = 0;
  }
  if (unused || out->cap > (4 << 20)) {
    free(out->data);
    out->data = nullptr;
    out->cap = 0;
  }
}
}
