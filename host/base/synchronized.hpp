// A value that can only be reached under its lock.
#pragma once

#include <mutex>
#include <utility>

namespace sinkway {

// Synchronized<T> owns a T and its mutex. lock() lends access for the life of the returned guard; with() runs a function
// under the lock. Never keep a reference to the value beyond either. [any-thread]
template <typename T>
class Synchronized {
 public:
  Synchronized() = default;
  explicit Synchronized(T value) : value_(std::move(value)) {}

  class Access {
   public:
    T* operator->() { return value_; }
    T& operator*() { return *value_; }

   private:
    friend class Synchronized;
    Access(std::mutex& mutex, T& value) : lock_(mutex), value_(&value) {}
    std::unique_lock<std::mutex> lock_;
    T* value_;
  };

  [[nodiscard]] Access lock() { return Access(mutex_, value_); }

  template <typename Function>
  decltype(auto) with(Function&& function) {
    const std::lock_guard guard(mutex_);
    return std::forward<Function>(function)(value_);
  }

  // A copy, for readers who need no consistency beyond it.
  [[nodiscard]] T copy() const {
    const std::lock_guard guard(mutex_);
    return value_;
  }

 private:
  mutable std::mutex mutex_;
  T value_{};
};

}  // namespace sinkway
