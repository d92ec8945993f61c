#include "host/config/json_config.hpp"

#include <nlohmann/json.hpp>

#include <utility>
#include <vector>

namespace sinkway {
namespace {

// What was read: a scalar as the text it was written in, or a container.
struct Member;
struct Node {
  enum class Kind { null, scalar, object, array };
  Kind kind = Kind::null;
  std::string text;
  std::vector<Member> members;
};
struct Member {
  std::string name;
  Node value;
};

constexpr std::size_t kDepth = 64;
// Far above any configuration. Look-up by name is linear, so that without a limit a body of 1 MB keeps a thread for a
// minute.
constexpr std::size_t kMembers = 4096;

// Builds a Node from the parser's events; the only numbers whose text the parser does not hand over are plain integers.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Node root;
  std::string trouble;

  bool null() override { return put({}); }
  bool boolean(bool truth) override { return put({Node::Kind::scalar, truth ? "true" : "false", {}}); }
  bool number_integer(number_integer_t number) override {
    return put({Node::Kind::scalar, number == 0 ? "-0" : std::to_string(number), {}});
  }
  bool number_unsigned(number_unsigned_t number) override {
    return put({Node::Kind::scalar, std::to_string(number), {}});
  }
  bool number_float(number_float_t, const string_t& written) override { return put({Node::Kind::scalar, written, {}}); }
  bool string(string_t& text) override { return put({Node::Kind::scalar, std::move(text), {}}); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Node::Kind::object); }
  bool key(string_t& name) override {
    key_ = std::move(name);
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Node::Kind::array); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 9: ... last read: '...'": all but what was read.
    const std::string text = error.what();
    const auto from = text.find("at line");
    const auto to = text.find(": ", from == text.npos ? 0 : from);
    trouble = "malformed JSON" + (from == text.npos ? std::string() : " " + text.substr(from, to - from));
    return false;
  }

 private:
  bool put(Node node) {
    if (open_.empty()) {
      root = std::move(node);
      return true;
    }
    return add(std::move(node)) != nullptr;
  }
  // Where the node is now; null: there are too many beside it.
  Node* add(Node node) {
    auto& members = open_.back()->members;
    if (open_.back()->kind == Node::Kind::object)
      for (auto& [name, value] : members)
        if (name == key_) {
          value = std::move(node);
          return &value;
        }
    if (members.size() >= kMembers) {
      trouble = "JSON object or array of more than " + std::to_string(kMembers) + " members";
      return nullptr;
    }
    members.emplace_back(key_, std::move(node));
    return &members.back().value;
  }
  bool open(Node::Kind kind) {
    if (open_.size() >= kDepth) {
      trouble = "JSON is nested deeper than " + std::to_string(kDepth) + " levels";
      return false;
    }
    Node* const node = open_.empty() ? &root : add({kind, "", {}});
    if (!node) return false;
    node->kind = kind;
    open_.push_back(node);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::vector<Node*> open_;  // stays valid: only the innermost container grows
  std::string key_;
};

Result<Node> read(std::string_view text) {
  Builder builder;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return Error(builder.trouble);
  return std::move(builder.root);
}

Result<ConfigMap> config_of(Node& node) {
  if (node.kind != Node::Kind::object) return Error("a JSON object of keys and values is needed");
  ConfigMap config;
  for (auto& [key, value] : node.members) {
    if (value.kind == Node::Kind::object || value.kind == Node::Kind::array)
      return Error("the value of " + key + " is not a scalar: text, number, boolean or null are allowed");
    config.set(key, value.kind == Node::Kind::null ? std::nullopt : std::optional(std::move(value.text)));
  }
  return config;
}

}  // namespace

Result<ConfigMap> parse_json_config(std::string_view text) {
  auto node = read(text);
  if (!node) return std::move(node).error();
  return config_of(*node);
}

Result<JsonConnector> parse_json_connector(std::string_view text, bool strict) {
  JsonConnector connector;
  if (text.find_first_not_of(" \t\r\n") == text.npos) {
    connector.empty = true;
    return connector;
  }
  auto node = read(text);
  if (!node) return std::move(node).error();
  connector.empty = node->kind == Node::Kind::null;
  if (connector.empty) return connector;
  if (node->kind != Node::Kind::object) return Error("a JSON object with name and config is needed");
  for (auto& [key, value] : node->members) {
    const bool scalar = value.kind == Node::Kind::scalar;
    if (key == "config" && value.kind != Node::Kind::null) {
      auto config = config_of(value);
      if (!config) return std::move(config).error();
      connector.config = std::move(*config);
    } else if ((key == "name" || key == "initial_state") && value.kind != Node::Kind::null) {
      if (!scalar) return Error("the value of " + key + " is not text");
      (key == "name" ? connector.name : connector.initial_state) = std::move(value.text);
    } else if (strict && key != "config" && key != "name" && key != "initial_state") {
      return Error("Unrecognized field \"" + key + "\", known are name, config and initial_state");
    }
  }
  return connector;
}

}  // namespace sinkway
