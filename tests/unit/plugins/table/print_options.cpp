// Prints the options of the table sink as the pages of its README, for the test that compares them.
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/table/options/option_definitions.hpp"

namespace {

std::string_view view(const sinkway_string& text) { return {text.data, text.size}; }

std::string_view type_name(int type) {
  switch (type) {
    case SINKWAY_TYPE_BOOLEAN: return "boolean";
    case SINKWAY_TYPE_INT: return "int";
    case SINKWAY_TYPE_SHORT: return "short";
    case SINKWAY_TYPE_LONG: return "long";
    case SINKWAY_TYPE_DOUBLE: return "double";
    case SINKWAY_TYPE_LIST: return "list";
    case SINKWAY_TYPE_CLASS: return "class";
    case SINKWAY_TYPE_PASSWORD: return "password";
    default: return "string";
  }
}

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

void print(const sinkway_option& option) {
  std::string names = "`" + std::string(view(option.name)) + "`";
  for (std::size_t n = 0; n < option.alias_count; ++n) names += ", `" + std::string(view(option.aliases[n])) + "`";
  const bool has_default = option.default_value.data != nullptr && option.default_value.size > 0;
  const std::string otherwise = option.required != 0 ? "required"
                                : has_default        ? "`" + std::string(view(option.default_value)) + "`"
                                                     : "";
  std::printf("| %s | %.*s | %s | %s |\n", names.c_str(), static_cast<int>(type_name(option.type).size()),
              type_name(option.type).data(), cell(otherwise).c_str(), cell(view(option.documentation)).c_str());
}

}  // namespace

int main() {
  const auto options = sinkway::table::table_option_definitions();
  std::vector<std::string_view> groups;
  for (const sinkway_option& option : options) {
    const std::string_view group = view(option.group);
    bool known = false;
    for (const std::string_view one : groups) known |= one == group;
    if (!known) groups.push_back(group);
  }
  for (const std::string_view group : groups) {
    std::printf("\n### %.*s\n\n| key | type | default | effect |\n|---|---|---|---|\n", static_cast<int>(group.size()),
                group.data());
    for (const sinkway_option& option : options)
      if (view(option.group) == group) print(option);
  }
  std::printf("\n");
}
