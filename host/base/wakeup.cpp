#include "host/base/wakeup.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <system_error>

namespace sinkway {

Wakeup::Wakeup() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_.valid()) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Wakeup::notify() const {
  constexpr std::uint64_t kOne = 1;
  // Fails only when the counter is full, and then the owner is woken anyway.
  [[maybe_unused]] const auto written = ::write(event_.get(), &kOne, sizeof kOne);
}

void Wakeup::wait(std::chrono::nanoseconds most) const {
  const auto left = std::max(most, std::chrono::nanoseconds::zero());
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
  const timespec limit{static_cast<std::time_t>(seconds.count()), static_cast<long>((left - seconds).count())};
  pollfd one{event_.get(), POLLIN, 0};
  ::ppoll(&one, 1, &limit, nullptr);
}

void Wakeup::clear() const {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(event_.get(), &count, sizeof count);
}

}  // namespace sinkway
