// Memory for ArrayBuffers. V8's own allocator inside its sandbox takes and clears whole pages under
// a lock for each of them, which costs several times what Node.js pays; here it gives out memory in
// bulk, and what is freed is used again.
#pragma once
#include <v8.h>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace sluice {

// Hands out blocks of a few sizes. Up to kSmallMax they are cut from slabs, which are parts of
// arenas; up to kLargeMax they are taken singly and kept for the next one of the size. Larger ones
// pass through. V8 frees from threads of its own, hence the lock.
class BlockAllocator {
 public:
  static constexpr size_t kSmallMax = 4096, kLargeMax = 256 << 10;

  explicit BlockAllocator(std::unique_ptr<v8::ArrayBuffer::Allocator> inner) : inner_(std::move(inner)) {}
  ~BlockAllocator();
  BlockAllocator(const BlockAllocator&) = delete;
  BlockAllocator& operator=(const BlockAllocator&) = delete;

  void* Allocate(size_t n, bool zero);
  void Free(void* p, size_t n);
  // Before each collection, when the fewest blocks are kept: those that nobody has needed for
  // kPeriod of them go back, so that what is kept follows the load and not its rarest moment.
  void Collecting();
  // Gives back what is kept and not used.
  void Trim();
  v8::ArrayBuffer::Allocator* inner() const { return inner_.get(); }

 private:
  static constexpr size_t kSlab = 64 << 10, kArena = 1 << 20, kKept = 32 << 20;
  static constexpr uint32_t kPeriod = 16;
  static constexpr int kSmallClasses = 28, kLargeClasses = 24;

  struct Arena;
  // At the start of each slab, which is aligned to its size, so that a block finds it.
  struct Slab {
    Arena* arena;
    Slab *next, *previous;  // among those of its class with free blocks
    void* free;             // a list through the blocks
    uint32_t used, carved, capacity, block;
    int cls;
  };
  struct Arena {
    void* memory;
    uintptr_t first;  // of the aligned slabs
    uint32_t count, used;
    std::vector<Slab*> free;
  };
  struct Class {
    Slab* partial = nullptr;
  };

  static int SmallClass(size_t n);
  static size_t SmallSize(int cls);
  static int LargeClass(size_t n);
  static size_t LargeSize(int cls);
  void* AllocateSmall(int cls);
  void* AllocateLarge(size_t n, bool zero);
  void FreeSmall(void* p);
  Slab* NewSlab(int cls);
  void ReleaseSlab(Slab*);
  void* NewArena();
  void FreeArena(void*);
  static void Link(Class&, Slab*);
  static void Unlink(Class&, Slab*);

  std::mutex mutex_;
  std::unique_ptr<v8::ArrayBuffer::Allocator> inner_;
  std::array<Class, kSmallClasses> small_;
  std::array<std::vector<void*>, kLargeClasses> large_;
  size_t kept_ = 0;                               // bytes in large_
  std::array<size_t, kLargeClasses> least_ = {};  // of each of large_, in this period
  uint32_t collections_ = 0;
  std::vector<std::unique_ptr<Arena>> arenas_;
};

// Counts the memory of all ArrayBuffers of one isolate and refuses beyond a limit:
// V8's heap limit does not cover it.
class CountingAllocator : public v8::ArrayBuffer::Allocator {
 public:
  // total limits the memory of ArrayBuffers and the heap together; 0: no limit.
  CountingAllocator(size_t limit, size_t total) : blocks_(std::unique_ptr<v8::ArrayBuffer::Allocator>(NewDefaultAllocator())), limit_(limit), total_(total) {}
  void* Allocate(size_t n) override { return Take(n) ? Done(blocks_.Allocate(n, true), n) : Refused(n); }
  void* AllocateUninitialized(size_t n) override { return Take(n) ? Done(blocks_.Allocate(n, false), n) : Refused(n); }
  void Free(void* p, size_t n) override {
    blocks_.Free(p, n);
    used_.fetch_sub(n, std::memory_order_relaxed);
  }
  v8::PageAllocator* GetPageAllocator() override { return blocks_.inner()->GetPageAllocator(); }
  size_t MaxAllocationSize() const override { return blocks_.inner()->MaxAllocationSize(); }
  size_t used() const { return used_.load(std::memory_order_relaxed); }
  void Trim() { blocks_.Trim(); }
  void Collecting() { blocks_.Collecting(); }
  size_t total() const { return total_; }
  // After each full collection: what the heap holds.
  void Collected(size_t heap) {
    heap_.store(heap, std::memory_order_relaxed);
    collections_++;
  }
  // exhausted is called when the limit of both refuses a buffer that fits into it, after all that
  // V8 does to make room.
  void OnExhausted(std::function<void()> exhausted) { exhausted_ = std::move(exhausted); }

 private:
  // How often V8 asks for one buffer, with a full collection in between.
  static constexpr int kTries = 4;
  bool Take(size_t n) {
    size_t before = used_.fetch_add(n, std::memory_order_relaxed);
    if ((limit_ == 0 || before + n <= limit_) && (total_ == 0 || before + n + heap_.load(std::memory_order_relaxed) <= total_)) {
      tries_ = 0;
      return true;
    }
    used_.fetch_sub(n, std::memory_order_relaxed);
    return false;
  }
  void* Refused(size_t n) {
    bool again = n == refused_ && collections_ != refused_at_;
    tries_ = again ? tries_ + 1 : 1;
    refused_ = n;
    refused_at_ = collections_;
    if (tries_ == kTries) {
      tries_ = 0;
      if (n <= total_ && exhausted_) exhausted_();
    }
    return nullptr;
  }
  void* Done(void* p, size_t n) {
    if (p == nullptr) used_.fetch_sub(n, std::memory_order_relaxed);
    return p;
  }
  BlockAllocator blocks_;
  size_t limit_, total_;
  std::atomic<size_t> heap_{0};
  std::atomic<size_t> used_{0};
  std::function<void()> exhausted_;
  // Of the isolate's thread, which alone takes memory: how many full collections there were, what
  // was refused last, after how many of them, and how often in a row.
  uint32_t collections_ = 0, refused_at_ = 0;
  size_t refused_ = 0;
  int tries_ = 0;
};

}  // namespace sluice
