// The options of a plugin as Markdown, written from their definitions.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/sdk/abi/sinkway_sink.h"

namespace sinkway::test {

inline std::string text_of(const sinkway_string& text) {
  return text.data == nullptr ? std::string() : std::string(text.data, text.size);
}

// A documentation is what an option does and, as its last sentence, `Example: VALUE.`
struct Explained {
  std::string effect;
  std::string example;  // of booleans and of words the first that is not the default, unless the text has one
};

inline Explained explained(const sinkway_option& option) {
  constexpr std::string_view kMark = "Example: ";
  Explained parts{text_of(option.documentation), ""};
  if (const std::size_t at = parts.effect.rfind(kMark); at != std::string::npos) {
    parts.example = parts.effect.substr(at + kMark.size());
    if (parts.example.ends_with('.')) parts.example.pop_back();
    parts.effect.erase(at);
    if (parts.effect.ends_with(' ')) parts.effect.pop_back();
    return parts;
  }
  const std::string standard = text_of(option.default_value);
  if (option.type == SINKWAY_TYPE_BOOLEAN) parts.example = standard == "true" ? "false" : "true";
  for (std::size_t n = 0; n < option.allowed_count && parts.example.empty(); ++n)
    if (const std::string word = text_of(option.allowed[n]); word != standard) parts.example = word;
  return parts;
}

// Text for a cell of a table: a bar would end the cell, an asterisk or an angle would mean something else.
inline std::string cell(std::string_view text) {
  std::string made;
  for (const char c : text) {
    if (c == '|' || c == '*' || c == '<' || c == '\\') made += '\\';
    made += c;
  }
  return made;
}

inline std::string code(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, 1, '\\');
  return "`" + text + "`";
}

inline std::string option_line(const sinkway_option& option) {
  constexpr const char* kTypes[] = {"boolean", "string", "int", "short", "long", "double", "list", "class", "password"};
  constexpr const char* kImportances[] = {"high", "medium", "low"};
  const Explained parts = explained(option);
  std::string line = "| " + code(text_of(option.name));
  for (std::size_t n = 0; n < option.alias_count; ++n) line += ", " + code(text_of(option.aliases[n]));
  line += " | " + std::string(kTypes[option.type]) + " | ";
  const std::string standard = text_of(option.default_value);
  line += option.required != 0 ? "required" : standard.empty() ? "" : code(standard);
  line += " | " + std::string(kImportances[option.importance]) + " | " + cell(parts.effect) + " | ";
  return line + (parts.example.empty() ? "" : code(parts.example)) + " |\n";
}

// One section for each group, in the order of their first options.
inline std::string option_sections(std::span<const sinkway_option> options, std::string_view heading) {
  std::vector<std::string> groups;
  for (const auto& option : options)
    if (std::ranges::find(groups, text_of(option.group)) == groups.end()) groups.push_back(text_of(option.group));
  std::string made;
  for (const std::string& group : groups) {
    made += std::string(made.empty() ? "" : "\n") + std::string(heading) + " " + group +
            "\n\n| key | type | default | importance | effect | example |\n|---|---|---|---|---|---|\n";
    for (const auto& option : options)
      if (text_of(option.group) == group) made += option_line(option);
  }
  return made;
}

}  // namespace sinkway::test
