// Hand-over of things between two threads, with a fixed capacity and a close.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace sinkway {

// Many may push, many may take; meant for one of each. After close() pushes are refused and takes give what is left, then
// nothing. [any-thread]
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  // False: full or closed; `item` is then left as it was.
  [[nodiscard]] bool try_push(T& item) {
    {
      const std::lock_guard guard(mutex_);
      if (closed_ || items_.size() >= capacity_) return false;
      items_.push_back(std::move(item));
    }
    changed_.notify_one();
    return true;
  }

  [[nodiscard]] std::optional<T> try_take() {
    const std::lock_guard guard(mutex_);
    return take_front();
  }

  // What is taken next, left where it is; null: nothing yet. Valid until it is taken: for the one that takes.
  [[nodiscard]] const T* peek() const {
    const std::lock_guard guard(mutex_);
    return items_.empty() ? nullptr : &items_.front();
  }

  // Waits until there is something; nothing when closed and empty.
  [[nodiscard]] std::optional<T> take() {
    std::unique_lock guard(mutex_);
    changed_.wait(guard, [this] { return closed_ || !items_.empty(); });
    return take_front();
  }

  void close() {
    {
      const std::lock_guard guard(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard guard(mutex_);
    return items_.size();
  }
  [[nodiscard]] bool has_room() const {
    const std::lock_guard guard(mutex_);
    return !closed_ && items_.size() < capacity_;
  }

 private:
  std::optional<T> take_front() {
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    return item;
  }

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> items_;
  bool closed_ = false;
};

}  // namespace sinkway
