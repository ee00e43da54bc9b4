#include "script.hh"

namespace sluice {

using namespace v8;

namespace {

// Keys that only native code sees.
Local<Private> PlaceKey(Isolate* isolate) { return Private::ForApi(isolate, InternedStr(isolate, "sluice:errorPlace")); }
Local<Private> DecoratedKey(Isolate* isolate) { return Private::ForApi(isolate, InternedStr(isolate, "sluice:decorated")); }

bool IsSet(Isolate* isolate, Local<Context> ctx, Local<Object> object, Local<Private> key) {
  Local<Value> v;
  return object->GetPrivate(ctx, key).ToLocal(&v) && v->IsTrue();
}

}  // namespace

std::string ErrorPlace(Isolate* isolate, Local<Context> ctx, Local<Message> message) {
  if (message.IsEmpty()) return {};
  TryCatch quiet(isolate);
  Local<String> source;
  int line = 0;
  if (!message->GetSourceLine(ctx).ToLocal(&source) || !message->GetLineNumber(ctx).To(&line)) return {};
  ScriptOrigin origin = message->GetScriptOrigin();
  // A text without a name, as JSON.parse's is.
  Local<Value> resource = message->GetScriptResourceName();
  if (!resource->IsString()) resource = Str(isolate, "<anonymous_script>");
  String::Utf8Value name(isolate, resource);
  String::Value text(isolate, source);
  String::Utf8Value text8(isolate, source);

  int start = message->GetStartColumn(ctx).FromMaybe(0);
  int end = message->GetEndColumn(ctx).FromMaybe(0);
  // A script that begins in the middle of a line has columns from the beginning of that line.
  int shift = line - origin.LineOffset() == 1 ? origin.ColumnOffset() : 0;
  if (start >= shift) {
    start -= shift;
    end -= shift;
  }
  std::string out(*name ? *name : "", name.length());
  out += ":" + std::to_string(line) + "\n";
  out.append(*text8 ? *text8 : "", text8.length());
  out += "\n";
  int length = static_cast<int>(text.length());
  for (int i = 0; i < start && i < length; i++) out += (*text)[i] == '\t' ? '\t' : ' ';
  for (int i = start; i < end && i <= length; i++) out += '^';
  out += "\n";
  return out;
}

void DecorateStack(Isolate* isolate, Local<Context> ctx, const TryCatch& caught) {
  if (caught.HasTerminated() || !caught.Exception()->IsNativeError()) return;
  auto error = caught.Exception().As<Object>();
  TryCatch quiet(isolate);
  if (IsSet(isolate, ctx, error, DecoratedKey(isolate))) return;
  Local<Value> stack;
  auto key = InternedStr(isolate, "stack");
  if (!error->Get(ctx, key).ToLocal(&stack) || !stack->IsString()) return;
  std::string place = ErrorPlace(isolate, ctx, caught.Message());
  if (place.empty()) return;
  auto decorated = String::Concat(isolate, Str(isolate, place + "\n"), stack.As<String>());
  if (error->Set(ctx, key, decorated).IsNothing()) return;
  error->SetPrivate(ctx, DecoratedKey(isolate), True(isolate)).Check();
}

void RememberPlace(Isolate* isolate, Local<Context> ctx, Local<Value> error, Local<Message> message) {
  if (!error->IsObject()) return;
  auto object = error.As<Object>();
  Local<Value> known;
  if (!object->GetPrivate(ctx, PlaceKey(isolate)).ToLocal(&known) || known->IsString()) return;
  std::string place = ErrorPlace(isolate, ctx, message);
  if (!place.empty()) object->SetPrivate(ctx, PlaceKey(isolate), Str(isolate, place)).Check();
}

Local<PrimitiveArray> HostOptions(Isolate* isolate, Local<Value> symbol) {
  auto options = PrimitiveArray::New(isolate, 1);
  options->Set(isolate, 0, symbol->IsSymbol() ? symbol.As<Primitive>() : Undefined(isolate).As<Primitive>());
  return options;
}

ScriptCompiler::CachedData* CachedDataOf(Local<Value> v) {
  Bytes bytes;
  if (!v->IsArrayBufferView() || !GetBytes(v, &bytes)) return nullptr;
  auto* copy = new uint8_t[bytes.len];
  memcpy(copy, bytes.data, bytes.len);
  return new ScriptCompiler::CachedData(copy, static_cast<int>(bytes.len), ScriptCompiler::CachedData::BufferOwned);
}

// placeOf(error): where the error came about, as text, or undefined. An error that was thrown and not yet
// looked at is asked for its stack's first position.
static void PlaceOf(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto ctx = isolate->GetCurrentContext();
  if (!args[0]->IsObject()) return;
  auto object = args[0].As<Object>();
  Local<Value> known;
  if (!object->GetPrivate(ctx, PlaceKey(isolate)).ToLocal(&known)) return;
  if (known->IsString()) args.GetReturnValue().Set(known);
}

// placeNow(value): the position that V8 would report for the value if it were thrown now: for an error the first
// position of its stack.
static void PlaceNow(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  auto place = ErrorPlace(isolate, isolate->GetCurrentContext(), Exception::CreateMessage(isolate, args[0]));
  if (!place.empty()) args.GetReturnValue().Set(Str(isolate, place));
}

// notePlace(error): the place of now is the error's, whatever its stack says later.
static void NotePlace(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  RememberPlace(isolate, isolate->GetCurrentContext(), args[0], Exception::CreateMessage(isolate, args[0]));
}

// isDecorated(error): whether the stack already begins with the place.
static void IsDecorated(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  args.GetReturnValue().Set(args[0]->IsObject() && IsSet(isolate, isolate->GetCurrentContext(), args[0].As<Object>(), DecoratedKey(isolate)));
}

// setDecorated(error)
static void SetDecorated(const Args& args) {
  Isolate* isolate = args.GetIsolate();
  if (args[0]->IsObject()) args[0].As<Object>()->SetPrivate(isolate->GetCurrentContext(), DecoratedKey(isolate), True(isolate)).Check();
}

static void Init(Env* env, Local<Object> target) {
  SetMethod<PlaceOf>(env, target, "placeOf");
  SetMethod<PlaceNow>(env, target, "placeNow");
  SetMethod<NotePlace>(env, target, "notePlace");
  SetMethod<IsDecorated>(env, target, "isDecorated");
  SetMethod<SetDecorated>(env, target, "setDecorated");
}
SLUICE_BINDING(error_places, Init);

}  // namespace sluice
