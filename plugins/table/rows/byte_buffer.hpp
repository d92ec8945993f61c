// Bytes that grow at their end; what a row is encoded into.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace sinkway::table {

// Network byte order throughout (PostgreSQL manual 55.7). Memory is kept when it is cleared.
class ByteBuffer {
 public:
  // Room for `size` bytes at the end, without moving the end: write there, then advance().
  [[nodiscard]] char* room(std::size_t size) {
    if (size_ + size > capacity_) [[unlikely]] grow(size);
    return data_.get() + size_;
  }
  void advance(std::size_t size) { size_ += size; }

  void put(std::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  void put8(std::uint8_t value) {
    *room(1) = static_cast<char>(value);
    ++size_;
  }
  void put16(std::uint16_t value) { put_swapped(__builtin_bswap16(value)); }
  void put32(std::uint32_t value) { put_swapped(__builtin_bswap32(value)); }
  void put64(std::uint64_t value) { put_swapped(__builtin_bswap64(value)); }

  // Overwrites four bytes that were put before.
  void set32(std::size_t at, std::uint32_t value) {
    value = __builtin_bswap32(value);
    std::memcpy(data_.get() + at, &value, sizeof value);
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const char* data() const { return data_.get(); }
  [[nodiscard]] std::string_view view(std::size_t from = 0) const { return {data_.get() + from, size_ - from}; }
  [[nodiscard]] std::span<const char> bytes() const { return {data_.get(), size_}; }
  void truncate(std::size_t size) { size_ = size; }
  void clear() { size_ = 0; }

 private:
  static_assert(std::endian::native == std::endian::little, "the swaps assume a little-endian machine");

  template <typename Number>
  void put_swapped(Number value) {
    std::memcpy(room(sizeof value), &value, sizeof value);
    size_ += sizeof value;
  }
  void grow(std::size_t more) {
    const std::size_t wanted = std::max(capacity_ * 2, size_ + more + 1'024);
    auto larger = std::make_unique_for_overwrite<char[]>(wanted);
    if (size_ > 0) std::memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
    capacity_ = wanted;
  }

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace sinkway::table
