// What every plugin must do: a table of checks over the C ABI, good for any language that a plugin is written in.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/testing/connector_checks.hpp"
#include "plugins/sdk/testing/manifest_checks.hpp"
#include "plugins/sdk/testing/task_checks.hpp"

namespace sinkway::sdk::testing {

// A check looks at one class and adds what it finds to `faults`; none: passed. A plugin passes also when its server is away: every
// answer that the ABI allows is right, so long as it is given soon and in the right form. A check crashes or never returns when
// the plugin does: sinkway-conformance runs each in a process of its own.
struct Check {
  std::string_view name;
  void (*run)(const Subject& subject, Faults& faults);
};

inline constexpr Check kConformanceChecks[] = {
    {"manifest sanity", check_manifest},
    {"options missing or wrong", check_options},
    {"validation of missing and wrong options", check_validation},
    {"task configurations", check_task_configs},
    {"start and stop without put", check_start_and_stop},
    {"empty put", check_empty_put},
    {"positions without records", check_positions_without_records},
    {"open, put, pre-commit, close in order", check_life},
    {"close of some partitions", check_partial_close},
    {"retry of the same batch", check_retry},
    {"cancel in each call", check_cancel},
    {"errant reporting", check_errants},
    {"a host that gives nothing", check_poor_host},
    {"two tasks at once", check_two_tasks},
    {"destroy in every state", check_destroy},
    {"no leaks", check_leaks},
};

// All checks in this process. For unit tests; the text is empty when all passed, else one line for each fault.
[[nodiscard]] inline std::string conformance_faults(const Subject& subject) {
  std::string text;
  for (const Check& check : kConformanceChecks) {
    Faults faults;
    check.run(subject, faults);
    for (const std::string& fault : faults) text.append(check.name).append(": ").append(fault).append("\n");
  }
  return text;
}

}  // namespace sinkway::sdk::testing
