#include "host/base/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace sinkway {

struct Logger::Stream {
  explicit Stream(std::shared_ptr<spdlog::sinks::sink> sink) : out("sinkway", std::move(sink)) {
    out.set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %-5l %v");
    out.flush_on(spdlog::level::trace);
  }
  spdlog::logger out;
};

namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::trace: return spdlog::level::trace;
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: return spdlog::level::off;
  }
  return spdlog::level::info;
}

// One line stays one line, whatever a broker or a plugin said.
std::string on_one_line(std::string_view text) {
  std::string line(text);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return line;
}

}  // namespace

Logger Logger::standard(LogLevel level) {
  auto stream = std::make_shared<Stream>(std::make_shared<spdlog::sinks::stderr_sink_mt>());
  stream->out.set_level(to_spdlog(level));
  return {std::move(stream), "", ""};
}

Logger Logger::none() {
  auto stream = std::make_shared<Stream>(std::make_shared<spdlog::sinks::null_sink_mt>());
  stream->out.set_level(spdlog::level::off);
  return {std::move(stream), "", ""};
}

Logger Logger::named(std::string_view name) const {
  return {stream_, name_.empty() ? std::string(name) : name_ + "." + std::string(name), fields_};
}

Logger Logger::with(std::string_view key, std::string_view value) const {
  return {stream_, name_, fields_ + std::string(key) + "=" + on_one_line(value) + " "};
}

bool Logger::enabled(LogLevel level) const { return stream_->out.should_log(to_spdlog(level)); }

void Logger::set_level(LogLevel level) const { stream_->out.set_level(to_spdlog(level)); }

void Logger::line(LogLevel level, std::string_view text) const {
  stream_->out.log(to_spdlog(level), "{}{}{}{}", name_, name_.empty() ? "" : " ", fields_, on_one_line(text));
}

}  // namespace sinkway
