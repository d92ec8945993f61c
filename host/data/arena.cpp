#include "host/data/arena.hpp"

#include <algorithm>

namespace sinkway {

void* Arena::allocate_in_next_block(std::size_t size) {
  full_ += used_;
  while (next_ < blocks_.size() && blocks_[next_].size < size) ++next_;
  if (next_ == blocks_.size()) {
    const std::size_t wanted = std::max(size, kBlock);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(wanted), wanted});
  }
  block_ = blocks_[next_].memory.get();
  capacity_ = blocks_[next_].size;
  ++next_;
  used_ = size;
  return block_;
}

void Arena::reset(std::size_t keep) {
  std::size_t kept = 0;
  std::erase_if(blocks_, [&](const Block& block) { return (kept += block.size) > keep; });
  next_ = 0;
  block_ = nullptr;
  capacity_ = used_ = full_ = 0;
}

}  // namespace sinkway
