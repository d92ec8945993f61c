// Memory of one batch: handed out in order, freed all at once.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sinkway {

// A bump allocator. Blocks stay when it is reset, so a recycled batch allocates nothing in the steady state. Only for types
// that need no destructor. One thread at a time.
class Arena {
 public:
  static constexpr std::size_t kBlock = std::size_t{1} << 20;

  // Aligned memory of `size` bytes, uninitialised, valid until reset(). `align` is a power of two, at most 16.
  [[nodiscard]] void* allocate(std::size_t size, std::size_t align) {
    const std::size_t start = (used_ + align - 1) & ~(align - 1);
    if (start + size <= capacity_) [[likely]] {
      used_ = start + size;
      return block_ + start;
    }
    return allocate_in_next_block(size);
  }

  template <typename T>
  [[nodiscard]] std::span<T> array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    return {static_cast<T*>(allocate(count * sizeof(T), alignof(T))), count};
  }

  // A copy of the text that lives as long as the arena's content.
  [[nodiscard]] std::string_view copy(std::string_view text) {
    if (text.empty()) return "";
    char* const to = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  // Forgets everything handed out; keeps up to `keep` bytes of blocks for the next round.
  void reset(std::size_t keep = std::size_t{32} << 20);

  // Bytes handed out since the last reset, block tails included.
  [[nodiscard]] std::size_t bytes() const { return full_ + used_; }

 private:
  [[nodiscard]] void* allocate_in_next_block(std::size_t size);

  struct Block {
    std::unique_ptr<char[]> memory;
    std::size_t size;
  };
  std::vector<Block> blocks_;
  std::size_t next_ = 0;      // index of the block after the current one
  char* block_ = nullptr;     // the current block
  std::size_t capacity_ = 0;  // of the current block
  std::size_t used_ = 0;
  std::size_t full_ = 0;      // bytes of the blocks before the current one
};

}  // namespace sinkway
