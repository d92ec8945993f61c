#include "host/app/options.hpp"

#include <CLI/CLI.hpp>
#include <array>

#include "host/worker/connector_config.hpp"

namespace sinkway::app {
namespace {

// The flags that stand for one key of worker.properties.
struct KeyFlag {
  const char* flag;
  const char* key;
};
constexpr std::array kKeyFlags = {KeyFlag{"--bootstrap-servers", "bootstrap.servers"},
                                  KeyFlag{"--listen", "listeners"},
                                  KeyFlag{"--metrics-listen", "sinkway.metrics.listeners"},
                                  KeyFlag{"--plugin-path", "plugin.path"},
                                  KeyFlag{"--state-file", "sinkway.state.file"},
                                  KeyFlag{"--log-level", "sinkway.log.level"}};

struct Parsed {
  bool help = false, worker_help = false, version = false;
  std::array<std::string, kKeyFlags.size()> of_flags;
  std::vector<std::string> sets;
  WorkerOptions options;
};

void describe_worker(CLI::App& worker, Parsed& parsed) {
  worker.set_help_flag();
  worker.add_flag("-h,--help", parsed.worker_help);
  for (std::size_t i = 0; i < kKeyFlags.size(); ++i) worker.add_option(kKeyFlags[i].flag, parsed.of_flags[i]);
  worker.add_option("--set", parsed.sets)->allow_extra_args(false);
  worker.add_option("properties", parsed.options.properties_file);
  worker.add_option("connectors", parsed.options.connector_files);
}

Answer usage_error(const std::string& text) {
  return {kUsageError, "sinkway: " + text + "\nTry 'sinkway worker --help'.\n"};
}

std::variant<WorkerOptions, Answer> finish(Parsed parsed, const CLI::App& worker) {
  for (std::size_t i = 0; i < kKeyFlags.size(); ++i)
    if (worker.count(kKeyFlags[i].flag) > 0)
      parsed.options.settings.push_back({kKeyFlags[i].flag, kKeyFlags[i].key, parsed.of_flags[i]});
  for (const auto& set : parsed.sets) {
    const std::size_t equals = set.find('=');
    if (equals == std::string::npos || equals == 0) return usage_error("--set needs KEY=VALUE");
    parsed.options.settings.push_back({"--set " + set.substr(0, equals), set.substr(0, equals),
                                       set.substr(equals + 1)});
  }
  if (parsed.options.properties_file.empty()) return usage_error("the file worker.properties is missing");
  return std::move(parsed.options);
}

}  // namespace

std::variant<WorkerOptions, Answer> parse_options(const std::vector<std::string>& arguments) {
  Parsed parsed;
  CLI::App program;
  program.set_help_flag();
  program.add_flag("-h,--help", parsed.help);
  program.add_flag("-V,--version", parsed.version);
  CLI::App* worker = program.add_subcommand("worker");
  describe_worker(*worker, parsed);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 wants them
    program.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return usage_error(error.what());
  }
  if (parsed.help) return Answer{0, program_help()};
  if (parsed.worker_help) return Answer{0, worker_help()};
  if (parsed.version) return Answer{0, version_text() + "\n"};
  if (!worker->parsed()) return Answer{kUsageError, program_help()};
  return finish(std::move(parsed), *worker);
}

std::string sinkway_version() { return SINKWAY_VERSION; }

std::string version_text() {
  return "sinkway " + sinkway_version() + " (Kafka Connect " + std::string(worker::kConnectVersion) + ")";
}

}  // namespace sinkway::app
