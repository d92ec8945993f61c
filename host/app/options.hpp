// The command line.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace sinkway::app {

// sinkway worker [flags] worker.properties [connector files...]
struct WorkerOptions {
  std::string properties_file;
  std::vector<std::string> connector_files;
  struct Setting {
    std::string flag, key, value;  // a flag sets a key of worker.properties
  };
  std::vector<Setting> settings;
};

// Nothing to run: this text is to be printed, to stderr when the code is not 0.
struct Answer {
  int code = 0;
  std::string text;
};

inline constexpr int kUsageError = 1;
inline constexpr int kStartError = 2;
inline constexpr int kConnectorError = 3;

[[nodiscard]] std::variant<WorkerOptions, Answer> parse_options(const std::vector<std::string>& arguments);

// --help of the program and of the worker; the latter from the same table that worker.properties is held against.
[[nodiscard]] std::string program_help();
[[nodiscard]] std::string worker_help();
// "sinkway 0.1.0 (Kafka Connect 4.1.1)"
[[nodiscard]] std::string version_text();
[[nodiscard]] std::string sinkway_version();

}  // namespace sinkway::app
