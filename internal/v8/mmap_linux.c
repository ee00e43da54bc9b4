// V8 wants the first 4 GiB of the address space as a guard region, and asks for them 256 times,
// from each page of the first MiB on. A program that is linked to a fixed address below 4 GiB
// lies in them: the kernel maps the region elsewhere, and V8 unmaps it again. Here it is told so
// without going to the kernel.
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char __executable_start;

static int is_low_guard(const void* addr, size_t len, int prot, int flags) {
  const uint64_t low = UINT64_C(4) << 30;
  return addr && (uintptr_t)addr <= 1 << 20 && (uintptr_t)addr + len == low && prot == PROT_NONE && !(flags & MAP_FIXED) && (uintptr_t)&__executable_start < low;
}

// V8 is linked into the program and calls this mmap; libraries call the C library's.
void* mmap64(void* addr, size_t len, int prot, int flags, int fd, off64_t off) {
  if (is_low_guard(addr, len, prot, flags)) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  return (void*)syscall(SYS_mmap, addr, len, prot, flags, fd, off);
}
