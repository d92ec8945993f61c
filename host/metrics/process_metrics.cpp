#include "host/metrics/process_metrics.hpp"

#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace sinkway::metrics {
namespace {

std::string text_of(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(" \n");
    if (begin == text.npos) return words;
    const std::size_t end = std::min(text.find_first_of(" \n", begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    text.remove_prefix(end);
  }
}

std::optional<double> boot_time(std::string_view system_stat) {
  const std::size_t line = system_stat.find("btime ");
  return line == system_stat.npos ? std::nullopt : number_in(system_stat.substr(line + 6));
}

}  // namespace

std::vector<Sample> parse_process(std::string_view stat, std::string_view system_stat, double ticks_per_second,
                                  double page_bytes) {
  // The name of the program stands in brackets and may hold anything: fields count from behind the last one (proc(5),
  // field 3).
  const std::size_t name_end = stat.rfind(')');
  const auto fields = words_of(name_end == stat.npos ? std::string_view() : stat.substr(name_end + 1));
  const auto field = [&](std::size_t number) {
    return number - 3 < fields.size() ? number_in(fields[number - 3]) : std::nullopt;
  };
  std::vector<Sample> samples;
  const auto add = [&](MetricKind kind, const char* name, const char* help, std::optional<double> value) {
    if (value) samples.push_back({kind, name, help, {}, *value});
  };
  const auto scaled = [](std::optional<double> value, double by) {
    return value ? std::optional(*value * by) : std::nullopt;
  };
  const auto user = field(14), system = field(15), started = field(22), boot = boot_time(system_stat);
  if (user && system)
    add(MetricKind::counter, "process_cpu_seconds_total", "CPU time of user and system in seconds.",
        (*user + *system) / ticks_per_second);
  add(MetricKind::gauge, "process_resident_memory_bytes", "Memory that is resident, in bytes.",
      scaled(field(24), page_bytes));
  add(MetricKind::gauge, "process_virtual_memory_bytes", "Memory that is mapped, in bytes.", field(23));
  add(MetricKind::gauge, "process_threads", "Threads of the process.", field(20));
  if (started && boot)
    add(MetricKind::gauge, "process_start_time_seconds", "When the process started, in seconds since 1970.",
        *boot + *started / ticks_per_second);
  return samples;
}

std::vector<Sample> process_samples() {
  auto samples = parse_process(text_of("/proc/self/stat"), text_of("/proc/stat"),
                               static_cast<double>(::sysconf(_SC_CLK_TCK)),
                               static_cast<double>(::sysconf(_SC_PAGESIZE)));
  std::error_code error;
  const std::filesystem::directory_iterator open_files("/proc/self/fd", error);
  if (!error)
    samples.push_back({MetricKind::gauge, "process_open_fds", "File descriptors that are open.", {},
                       static_cast<double>(std::distance(begin(open_files), end(open_files)))});
  return samples;
}

}  // namespace sinkway::metrics
