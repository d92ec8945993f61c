// Texts right before a page that cannot be read.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>

namespace sinkway::test {

// One page, and one behind it that answers every access with a signal. Owns both.
class EdgeOfMemory {
 public:
  EdgeOfMemory() {
    void* const mapped = ::mmap(nullptr, 2 * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) throw std::bad_alloc();
    begin_ = static_cast<char*>(mapped);
    if (::mprotect(begin_ + page_, page_, PROT_NONE) != 0) throw std::bad_alloc();
  }
  EdgeOfMemory(const EdgeOfMemory&) = delete;
  EdgeOfMemory& operator=(const EdgeOfMemory&) = delete;
  ~EdgeOfMemory() { ::munmap(begin_, 2 * page_); }

  // A copy that ends where the page does; valid until the next.
  [[nodiscard]] std::string_view put(std::string_view text) const {
    char* const at = begin_ + page_ - text.size();
    if (!text.empty()) std::memcpy(at, text.data(), text.size());
    return {at, text.size()};
  }

 private:
  const std::size_t page_ = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  char* begin_ = nullptr;
};

}  // namespace sinkway::test
