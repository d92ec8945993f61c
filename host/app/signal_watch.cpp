#include "host/app/signal_watch.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace sinkway::app {

SignalWatch::SignalWatch(const Logger& log) : log_(log) {
  ::sigemptyset(&signals_);
  ::sigaddset(&signals_, SIGTERM);
  ::sigaddset(&signals_, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  signal_descriptor_ = Descriptor(::signalfd(-1, &signals_, SFD_CLOEXEC));
  end_descriptor_ = Descriptor(::eventfd(0, EFD_CLOEXEC));
  thread_ = std::thread([this] { watch(); });
}

SignalWatch::~SignalWatch() {
  const std::uint64_t one = 1;
  // An eventfd that was just made takes its first number always.
  [[maybe_unused]] const auto written = ::write(end_descriptor_.get(), &one, sizeof one);
  thread_.join();
}

void SignalWatch::watch() {
  std::array<pollfd, 2> waiting{{{signal_descriptor_.get(), POLLIN, 0}, {end_descriptor_.get(), POLLIN, 0}}};
  while (true) {
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
    if (waiting[1].revents != 0) return;
    signalfd_siginfo signal{};
    if (::read(signal_descriptor_.get(), &signal, sizeof signal) != sizeof signal) continue;
    if (asked()) {
      log_.warn("{} again: ending at once", ::strsignal(static_cast<int>(signal.ssi_signo)));
      std::_Exit(128 + static_cast<int>(signal.ssi_signo));
    }
    log_.info("{}: ending, a second signal forces it", ::strsignal(static_cast<int>(signal.ssi_signo)));
    {
      const std::lock_guard guard(mutex_);
      asked_ = true;
    }
    changed_.notify_all();
  }
}

bool SignalWatch::asked() const {
  const std::lock_guard guard(mutex_);
  return asked_;
}

bool SignalWatch::wait_for(Milliseconds patience) {
  std::unique_lock guard(mutex_);
  return changed_.wait_for(guard, patience, [this] { return asked_; });
}

void SignalWatch::wait() {
  std::unique_lock guard(mutex_);
  changed_.wait(guard, [this] { return asked_; });
}

}  // namespace sinkway::app
