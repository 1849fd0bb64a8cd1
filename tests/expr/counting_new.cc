// A file of its own: a compiler that sees through operator new would say that
// free() does not match it.
#include "tests/expr/counting_new.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

thread_local long long held = 0;
thread_local long long peak = 0;

// Of what stands before the memory handed out: its size, at its very end.
std::size_t HeadOf(std::size_t alignment) {
  return std::max(alignment, 2 * alignof(std::max_align_t));
}

void* Allocate(std::size_t size, std::size_t alignment) noexcept {
  const std::size_t head = HeadOf(alignment);
  const std::size_t whole = (size + 2 * head - 1) / head * head;
  void* memory = std::aligned_alloc(head, whole);
  if (memory == nullptr) return nullptr;
  char* const given = static_cast<char*>(memory) + head;
  std::memcpy(given - sizeof size, &size, sizeof size);
  held += static_cast<long long>(size);
  peak = std::max(peak, held);
  return given;
}

void* AllocateOrThrow(std::size_t size, std::size_t alignment) {
  void* memory = Allocate(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void Free(void* given, std::size_t alignment) noexcept {
  if (given == nullptr) return;
  char* const at = static_cast<char*>(given);
  std::size_t size = 0;
  std::memcpy(&size, at - sizeof size, sizeof size);
  held -= static_cast<long long>(size);
  std::free(at - HeadOf(alignment));
}

}  // namespace

namespace duban_test {

PeakMemory::PeakMemory() : before_(held) { peak = held; }
long long PeakMemory::bytes() const { return peak - before_; }

}  // namespace duban_test

void* operator new(std::size_t n) { return AllocateOrThrow(n, 1); }
void* operator new[](std::size_t n) { return AllocateOrThrow(n, 1); }
void* operator new(std::size_t n, std::align_val_t a) {
  return AllocateOrThrow(n, static_cast<std::size_t>(a));
}
void* operator new[](std::size_t n, std::align_val_t a) {
  return AllocateOrThrow(n, static_cast<std::size_t>(a));
}
void* operator new(std::size_t n, const std::nothrow_t&) noexcept {
  return Allocate(n, 1);
}
void* operator new[](std::size_t n, const std::nothrow_t&) noexcept {
  return Allocate(n, 1);
}
void operator delete(void* p) noexcept { Free(p, 1); }
void operator delete[](void* p) noexcept { Free(p, 1); }
void operator delete(void* p, std::size_t) noexcept { Free(p, 1); }
void operator delete[](void* p, std::size_t) noexcept { Free(p, 1); }
void operator delete(void* p, std::align_val_t a) noexcept {
  Free(p, static_cast<std::size_t>(a));
}
void operator delete[](void* p, std::align_val_t a) noexcept {
  Free(p, static_cast<std::size_t>(a));
}
void operator delete(void* p, std::size_t, std::align_val_t a) noexcept {
  Free(p, static_cast<std::size_t>(a));
}
void operator delete[](void* p, std::size_t, std::align_val_t a) noexcept {
  Free(p, static_cast<std::size_t>(a));
}
void operator delete(void* p, const std::nothrow_t&) noexcept { Free(p, 1); }
void operator delete[](void* p, const std::nothrow_t&) noexcept { Free(p, 1); }
