#include "host/convert/json.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "host/convert/json_fault.hpp"
#include "host/convert/json_number.hpp"
#include "host/data/arena.hpp"

namespace sinkway::convert {

namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::error_code;
using simdjson::SUCCESS;

constexpr std::string_view kSpace = " \t\n\r";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

// A literal or a number by its text. Numbers stay text here: simdjson would make doubles of what is exact.
error_code read_word(std::string_view word, JsonNode& node) {
  if (word == "null") return SUCCESS;
  if (word == "true" || word == "false") {
    node.kind = JsonNode::Kind::boolean;
    node.truth = word == "true";
    return SUCCESS;
  }
  node.kind = JsonNode::Kind::number;
  node.text = word;
  const bool good = !word.empty() && word.size() <= kLongestNumber && number_length(word) == word.size();
  return good ? SUCCESS : simdjson::NUMBER_ERROR;
}

// Of equal names the last value takes the place of the first; how many are left.
std::size_t keep_last_of_each_name(std::span<JsonNode> members) {
  constexpr std::size_t kFew = 16;
  std::unordered_map<std::string_view, std::size_t> places;
  std::size_t kept = 0;
  for (const JsonNode& member : members) {
    std::size_t place = 0;
    if (members.size() > kFew)
      place = places.try_emplace(member.name, kept).first->second;
    else
      while (place < kept && members[place].name != member.name) ++place;
    members[place] = member;
    if (place == kept) ++kept;
  }
  return kept;
}

}  // namespace

struct JsonReader::State {
  explicit State(std::size_t depth) : max_depth(depth) {}

  const std::size_t max_depth;
  ondemand::parser parser;
  std::vector<char> buffer;  // the text, and behind it the padding that simdjson reads into
  std::size_t size = 0;
  Arena nodes;
  std::vector<JsonNode> open;  // children of what is not complete yet, all levels in one
  JsonNode root;

  error_code read_document();
  error_code read(ondemand::value value, std::size_t depth, JsonNode& node);
  template <typename Container>
  error_code read_children(Container container, std::size_t depth, JsonNode& node);
  error_code append(simdjson::simdjson_result<ondemand::value> item, std::size_t depth);
  error_code append(simdjson::simdjson_result<ondemand::field> member, std::size_t depth);
};

error_code JsonReader::State::read_document() {
  ondemand::document document;
  const auto padded = simdjson::padded_string_view(buffer.data(), size, buffer.size());
  if (const auto error = parser.iterate(padded).get(document)) return error;
  const std::string_view text = trimmed({buffer.data(), size});
  root = JsonNode{};
  if (text.starts_with('{') || text.starts_with('[')) {
    ondemand::value value;
    if (const auto error = document.get_value().get(value)) return error;
    if (const auto error = read(value, 0, root)) return error;
  } else if (text.starts_with('"')) {
    root.kind = JsonNode::Kind::string;
    if (const auto error = document.get_string().get(root.text)) return error;
  } else {
    return read_word(text, root);
  }
  // Nothing is left when there is no current place any more.
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS ? SUCCESS : simdjson::TRAILING_CONTENT;
}

error_code JsonReader::State::read(ondemand::value value, std::size_t depth, JsonNode& node) {
  ondemand::json_type type{};
  if (const auto error = value.type().get(type)) return error;
  switch (type) {
    case ondemand::json_type::array: {
      ondemand::array array;
      if (const auto error = value.get_array().get(array)) return error;
      node.kind = JsonNode::Kind::array;
      return read_children(array, depth, node);
    }
    case ondemand::json_type::object: {
      ondemand::object object;
      if (const auto error = value.get_object().get(object)) return error;
      node.kind = JsonNode::Kind::object;
      return read_children(object, depth, node);
    }
    case ondemand::json_type::string:
      node.kind = JsonNode::Kind::string;
      return value.get_string().get(node.text);
    default: return read_word(trimmed(value.raw_json_token()), node);
  }
}

template <typename Container>
error_code JsonReader::State::read_children(Container container, std::size_t depth, JsonNode& node) {
  if (depth == max_depth) return simdjson::DEPTH_ERROR;
  const std::size_t first = open.size();
  for (auto child : container)
    if (const auto error = append(child, depth + 1)) return error;
  std::span<JsonNode> children(open.data() + first, open.size() - first);
  if (node.kind == JsonNode::Kind::object) children = children.first(keep_last_of_each_name(children));
  const auto kept = nodes.array<JsonNode>(children.size());
  std::uninitialized_copy(children.begin(), children.end(), kept.begin());
  node.children = kept;
  open.resize(first);
  return SUCCESS;
}

error_code JsonReader::State::append(simdjson::simdjson_result<ondemand::value> item, std::size_t depth) {
  JsonNode node;
  ondemand::value value;
  if (const auto error = item.get(value)) return error;
  if (const auto error = read(value, depth, node)) return error;
  open.push_back(node);
  return SUCCESS;
}

error_code JsonReader::State::append(simdjson::simdjson_result<ondemand::field> member, std::size_t depth) {
  JsonNode node;
  std::string_view name;
  ondemand::field field;
  if (const auto error = std::move(member).get(field)) return error;
  if (const auto error = field.unescaped_key().get(name)) return error;
  if (const auto error = read(field.value(), depth, node)) return error;
  node.name = name;
  open.push_back(node);
  return SUCCESS;
}

JsonReader::JsonReader(std::size_t max_depth) : state_(std::make_unique<State>(max_depth)) {}
JsonReader::~JsonReader() = default;

Result<const JsonNode*> JsonReader::read(std::string_view text) {
  State& state = *state_;
  state.size = text.size();
  const std::size_t needed = text.size() + simdjson::SIMDJSON_PADDING;
  if (state.buffer.size() < needed) state.buffer.resize(needed);
  std::memcpy(state.buffer.data(), text.data(), text.size());
  std::memset(state.buffer.data() + text.size(), 0, simdjson::SIMDJSON_PADDING);
  state.nodes.reset();
  state.open.clear();
  const error_code error = state.read_document();
  if (error == SUCCESS) return static_cast<const JsonNode*>(&state.root);
  if (auto fault = find_json_fault(text, state.max_depth)) return *std::move(fault);
  return json_error("json.syntax", 0, text.size(), simdjson::error_message(error));
}

std::size_t JsonReader::position_of(const JsonNode& number) const {
  return static_cast<std::size_t>(number.text.data() - state_->buffer.data());
}

std::size_t JsonReader::size() const { return state_->size; }

const JsonNode* JsonNode::member(std::string_view wanted) const {
  const auto is_it = [&](const JsonNode& child) { return child.name == wanted; };
  const auto found = std::find_if(children.begin(), children.end(), is_it);
  return kind == Kind::object && found != children.end() ? &*found : nullptr;
}

std::string_view name_of(JsonNode::Kind kind) {
  switch (kind) {
    case JsonNode::Kind::null: return "null";
    case JsonNode::Kind::boolean: return "a boolean";
    case JsonNode::Kind::number: return "a number";
    case JsonNode::Kind::string: return "a string";
    case JsonNode::Kind::array: return "an array";
    case JsonNode::Kind::object: return "an object";
  }
  return "nothing";
}

}  // namespace sinkway::convert
