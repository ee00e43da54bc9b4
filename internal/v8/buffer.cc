// internalBinding('buffer'): what Buffer cannot do well in JavaScript. The functions take
// the buffer as their first argument; offsets have been validated in JavaScript where
// Node validates them there.
#include <algorithm>

#include "env.hh"
#include "strings.hh"

namespace sluice {

using namespace v8;

// --- arguments ---

// The bytes of a buffer that is only read. Small arrays live in V8's heap; asking for their
// ArrayBuffer would move them out of it, so their content is copied to the stack.
class Reader {
 public:
  explicit Reader(Local<Value> v) {
    if (v->IsArrayBufferView()) {
      auto span = v.As<ArrayBufferView>()->GetContents({stack_, sizeof stack_});
      data = span.data();
      len = span.size();
      ok = true;
    } else {
      Bytes b;
      ok = GetBytes(v, &b);
      data = b.data;
      len = b.len;
    }
  }
  const uint8_t* data = nullptr;
  size_t len = 0;
  bool ok = false;

 private:
  uint8_t stack_[64];
};

static void ThrowNotBuffer(Isolate* isolate) { ThrowTypeError(isolate, "argument must be a buffer", "ERR_INVALID_ARG_TYPE"); }
static void ThrowNotString(Isolate* isolate) { ThrowTypeError(isolate, "argument must be a string", "ERR_INVALID_ARG_TYPE"); }
static void ThrowIndex(Isolate* isolate) { ThrowRangeError(isolate, "Index out of range", "ERR_OUT_OF_RANGE"); }

static void ThrowTooLong(Isolate* isolate) {
  char message[80];
  snprintf(message, sizeof message, "Cannot create a string longer than 0x%x characters", String::kMaxLength);
  auto error = Exception::Error(Str(isolate, message)).As<Object>();
  error->Set(isolate->GetCurrentContext(), InternedStr(isolate, "code"), InternedStr(isolate, "ERR_STRING_TOO_LONG")).Check();
  isolate->ThrowException(error);
}

// An optional index: false when an exception is pending.
static bool Index(Isolate* isolate, Local<Value> v, size_t fallback, size_t* out) {
  if (v->IsInt32()) {
    int32_t i = v.As<Int32>()->Value();
    if (i < 0) return ThrowIndex(isolate), false;
    *out = i;
    return true;
  }
  if (v->IsUndefined()) {
    *out = fallback;
    return true;
  }
  int64_t i;
  if (!v->IntegerValue(isolate->GetCurrentContext()).To(&i)) return false;
  if (i < 0) return ThrowIndex(isolate), false;
  *out = i;
  return true;
}

static void Return(const Args& args, size_t n) {
  if (n <= INT32_MAX) {
    args.GetReturnValue().Set(static_cast<int32_t>(n));
  } else {
    args.GetReturnValue().Set(static_cast<double>(n));
  }
}

// --- bytes to strings ---

static void ReturnOneByte(const Args& args, const void* p, size_t n) {
  Isolate* isolate = args.GetIsolate();
  if (n > static_cast<size_t>(String::kMaxLength)) return ThrowTooLong(isolate);
  Local<String> s;
  if (String::NewFromOneByte(isolate, static_cast<const uint8_t*>(p), NewStringType::kNormal, static_cast<int>(n)).ToLocal(&s)) args.GetReturnValue().Set(s);
}

static void Ascii(const Args& args, const uint8_t* p, size_t n) {
  if (text::AsciiPrefix(p, n) == n) return ReturnOneByte(args, p, n);
  if (n > static_cast<size_t>(String::kMaxLength)) return ThrowTooLong(args.GetIsolate());
  std::vector<uint8_t> seven(p, p + n);
  for (auto& c : seven) c &= 0x7f;
  ReturnOneByte(args, seven.data(), n);
}

static void Latin1(const Args& args, const uint8_t* p, size_t n) { ReturnOneByte(args, p, n); }

static void Utf8(const Args& args, const uint8_t* p, size_t n) {
  Isolate* isolate = args.GetIsolate();
  if (text::AsciiPrefix(p, n) == n) return ReturnOneByte(args, p, n);
  // A character takes up to three bytes for one UTF-16 unit; V8 counts before it allocates.
  if (n > static_cast<size_t>(INT32_MAX)) return ThrowTooLong(isolate);
  Local<String> s;
  TryCatch caught(isolate);
  if (String::NewFromUtf8(isolate, reinterpret_cast<const char*>(p), NewStringType::kNormal, static_cast<int>(n)).ToLocal(&s)) return args.GetReturnValue().Set(s);
  if (caught.HasTerminated()) return;
  caught.Reset();
  ThrowTooLong(isolate);
  caught.ReThrow();
}

static void Ucs2(const Args& args, const uint8_t* p, size_t n) {
  Isolate* isolate = args.GetIsolate();
  n /= 2;
  if (n > static_cast<size_t>(String::kMaxLength)) return ThrowTooLong(isolate);
  std::vector<uint16_t> aligned;
  auto* units = reinterpret_cast<const uint16_t*>(p);
  if (reinterpret_cast<uintptr_t>(p) % alignof(uint16_t)) {
    aligned.resize(n);
    memcpy(aligned.data(), p, 2 * n);
    units = aligned.data();
  }
  Local<String> s;
  if (String::NewFromTwoByte(isolate, units, NewStringType::kNormal, static_cast<int>(n)).ToLocal(&s)) args.GetReturnValue().Set(s);
}

// Text made in scratch memory: on the stack if it is short.
template <typename Encode>
static void ReturnEncoded(const Args& args, size_t size, Encode encode) {
  if (size > static_cast<size_t>(String::kMaxLength)) return ThrowTooLong(args.GetIsolate());
  char stack[1024];
  std::unique_ptr<char[]> heap;
  char* out = stack;
  if (size > sizeof stack) {
    heap.reset(new char[size]);
    out = heap.get();
  }
  encode(out);
  ReturnOneByte(args, out, size);
}

static void Hex(const Args& args, const uint8_t* p, size_t n) {
  ReturnEncoded(args, 2 * n, [=](char* out) { text::EncodeHex(p, n, out); });
}

template <bool url>
static void Base64(const Args& args, const uint8_t* p, size_t n) {
  ReturnEncoded(args, text::Base64Size(n, url), [=](char* out) { text::EncodeBase64(p, n, url, out); });
}

// xSlice(buffer, start, end)
template <void (*Decode)(const Args&, const uint8_t*, size_t)>
static void Slice(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  Reader in(args[0]);
  if (!in.ok) return ThrowNotBuffer(isolate);
  if (in.len == 0) return args.GetReturnValue().SetEmptyString();
  size_t start, end;
  if (!Index(isolate, args[1], 0, &start) || !Index(isolate, args[2], in.len, &end)) return;
  if (end <= start) return args.GetReturnValue().SetEmptyString();
  if (end > in.len) return ThrowIndex(isolate);
  Decode(args, in.data + start, end - start);
}

// --- strings to bytes ---

template <typename F>
static size_t OnText(Isolate* isolate, Local<String> s, F f) {
  String::ValueView view(isolate, s);
  return view.is_one_byte() ? f(view.data8(), view.length()) : f(view.data16(), view.length());
}

static size_t WriteUtf8(Isolate* isolate, Local<String> s, uint8_t* out, size_t cap) {
  return OnText(isolate, s, [=](auto* p, size_t n) { return text::WriteUtf8(p, n, out, cap, nullptr); });
}

static size_t WriteLatin1(Isolate* isolate, Local<String> s, uint8_t* out, size_t cap) {
  size_t n = std::min<size_t>(s->Length(), cap);
  s->WriteOneByteV2(isolate, 0, n, out);
  return n;
}

static size_t WriteUcs2(Isolate* isolate, Local<String> s, uint8_t* out, size_t cap) {
  size_t n = std::min<size_t>(s->Length(), cap / 2);
  if (reinterpret_cast<uintptr_t>(out) % alignof(uint16_t)) {
    std::vector<uint16_t> aligned(n);
    s->WriteV2(isolate, 0, n, aligned.data());
    memcpy(out, aligned.data(), 2 * n);
  } else {
    s->WriteV2(isolate, 0, n, reinterpret_cast<uint16_t*>(out));
  }
  return 2 * n;
}

static size_t WriteHex(Isolate* isolate, Local<String> s, uint8_t* out, size_t cap) {
  return OnText(isolate, s, [=](auto* p, size_t n) { return text::DecodeHex(p, n, out, cap); });
}

static size_t WriteBase64(Isolate* isolate, Local<String> s, uint8_t* out, size_t cap) {
  return OnText(isolate, s, [=](auto* p, size_t n) { return text::DecodeBase64(p, n, out, cap); });
}

using Encoder = size_t (*)(Isolate*, Local<String>, uint8_t*, size_t);

// xWrite(buffer, string, offset, length)
template <Encoder Encode>
static void Write(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  Bytes out;
  if (!args[0]->IsArrayBufferView() || !GetBytes(args[0], &out)) return ThrowNotBuffer(isolate);
  if (!args[1]->IsString()) return ThrowNotString(isolate);
  size_t offset, length;
  if (!Index(isolate, args[2], 0, &offset)) return;
  if (offset > out.len) return ThrowRangeError(isolate, "\"offset\" is outside of buffer bounds", "ERR_BUFFER_OUT_OF_BOUNDS");
  if (!Index(isolate, args[3], out.len - offset, &length)) return;
  length = std::min(length, out.len - offset);
  if (length == 0) return args.GetReturnValue().Set(0);
  Return(args, Encode(isolate, args[1].As<String>(), out.data + offset, length));
}

static void ByteLengthUtf8(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  if (!args[0]->IsString()) return ThrowNotString(isolate);
  Return(args, OnText(isolate, args[0].As<String>(), [](auto* p, size_t n) { return text::Utf8Length(p, n); }));
}

// The encodings by the numbers of internal/buffer_encodings.
enum { kAscii,
       kUtf8,
       kBase64,
       kUcs2,
       kLatin1,
       kHex,
       kBuffer,
       kBase64Url };

static Encoder EncoderOf(int encoding) {
  switch (encoding) {
    case kAscii:
    case kLatin1:
      return WriteLatin1;
    case kUcs2:
      return WriteUcs2;
    case kHex:
      return WriteHex;
    case kBase64:
    case kBase64Url:
      return WriteBase64;
    default:
      return WriteUtf8;
  }
}

static int EncodingByName(Isolate* isolate, Local<Value> name) {
  if (!name->IsString()) return kUtf8;
  String::Utf8Value utf8(isolate, name);
  std::string s(*utf8, utf8.length());
  std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return tolower(c); });
  if (s == "ascii") return kAscii;
  if (s == "latin1" || s == "binary") return kLatin1;
  if (s == "ucs2" || s == "ucs-2" || s == "utf16le" || s == "utf-16le") return kUcs2;
  if (s == "hex") return kHex;
  if (s == "base64") return kBase64;
  if (s == "base64url") return kBase64Url;
  return kUtf8;
}

static std::vector<uint8_t> Encoded(Isolate* isolate, Local<String> s, int encoding) {
  std::vector<uint8_t> bytes(static_cast<size_t>(s->Length()) * (encoding == kUtf8 ? 3 : 2));
  bytes.resize(EncoderOf(encoding)(isolate, s, bytes.data(), bytes.size()));
  return bytes;
}

// fill(buffer, value, start, end, encoding): -1 if the value is empty, -2 if the window is not inside.
static void Fill(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  Bytes out;
  if (!args[0]->IsArrayBufferView() || !GetBytes(args[0], &out)) return ThrowNotBuffer(isolate);
  size_t start, end;
  if (!Index(isolate, args[2], 0, &start) || !Index(isolate, args[3], out.len, &end)) return;
  if (start > end || end > out.len) return args.GetReturnValue().Set(-2);
  if (start == end) return;
  std::vector<uint8_t> pattern;
  if (args[1]->IsString()) {
    pattern = Encoded(isolate, args[1].As<String>(), EncodingByName(isolate, args[4]));
  } else if (args[1]->IsArrayBufferView()) {
    Reader value(args[1]);
    pattern.assign(value.data, value.data + value.len);
  } else {
    uint32_t byte;
    if (!args[1]->Uint32Value(isolate->GetCurrentContext()).To(&byte)) return;
    memset(out.data + start, static_cast<uint8_t>(byte), end - start);
    return;
  }
  if (pattern.empty()) return args.GetReturnValue().Set(-1);
  uint8_t* p = out.data + start;
  size_t size = end - start, done = std::min(size, pattern.size());
  memcpy(p, pattern.data(), done);
  while (done < size) {
    size_t n = std::min(done, size - done);
    memcpy(p + done, p, n);
    done += n;
  }
}

// --- searching ---

// Where a search starts: offset counts from the end if negative. -1: nowhere.
static int64_t SearchStart(size_t length, int64_t offset, size_t needle, bool forward) {
  int64_t n = static_cast<int64_t>(length), m = static_cast<int64_t>(needle);
  if (offset < 0) {
    if (offset + n >= 0) return offset + n;
    return forward || m == 0 ? 0 : -1;
  }
  if (offset + m <= n) return offset;
  if (m == 0) return n;
  return forward ? -1 : n - 1;
}

template <typename C>
static int64_t Find(const C* hay, size_t n, const C* needle, size_t m, size_t start, bool forward) {
  if (m > n) return -1;
  size_t last = n - m;
  if (forward) {
    if constexpr (sizeof(C) == 1) {
      auto* hit = static_cast<const C*>(memmem(hay + start, n - start, needle, m));
      return hit ? hit - hay : -1;
    }
    for (size_t i = start; i <= last; i++) {
      if (hay[i] == needle[0] && memcmp(hay + i, needle, m * sizeof(C)) == 0) return i;
    }
    return -1;
  }
  for (size_t i = std::min(start, last) + 1; i-- > 0;) {
    if (hay[i] == needle[0] && memcmp(hay + i, needle, m * sizeof(C)) == 0) return i;
  }
  return -1;
}

static void Search(const Args& args, const Reader& hay, const uint8_t* needle, size_t m, bool wide) {
  auto ctx = args.GetIsolate()->GetCurrentContext();
  int64_t offset, end;
  if (!args[2]->IntegerValue(ctx).To(&offset)) return;
  bool forward = args[4]->IsTrue();
  if (args[5]->IsUndefined()) {
    end = hay.len;
  } else if (!args[5]->IntegerValue(ctx).To(&end)) {
    return;
  }
  size_t n = end < 0 ? 0 : std::min<size_t>(end, hay.len);
  if (wide) n &= ~size_t{1};
  int64_t start = SearchStart(hay.len, offset, m, forward);
  if (m == 0) return args.GetReturnValue().Set(static_cast<double>(std::min<int64_t>(start, n)));
  args.GetReturnValue().Set(-1);
  if (n == 0 || start < 0 || m > n || (forward && static_cast<size_t>(start) + m > n)) return;
  int64_t at;
  if (wide) {
    if (n < 2 || m < 2) return;
    // Whole units only, and memory that is aligned for them.
    std::vector<uint16_t> units(n / 2), wanted(m / 2);
    memcpy(units.data(), hay.data, n / 2 * 2);
    memcpy(wanted.data(), needle, m / 2 * 2);
    at = Find<uint16_t>(units.data(), n / 2, wanted.data(), m / 2, start / 2, forward);
    if (at > 0) at *= 2;
  } else {
    at = Find<uint8_t>(hay.data, n, needle, m, start, forward);
  }
  args.GetReturnValue().Set(static_cast<double>(at));
}

// indexOfString(buffer, string, offset, encoding, forward, end)
static void IndexOfString(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  if (!args[1]->IsString()) return ThrowNotString(isolate);
  int encoding = args[3]->Int32Value(isolate->GetCurrentContext()).FromMaybe(kUtf8);
  auto needle = Encoded(isolate, args[1].As<String>(), encoding);
  Reader hay(args[0]);
  if (!hay.ok) return ThrowNotBuffer(isolate);
  if (encoding == kUcs2) hay.len &= ~size_t{1};
  Search(args, hay, needle.data(), needle.size(), encoding == kUcs2);
}

// indexOfBuffer(buffer, bytes, offset, encoding, forward, end)
static void IndexOfBuffer(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  Reader hay(args[0]), needle(args[1]);
  if (!hay.ok || !needle.ok) return ThrowNotBuffer(isolate);
  int encoding = args[3]->Int32Value(isolate->GetCurrentContext()).FromMaybe(kUtf8);
  Search(args, hay, needle.data, needle.len, encoding == kUcs2);
}

// indexOfNumber(buffer, byte, offset, forward, end)
static void IndexOfNumber(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto ctx = isolate->GetCurrentContext();
  Reader hay(args[0]);
  if (!hay.ok) return ThrowNotBuffer(isolate);
  int64_t offset, end;
  if (!args[2]->IntegerValue(ctx).To(&offset)) return;
  if (args[4]->IsUndefined()) {
    end = hay.len;
  } else if (!args[4]->IntegerValue(ctx).To(&end)) {
    return;
  }
  uint8_t byte = args[1]->Uint32Value(ctx).FromMaybe(0);
  bool forward = args[3]->IsTrue();
  size_t n = end < 0 ? 0 : std::min<size_t>(end, hay.len);
  int64_t start = SearchStart(hay.len, offset, 1, forward);
  args.GetReturnValue().Set(-1);
  if (n == 0 || start < 0 || (forward && static_cast<size_t>(start) >= n)) return;
  const void* hit = forward ? memchr(hay.data + start, byte, n - start) : memrchr(hay.data, byte, std::min<size_t>(start + 1, n));
  if (hit) Return(args, static_cast<const uint8_t*>(hit) - hay.data);
}

// --- comparing and moving ---

static int Order(const uint8_t* a, size_t n, const uint8_t* b, size_t m) {
  size_t common = std::min(n, m);
  int order = common ? memcmp(a, b, common) : 0;
  if (order == 0) return n == m ? 0 : n < m ? -1
                                            : 1;
  return order < 0 ? -1 : 1;
}

static void Compare(const Args& args) {
  Reader a(args[0]), b(args[1]);
  if (!a.ok || !b.ok) return ThrowNotBuffer(args.GetIsolate());
  args.GetReturnValue().Set(Order(a.data, a.len, b.data, b.len));
}

// compareOffset(source, target, targetStart, sourceStart, targetEnd, sourceEnd)
static void CompareOffset(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  Reader source(args[0]), target(args[1]);
  if (!source.ok || !target.ok) return ThrowNotBuffer(isolate);
  size_t target_start, source_start, target_end, source_end;
  if (!Index(isolate, args[2], 0, &target_start) || !Index(isolate, args[3], 0, &source_start)) return;
  if (!Index(isolate, args[4], target.len, &target_end) || !Index(isolate, args[5], source.len, &source_end)) return;
  if (source_start > source.len) return ThrowRangeError(isolate, "The value of \"sourceStart\" is out of range.", "ERR_OUT_OF_RANGE");
  if (target_start > target.len) return ThrowRangeError(isolate, "The value of \"targetStart\" is out of range.", "ERR_OUT_OF_RANGE");
  source_end = std::clamp(source_end, source_start, source.len);
  target_end = std::clamp(target_end, target_start, target.len);
  args.GetReturnValue().Set(Order(source.data + source_start, source_end - source_start, target.data + target_start, target_end - target_start));
}

// copy(source, target, targetStart, sourceStart, count)
static void Copy(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  Bytes to;
  Reader from(args[0]);
  if (!from.ok || !GetBytes(args[1], &to)) return ThrowNotBuffer(isolate);
  size_t target, source, count;
  if (!Index(isolate, args[2], 0, &target) || !Index(isolate, args[3], 0, &source) || !Index(isolate, args[4], 0, &count)) return;
  if (target > to.len || source > from.len) return;
  count = std::min({count, to.len - target, from.len - source});
  memmove(to.data + target, from.data + source, count);
  Return(args, count);
}

// copyArrayBuffer(destination, offset, source, offset, count)
static void CopyArrayBuffer(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  Bytes to, from;
  if (!GetBytes(args[0], &to) || !GetBytes(args[2], &from)) return ThrowNotBuffer(isolate);
  size_t target, source, count;
  if (!Index(isolate, args[1], 0, &target) || !Index(isolate, args[3], 0, &source) || !Index(isolate, args[4], 0, &count)) return;
  if (target > to.len || source > from.len || count > to.len - target || count > from.len - source) return ThrowIndex(isolate);
  memmove(to.data + target, from.data + source, count);
}

template <typename T>
static void Swap(const Args& args) {
  Bytes b;
  if (!args[0]->IsArrayBufferView() || !GetBytes(args[0], &b)) return ThrowNotBuffer(args.GetIsolate());
  for (size_t i = 0; i + sizeof(T) <= b.len; i += sizeof(T)) std::reverse(b.data + i, b.data + i + sizeof(T));
  args.GetReturnValue().Set(args[0]);
}

// --- whole buffers ---

static bool IsDetached(Local<Value> v) {
  if (v->IsArrayBuffer()) return v.As<ArrayBuffer>()->WasDetached();
  if (!v->IsArrayBufferView() || !v.As<ArrayBufferView>()->HasBuffer()) return false;
  return v.As<ArrayBufferView>()->Buffer()->WasDetached();
}

template <bool (*Is)(const uint8_t*, size_t)>
static void Validate(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  if (IsDetached(args[0])) {
    auto error = Exception::Error(Str(isolate, "Cannot validate on a detached buffer")).As<Object>();
    error->Set(isolate->GetCurrentContext(), InternedStr(isolate, "code"), InternedStr(isolate, "ERR_INVALID_STATE")).Check();
    isolate->ThrowException(error);
    return;
  }
  Reader in(args[0]);
  if (!in.ok) return ThrowNotBuffer(isolate);
  args.GetReturnValue().Set(Is(in.data, in.len));
}

static bool IsAscii(const uint8_t* p, size_t n) { return text::AsciiPrefix(p, n) == n; }

static void Btoa(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto s = args[0].As<String>();
  std::vector<uint8_t> bytes(s->Length());
  if (!s->ContainsOnlyOneByte()) return args.GetReturnValue().Set(-1);
  s->WriteOneByteV2(isolate, 0, bytes.size(), bytes.data());
  Base64<false>(args, bytes.data(), bytes.size());
}

static void Atob(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto s = args[0].As<String>();
  if (!s->ContainsOnlyOneByte()) return args.GetReturnValue().Set(static_cast<int>(text::kBadCharacter));
  std::vector<uint8_t> in(s->Length()), out(s->Length() / 4 * 3 + 3);
  s->WriteOneByteV2(isolate, 0, in.size(), in.data());
  int64_t n = text::ForgivingBase64(in.data(), in.size(), out.data());
  if (n < 0) return args.GetReturnValue().Set(static_cast<int>(n));
  ReturnOneByte(args, out.data(), n);
}

static void CreateUnsafeArrayBuffer(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  double size = args[0]->NumberValue(isolate->GetCurrentContext()).FromMaybe(0);
  Local<ArrayBuffer> buffer;
  if (size < 0 || size > static_cast<double>(ArrayBuffer::kMaxByteLength) ||
      !ArrayBuffer::MaybeNew(isolate, static_cast<size_t>(size), BackingStoreInitializationMode::kUninitialized).ToLocal(&buffer)) {
    return ThrowRangeError(isolate, "Array buffer allocation failed");
  }
  args.GetReturnValue().Set(buffer);
}

static void InitBuffer(Env* env, Local<Object> target) {
  auto pure = [&](const char* name, FunctionCallback cb) { SetFunction(env, target, name, cb, SideEffectType::kHasNoSideEffect); };
  pure("asciiSlice", Guarded<Slice<Ascii>>);
  pure("base64Slice", Guarded<Slice<Base64<false>>>);
  pure("base64urlSlice", Guarded<Slice<Base64<true>>>);
  pure("latin1Slice", Guarded<Slice<Latin1>>);
  pure("hexSlice", Guarded<Slice<Hex>>);
  pure("ucs2Slice", Guarded<Slice<Ucs2>>);
  pure("utf8Slice", Guarded<Slice<Utf8>>);
  SetMethod<Write<WriteLatin1>>(env, target, "asciiWriteStatic");
  SetMethod<Write<WriteBase64>>(env, target, "base64Write");
  SetMethod<Write<WriteBase64>>(env, target, "base64urlWrite");
  SetMethod<Write<WriteLatin1>>(env, target, "latin1WriteStatic");
  SetMethod<Write<WriteHex>>(env, target, "hexWrite");
  SetMethod<Write<WriteUcs2>>(env, target, "ucs2Write");
  SetMethod<Write<WriteUtf8>>(env, target, "utf8WriteStatic");
  pure("byteLengthUtf8", Guarded<ByteLengthUtf8>);
  SetMethod<Fill>(env, target, "fill");
  pure("indexOfString", Guarded<IndexOfString>);
  pure("indexOfBuffer", Guarded<IndexOfBuffer>);
  pure("indexOfNumber", Guarded<IndexOfNumber>);
  pure("compare", Guarded<Compare>);
  pure("compareOffset", Guarded<CompareOffset>);
  SetMethod<Copy>(env, target, "copy");
  SetMethod<CopyArrayBuffer>(env, target, "copyArrayBuffer");
  SetMethod<Swap<uint16_t>>(env, target, "swap16");
  SetMethod<Swap<uint32_t>>(env, target, "swap32");
  SetMethod<Swap<uint64_t>>(env, target, "swap64");
  pure("isUtf8", Guarded<Validate<text::IsUtf8>>);
  pure("isAscii", Guarded<Validate<IsAscii>>);
  pure("btoa", Guarded<Btoa>);
  pure("atob", Guarded<Atob>);
  SetMethod<CreateUnsafeArrayBuffer>(env, target, "createUnsafeArrayBuffer");
  // What Node.js says. V8's sandbox has room for 32 GiB; what is beyond fails as any allocation may.
  SetConstant(env, target, "kMaxLength", 9007199254740991);
  SetConstant(env, target, "kStringMaxLength", String::kMaxLength);
}
SLUICE_BINDING(buffer, InitBuffer);

}  // namespace sluice
