// sinkway-conformance PLUGIN.so [--class NAME] [--topic NAME] [--field NAME=TEXT]... [--patience-ms N] [KEY=VALUE]...
// Runs every check of the conformance kit over the classes of a plugin and prints one line for each. Exit code 0: all passed, 1:
// not, 2: wrong usage.

#include <dlfcn.h>

#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/sdk/testing/conformance.hpp"
#include "plugins/sdk/testing/isolated.hpp"

namespace {

namespace kit = sinkway::sdk::testing;

constexpr const char* kUsage =
    "usage: sinkway-conformance PLUGIN.so [--class NAME] [--topic NAME] [--field NAME=TEXT]... [--patience-ms N] [KEY=VALUE]...\n"
    "  KEY=VALUE       the configuration that the plugin is started with\n"
    "  --class NAME    only this class of the plugin\n"
    "  --topic NAME    the topic of the sample records (default: conformance)\n"
    "  --field N=TEXT  a field of the sample records that should be good ones\n"
    "  --patience-ms N a check that takes longer has failed (default: 60000)\n";

struct Arguments {
  std::string library;
  std::string only_class;
  std::chrono::milliseconds patience{60'000};
  kit::Subject subject;
};

std::optional<std::pair<std::string, std::string>> pair_of(std::string_view text) {
  const std::size_t sign = text.find('=');
  if (sign == std::string_view::npos || sign == 0) return std::nullopt;
  return std::pair(std::string(text.substr(0, sign)), std::string(text.substr(sign + 1)));
}

bool take_option(Arguments& arguments, std::string_view name, std::string_view value) {
  if (name == "--class") return arguments.only_class = value, true;
  if (name == "--topic") return arguments.subject.topic = value, !value.empty();
  if (name == "--field") {
    auto field = pair_of(value);
    if (field) arguments.subject.fields.push_back(*std::move(field));
    return field.has_value();
  }
  if (name != "--patience-ms") return false;
  long long number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  arguments.patience = std::chrono::milliseconds(number);
  return error == std::errc() && end == value.data() + value.size() && number > 0 && number < 86'400'000;
}

std::optional<Arguments> parse(const std::vector<std::string_view>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].starts_with("--")) {
      if (i + 1 == words.size() || !take_option(arguments, words[i], words[i + 1])) return std::nullopt;
      ++i;
    } else if (arguments.library.empty()) {
      arguments.library = words[i];
    } else if (auto entry = pair_of(words[i])) {
      arguments.subject.config.push_back(*std::move(entry));
    } else {
      return std::nullopt;
    }
  }
  if (arguments.library.empty()) return std::nullopt;
  if (arguments.library.find('/') == std::string::npos) arguments.library.insert(0, "./");
  return arguments;
}

// What is wrong with an entry; empty: it is ready.
std::string fault_of(const sinkway_entry* entry) {
  if (entry == nullptr) return "it exports no symbol " SINKWAY_ENTRY_SYMBOL;
  if (entry->abi_major != SINKWAY_ABI_MAJOR) return "its ABI has another major number than this kit's";
  if (entry->struct_size < sizeof(sinkway_entry)) return "its entry is shorter than the ABI's";
  if (!entry->init || !entry->deinit || !entry->descriptor_count || !entry->descriptor_at) return "a function of its entry is NULL";
  return entry->init() == 1 ? "" : "init() says that it is not ready";
}

// In a child: the entry, made ready; null: `problem` says why not.
const sinkway_entry* load(const std::string& path, std::string& problem) {
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    problem = dlerror();
    return nullptr;
  }
  const auto* entry = static_cast<const sinkway_entry*>(dlsym(handle, SINKWAY_ENTRY_SYMBOL));
  problem = fault_of(entry);
  return problem.empty() ? entry : nullptr;
}

std::string_view name_at(const sinkway_entry& entry, std::size_t index) {
  const sinkway_descriptor* descriptor = entry.descriptor_at(index);
  return descriptor == nullptr ? "" : sinkway::sdk::view(descriptor->name);
}

// The names of the classes, which the child tells one a line; none: `problem` says why, which it tells after a '!'.
std::vector<std::string> classes_of(const Arguments& arguments, std::string& problem) {
  const kit::Ending ending = kit::run_isolated(arguments.patience, [&] {
    std::string fault;
    const sinkway_entry* entry = load(arguments.library, fault);
    if (entry == nullptr) return "!" + fault;
    std::string names;
    for (std::size_t i = 0; i < entry->descriptor_count(); ++i)
      names.append(name_at(*entry, i)).append("\n");
    entry->deinit();
    return names;
  });
  std::vector<std::string> names;
  if (ending.text.empty()) problem = "it describes no class";
  else if (ending.text.starts_with("!")) problem = ending.text.substr(1);
  else if (!ending.returned) problem = ending.text;
  if (!problem.empty()) return names;
  for (std::string_view rest = ending.text; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1))
    names.emplace_back(rest.substr(0, rest.find('\n')));
  return names;
}

kit::Ending run_check(const Arguments& arguments, std::size_t index, const kit::Check& check) {
  return kit::run_isolated(arguments.patience, [&] {
    std::string text;
    const sinkway_entry* entry = load(arguments.library, text);
    if (entry == nullptr) return text;
    kit::Subject subject = arguments.subject;
    subject.descriptor = entry->descriptor_at(index);
    kit::Faults faults;
    check.run(subject, faults);
    entry->deinit();
    // The same fault often comes from several calls.
    for (const std::string& fault : faults)
      if (text.find(fault) == std::string::npos) text.append(text.empty() ? "" : "; ").append(fault);
    return text;
  });
}

}  // namespace

int main(int count, char** words) {
  const auto arguments = parse({words + 1, words + count});
  if (!arguments) return std::fputs(kUsage, stderr), 2;
  std::string problem;
  const auto classes = classes_of(*arguments, problem);
  if (classes.empty()) return std::printf("FAIL load: %s\n", problem.c_str()), 1;
  int passed = 0, failed = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (!arguments->only_class.empty() && classes[i] != arguments->only_class) continue;
    for (const kit::Check& check : kit::kConformanceChecks) {
      const kit::Ending ending = run_check(*arguments, i, check);
      const bool fine = ending.returned && ending.text.empty();
      (fine ? passed : failed) += 1;
      std::printf("%s %s: %s%s%s\n", fine ? "ok  " : "FAIL", classes[i].c_str(), std::string(check.name).c_str(), fine ? "" : ": ",
                  ending.text.c_str());
      std::fflush(stdout);
    }
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}
