// Structured log lines. The only door to spdlog.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sinkway {

enum class LogLevel { trace, debug, info, warn, error, off };

// A named source of lines; a cheap value that is passed down, never looked up. Lines go to one stream (stderr), each one
// "time LEVEL name [key=value ...] text". A line never holds a value of a record or a secret. [any-thread]
class Logger {
 public:
  // Writes to stderr.
  [[nodiscard]] static Logger standard(LogLevel level);
  // Keeps nothing: for tests.
  [[nodiscard]] static Logger none();

  // The same stream under "parent.name".
  [[nodiscard]] Logger named(std::string_view name) const;
  // The same with a field on every line, e.g. connector=weather.
  [[nodiscard]] Logger with(std::string_view key, std::string_view value) const;

  [[nodiscard]] bool enabled(LogLevel level) const;
  void line(LogLevel level, std::string_view text) const;
  void set_level(LogLevel level) const;  // of the whole stream

  template <typename... Args>
  void debug(fmt::format_string<Args...> text, Args&&... args) const {
    if (enabled(LogLevel::debug)) line(LogLevel::debug, fmt::format(text, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void info(fmt::format_string<Args...> text, Args&&... args) const {
    if (enabled(LogLevel::info)) line(LogLevel::info, fmt::format(text, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void warn(fmt::format_string<Args...> text, Args&&... args) const {
    if (enabled(LogLevel::warn)) line(LogLevel::warn, fmt::format(text, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void error(fmt::format_string<Args...> text, Args&&... args) const {
    if (enabled(LogLevel::error)) line(LogLevel::error, fmt::format(text, std::forward<Args>(args)...));
  }

 private:
  struct Stream;
  Logger(std::shared_ptr<Stream> stream, std::string name, std::string fields)
      : stream_(std::move(stream)), name_(std::move(name)), fields_(std::move(fields)) {}
  std::shared_ptr<Stream> stream_;
  std::string name_;
  std::string fields_;  // "key=value " for each
};

}  // namespace sinkway
