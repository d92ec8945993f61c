#include <gtest/gtest.h>

#include <fcntl.h>

#include <memory>
#include <thread>
#include <vector>

#include "host/base/backoff.hpp"
#include "host/base/bounded_queue.hpp"
#include "host/base/handle.hpp"
#include "host/base/mailbox.hpp"
#include "host/base/synchronized.hpp"

namespace sinkway {
namespace {

TEST(BoundedQueue, RefusesWhenFullAndLeavesTheItem) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  auto first = std::make_unique<int>(1);
  auto second = std::make_unique<int>(2);
  EXPECT_TRUE(queue.try_push(first));
  EXPECT_FALSE(queue.has_room());
  EXPECT_FALSE(queue.try_push(second));
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(**queue.try_take(), 1);
  EXPECT_TRUE(queue.try_push(second));
}

TEST(BoundedQueue, GivesWhatIsLeftAfterItWasClosed) {
  BoundedQueue<int> queue(2);
  int item = 5;
  ASSERT_TRUE(queue.try_push(item));
  queue.close();
  EXPECT_FALSE(queue.try_push(item));
  EXPECT_EQ(queue.take(), 5);
  EXPECT_EQ(queue.take(), std::nullopt);
}

TEST(BoundedQueue, ShowsWhatIsTakenNext) {
  BoundedQueue<int> queue(2);
  EXPECT_EQ(queue.peek(), nullptr);
  for (int one : {1, 2}) EXPECT_TRUE(queue.try_push(one));
  ASSERT_NE(queue.peek(), nullptr);
  EXPECT_EQ(*queue.peek(), 1);
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.try_take(), 1);
  EXPECT_EQ(*queue.peek(), 2);
}

TEST(BoundedQueue, HandsEverythingOverInOrder) {
  BoundedQueue<int> queue(2);
  std::vector<int> taken;
  std::thread taker([&] {
    while (const auto item = queue.take()) taken.push_back(*item);
  });
  for (int n = 0; n < 1'000;) {
    int item = n;
    if (queue.try_push(item)) ++n;
  }
  queue.close();
  taker.join();
  ASSERT_EQ(taken.size(), 1'000U);
  for (int n = 0; n < 1'000; ++n) EXPECT_EQ(taken[static_cast<std::size_t>(n)], n);
}

TEST(Mailbox, WakesItsOwnerForEachPostAndKeepsTheOrder) {
  int woken = 0;
  Mailbox<int> mailbox([&] { ++woken; });
  mailbox.post(1);
  mailbox.post(2);
  EXPECT_EQ(woken, 2);
  EXPECT_EQ(mailbox.take_all(), (std::vector{1, 2}));
  EXPECT_TRUE(mailbox.empty());
}

TEST(Synchronized, LendsTheValueUnderItsLock) {
  Synchronized<int> value(1);
  *value.lock() += 1;
  EXPECT_EQ(value.with([](int& number) { return number * 2; }), 4);
  EXPECT_EQ(value.copy(), 2);
}

TEST(Backoff, GrowsUpToItsCapAndStartsAgainAfterReset) {
  Backoff backoff(Milliseconds(100), Milliseconds(1'000), 1);
  Milliseconds cap(100);
  for (int n = 0; n < 20; ++n) {
    const Milliseconds delay = backoff.next();
    EXPECT_GE(delay, cap / 2);
    EXPECT_LE(delay, cap);
    cap = std::min(cap * 2, Milliseconds(1'000));
  }
  backoff.reset();
  EXPECT_LE(backoff.next(), Milliseconds(100));
}

TEST(Descriptor, ClosesWhatItOwnsOnce) {
  int raw = -1;
  {
    Descriptor first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    raw = first.get();
    Descriptor second = std::move(first);
    EXPECT_FALSE(first.valid());  // NOLINT: moved from on purpose
    EXPECT_EQ(second.get(), raw);
  }
  EXPECT_EQ(::fcntl(raw, F_GETFD), -1);
}

}  // namespace
}  // namespace sinkway
