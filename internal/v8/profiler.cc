// The sampling profiler: a thread of V8's interrupts the isolate's with SIGPROF and notes
// what JavaScript it is in.
#include <v8-profiler.h>

#include <cstdlib>

#include "env.hh"

namespace sluice {

using namespace v8;

namespace {

struct Profiler : BindingData {
  CpuProfiler* profiler = nullptr;
  ProfilerId id = 0;
};

class TextStream : public OutputStream {
 public:
  int GetChunkSize() override { return 1 << 16; }
  void EndOfStream() override {}
  WriteResult WriteAsciiChunk(char* data, int size) override {
    text.append(data, static_cast<size_t>(size));
    return kContinue;
  }
  std::string text;
};

}  // namespace
}  // namespace sluice

using namespace sluice;

extern "C" {

int sl_profile_start(sl_env* env, int interval) {
  Isolate* isolate = env->isolate;
  HandleScope handles(isolate);
  auto* p = env->Slot<Profiler>();
  if (p->profiler) return -1;
  CpuProfiler::UseDetailedSourcePositionsForProfiling(isolate);
  p->profiler = CpuProfiler::New(isolate);
  p->profiler->SetSamplingInterval(interval);
  p->id = p->profiler->Start(CpuProfilingOptions(kLeafNodeLineNumbers, CpuProfilingOptions::kNoSampleLimit)).id;
  return 0;
}

char* sl_profile_stop(sl_env* env, size_t* len) {
  HandleScope handles(env->isolate);
  auto* p = env->Slot<Profiler>();
  if (!p->profiler) return nullptr;
  char* json = nullptr;
  if (auto* profile = p->profiler->Stop(p->id)) {
    TextStream stream;
    profile->Serialize(&stream);
    profile->Delete();
    *len = stream.text.size();
    json = static_cast<char*>(malloc(stream.text.size() + 1));
    if (json) memcpy(json, stream.text.data(), stream.text.size());
  }
  p->profiler->Dispose();
  p->profiler = nullptr;
  return json;
}
}
