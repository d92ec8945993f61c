// What --help prints.
#include <fmt/format.h>

#include "host/app/options.hpp"
#include "host/app/worker_config.hpp"

namespace sinkway::app {
namespace {

constexpr std::size_t kWidth = 100;

// Words broken into lines of at most kWidth, each after `indent` blanks.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  std::size_t column = kWidth;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (column + 1 + word.size() > kWidth) {
      out += (out.empty() ? "" : "\n") + std::string(indent, ' ');
      column = indent;
    } else {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out + "\n";
}

std::string key_text(const ConfigKey& key) {
  std::string otherwise = key.required ? "required" : key.default_value.value_or("");
  if (!key.required && !otherwise.empty()) otherwise.insert(0, "default ");
  return fmt::format("  {}{}\n{}", key.name, otherwise.empty() ? "" : "  (" + otherwise + ")",
                     wrapped(key.documentation, 6));
}

std::string keys_text() {
  std::string text, group;
  for (const auto& key : worker_definition().keys()) {
    if (key.group != group) text += fmt::format("\n{}:\n", group = key.group);
    text += key_text(key);
  }
  text += "\nKeys that begin with\n";
  for (const auto& family : worker_key_families())
    if (!family.documentation.empty()) text += fmt::format("  {}\n{}", family.prefix, wrapped(family.documentation, 6));
  return text;
}

}  // namespace

std::string program_help() {
  return "sinkway moves Apache Kafka topics into tables: a native worker for Kafka Connect's sink connectors.\n"
         "\n"
         "Usage:\n"
         "  sinkway worker [flags] worker.properties [connector files...]   run a worker\n"
         "  sinkway worker --help                                           its flags and keys\n"
         "  sinkway --version\n"
         "  sinkway --help\n";
}

std::string worker_help() {
  return "Usage: sinkway worker [flags] worker.properties [connector files...]\n"
         "\n"
         "Runs a worker until SIGTERM or SIGINT; a second signal forces its end. A connector file is JSON, as\n"
         "POST /connectors takes it or flat, or .properties with a name. It wins over a stored connector of its\n"
         "name.\n"
         "\n"
         "Flags, each in place of a key of worker.properties:\n"
         "  --bootstrap-servers HOST:PORT,...  bootstrap.servers\n"
         "  --listen http://HOST:PORT,...      listeners\n"
         "  --metrics-listen http://HOST:PORT  sinkway.metrics.listeners\n"
         "  --plugin-path PATH,...             plugin.path\n"
         "  --state-file FILE                  sinkway.state.file\n"
         "  --log-level LEVEL                  sinkway.log.level\n"
         "  --set KEY=VALUE                    any key; may be repeated\n"
         "  -h, --help                         this text\n"
         "\n"
         "Exit codes: 0 ended as asked, 1 wrong usage, 2 could not start, 3 a connector file was refused.\n" +
         keys_text();
}

}  // namespace sinkway::app
