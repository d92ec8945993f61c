#include "host/herder/call_pool.hpp"

#include <utility>

namespace sinkway::herder {

CallPool::CallPool(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { serve(); });
}

CallPool::~CallPool() {
  {
    const std::lock_guard guard(mutex_);
    stopped_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void CallPool::run(std::function<void()> work) {
  {
    const std::lock_guard guard(mutex_);
    if (stopped_) return;
    waiting_.push_back(std::move(work));
  }
  changed_.notify_one();
}

bool CallPool::stop(Milliseconds patience) {
  std::unique_lock guard(mutex_);
  stopped_ = true;
  waiting_.clear();
  changed_.notify_all();
  return changed_.wait_for(guard, patience, [this] { return running_ == 0; });
}

void CallPool::serve() {
  std::unique_lock guard(mutex_);
  while (true) {
    changed_.wait(guard, [this] { return stopped_ || !waiting_.empty(); });
    if (stopped_) return;
    auto work = std::move(waiting_.front());
    waiting_.pop_front();
    ++running_;
    guard.unlock();
    work();
    work = nullptr;  // what it holds is let go outside of the lock
    guard.lock();
    --running_;
    changed_.notify_all();
  }
}

}  // namespace sinkway::herder
