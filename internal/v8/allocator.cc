#include "allocator.hh"

#include <v8-platform.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace sluice {

// Small sizes: multiples of 16 up to 128, then four steps between powers of two.
int BlockAllocator::SmallClass(size_t n) {
  if (n <= 128) return n <= 16 ? 0 : static_cast<int>((n + 15) / 16) - 1;
  int log = std::bit_width(n - 1);  // 2^(log-1) < n <= 2^log
  size_t step = size_t{1} << (log - 3);
  return 8 + (log - 8) * 4 + static_cast<int>((n - 1 - (size_t{1} << (log - 1))) / step);
}

size_t BlockAllocator::SmallSize(int cls) {
  if (cls < 8) return static_cast<size_t>(cls + 1) * 16;
  size_t base = size_t{128} << ((cls - 8) / 4);
  return base + base / 4 * ((cls - 8) % 4 + 1);
}

// Large sizes: four steps between powers of two, from 4 KiB on.
int BlockAllocator::LargeClass(size_t n) {
  int log = std::bit_width(n - 1);
  size_t step = size_t{1} << (log - 3);
  return (log - 13) * 4 + static_cast<int>((n - 1 - (size_t{1} << (log - 1))) / step);
}

size_t BlockAllocator::LargeSize(int cls) {
  size_t base = kSmallMax << (cls / 4);
  return base + base / 4 * (cls % 4 + 1);
}

void BlockAllocator::Link(Class& c, Slab* s) {
  s->previous = nullptr;
  s->next = c.partial;
  if (c.partial) c.partial->previous = s;
  c.partial = s;
}

void BlockAllocator::Unlink(Class& c, Slab* s) {
  if (s->previous) {
    s->previous->next = s->next;
  } else {
    c.partial = s->next;
  }
  if (s->next) s->next->previous = s->previous;
}

// Arenas come from the sandbox itself: V8's allocator for ArrayBuffers writes to all of what it
// gives, and most of an arena is not needed for long.
void* BlockAllocator::NewArena() {
#ifdef V8_ENABLE_SANDBOX
  auto* space = v8::V8::GetSandboxAddressSpace();
  return reinterpret_cast<void*>(space->AllocatePages(v8::VirtualAddressSpace::kNoHint, kArena, space->allocation_granularity(), v8::PagePermissions::kReadWrite));
#else
  return inner_->AllocateUninitialized(kArena);
#endif
}

void BlockAllocator::FreeArena(void* memory) {
#ifdef V8_ENABLE_SANDBOX
  v8::V8::GetSandboxAddressSpace()->FreePages(reinterpret_cast<v8::VirtualAddressSpace::Address>(memory), kArena);
#else
  inner_->Free(memory, kArena);
#endif
}

BlockAllocator::Slab* BlockAllocator::NewSlab(int cls) {
  Arena* arena = nullptr;
  // The fullest arena with room, so that others may become empty.
  for (auto& a : arenas_) {
    if (!a->free.empty() && (!arena || a->used > arena->used)) arena = a.get();
  }
  if (!arena) {
    void* memory = NewArena();
    if (!memory) return nullptr;
    auto a = std::make_unique<Arena>();
    auto start = reinterpret_cast<uintptr_t>(memory);
    a->memory = memory;
    a->first = (start + kSlab - 1) & ~(kSlab - 1);
    a->count = static_cast<uint32_t>((start + kArena - a->first) / kSlab);
    a->used = 0;
    for (uint32_t i = a->count; i-- > 0;) a->free.push_back(reinterpret_cast<Slab*>(a->first + i * kSlab));
    arena = a.get();
    arenas_.push_back(std::move(a));
  }
  Slab* s = arena->free.back();
  arena->free.pop_back();
  arena->used++;
  s->arena = arena;
  s->free = nullptr;
  s->used = s->carved = 0;
  s->block = static_cast<uint32_t>(SmallSize(cls));
  s->capacity = static_cast<uint32_t>((kSlab - sizeof(Slab)) / s->block);
  s->cls = cls;
  Link(small_[cls], s);
  return s;
}

void BlockAllocator::ReleaseSlab(Slab* s) {
  Arena* arena = s->arena;
  arena->free.push_back(s);
  if (--arena->used > 0) return;
  // One empty arena is kept against going back and forth.
  size_t empty = std::count_if(arenas_.begin(), arenas_.end(), [](auto& a) { return a->used == 0; });
  if (empty < 2) return;
  FreeArena(arena->memory);
  arenas_.erase(std::find_if(arenas_.begin(), arenas_.end(), [&](auto& a) { return a.get() == arena; }));
}

void* BlockAllocator::AllocateSmall(int cls) {
  Class& c = small_[cls];
  Slab* s = c.partial ? c.partial : NewSlab(cls);
  if (!s) return nullptr;
  void* p = s->free;
  if (p) {
    memcpy(&s->free, p, sizeof s->free);
  } else {
    p = reinterpret_cast<uint8_t*>(s) + sizeof(Slab) + size_t{s->carved++} * s->block;
  }
  if (++s->used == s->capacity) Unlink(c, s);
  return p;
}

void BlockAllocator::FreeSmall(void* p) {
  auto* s = reinterpret_cast<Slab*>(reinterpret_cast<uintptr_t>(p) & ~(kSlab - 1));
  Class& c = small_[s->cls];
  memcpy(p, &s->free, sizeof s->free);
  s->free = p;
  if (s->used-- == s->capacity) Link(c, s);
  // The last slab of a class stays, empty or not.
  if (s->used == 0 && (s->next || s->previous)) {
    Unlink(c, s);
    ReleaseSlab(s);
  }
}

void* BlockAllocator::AllocateLarge(size_t n, bool zero) {
  int cls = LargeClass(n);
  {
    std::lock_guard lock(mutex_);
    auto& kept = large_[cls];
    if (!kept.empty()) {
      void* p = kept.back();
      kept.pop_back();
      kept_ -= LargeSize(cls);
      if (zero) memset(p, 0, n);
      return p;
    }
  }
  return zero ? inner_->Allocate(LargeSize(cls)) : inner_->AllocateUninitialized(LargeSize(cls));
}

void* BlockAllocator::Allocate(size_t n, bool zero) {
  if (n > kLargeMax) return zero ? inner_->Allocate(n) : inner_->AllocateUninitialized(n);
  if (n > kSmallMax) return AllocateLarge(n, zero);
  void* p;
  {
    std::lock_guard lock(mutex_);
    p = AllocateSmall(SmallClass(n));
  }
  if (p && zero) memset(p, 0, n);
  return p;
}

void BlockAllocator::Free(void* p, size_t n) {
  if (n > kLargeMax) return inner_->Free(p, n);
  std::unique_lock lock(mutex_);
  if (n <= kSmallMax) return FreeSmall(p);
  int cls = LargeClass(n);
  size_t size = LargeSize(cls);
  if (kept_ + size <= kKept) {
    large_[cls].push_back(p);
    kept_ += size;
    return;
  }
  lock.unlock();
  inner_->Free(p, size);
}

void BlockAllocator::Collecting() {
  std::vector<std::pair<void*, size_t>> unused;
  {
    std::lock_guard lock(mutex_);
    bool over = ++collections_ % kPeriod == 0;
    for (int cls = 0; cls < kLargeClasses; cls++) {
      auto& kept = large_[cls];
      least_[cls] = std::min(least_[cls], kept.size());
      if (!over) continue;
      size_t size = LargeSize(cls);
      for (; least_[cls] > 0; least_[cls]--) {
        unused.emplace_back(kept.back(), size);
        kept.pop_back();
        kept_ -= size;
      }
      least_[cls] = kept.size();
    }
  }
  for (auto [p, size] : unused) inner_->Free(p, size);
}

void BlockAllocator::Trim() {
  std::lock_guard lock(mutex_);
  for (int cls = 0; cls < kLargeClasses; cls++) {
    for (void* p : large_[cls]) inner_->Free(p, LargeSize(cls));
    large_[cls].clear();
    large_[cls].shrink_to_fit();
    least_[cls] = 0;
  }
  kept_ = 0;
  for (auto& c : small_) {
    if (c.partial && !c.partial->next && c.partial->used == 0) {
      Slab* s = c.partial;
      Unlink(c, s);
      ReleaseSlab(s);
    }
  }
  std::erase_if(arenas_, [&](auto& a) {
    if (a->used > 0) return false;
    FreeArena(a->memory);
    return true;
  });
}

BlockAllocator::~BlockAllocator() {
  Trim();
  // What is still used belongs to buffers that outlive the isolate, which V8 does not allow.
  for (auto& a : arenas_) FreeArena(a->memory);
}

}  // namespace sluice
