#include "host/convert/schema_envelope.hpp"

#include <algorithm>
#include <optional>

#include "host/convert/json_fault.hpp"

namespace sinkway::convert {

namespace {

// Cuts the two members out without reading them: what is inside is checked where it is read. Every step is false when
// the text is no envelope.
class Cutter {
 public:
  explicit Cutter(std::string_view text) : text_(text) {}

  std::string_view schema, payload;

  bool cut() {
    if (!skip('{')) return false;
    do {
      std::string_view name;
      if (!string(name) || !skip(':')) return false;
      std::string_view* const part = name == "schema" ? &schema : name == "payload" ? &payload : nullptr;
      // A name that comes twice: the last one counts.
      if (part == nullptr || !value(*part)) return false;
    } while (skip(','));
    if (!skip('}') || schema.empty() || payload.empty()) return false;
    skip_space();
    return at_ == text_.size();
  }

 private:
  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\n\r", at_), text_.size()); }
  bool skip(char c) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool string(std::string_view& inside) {
    if (!skip('"')) return false;
    const std::size_t start = at_;
    while (true) {
      at_ = text_.find_first_of("\"\\", at_);
      if (at_ == std::string_view::npos) return at_ = text_.size(), false;
      if (text_[at_] == '"') break;
      at_ += 2;
    }
    inside = text_.substr(start, at_++ - start);
    return true;
  }
  // Up to where its brackets are closed; a word up to what ends it.
  bool value(std::string_view& whole) {
    skip_space();
    const std::size_t start = at_;
    std::size_t depth = 0;
    do {
      if (at_ >= text_.size()) return false;
      const char c = text_[at_];
      std::string_view inside;
      if (c == '"') {
        if (!string(inside)) return false;
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') {
        if (depth == 0) break;
        --depth;
      }
      if (c == ',' && depth == 0) break;
      ++at_;
    } while (depth > 0 || (at_ < text_.size() && !is_end(text_[at_])));
    whole = text_.substr(start, at_ - start);
    return !whole.empty();
  }
  static bool is_end(char c) { return std::string_view(",}] \t\n\r").find(c) != std::string_view::npos; }

  std::string_view text_;
  std::size_t at_ = 0;
};

Error not_an_envelope() {
  return Error("The record is not an object of exactly the two members schema and payload")
      .with_hint("set schemas.enable=false for JSON without schemas")
      .with_id("json.envelope");
}

}  // namespace

SchemaEnvelope::SchemaEnvelope(std::size_t max_depth, PayloadRules rules)
    : max_depth_(max_depth), rules_(rules), book_(max_depth), reader_(max_depth), values_(reader_) {}

Result<Converted> SchemaEnvelope::convert(std::string_view text, const Target& target) {
  if (!head_.empty() && text.starts_with(head_) && text.ends_with('}')) {
    const auto tree = reader_.read(text.substr(head_.size(), text.size() - head_.size() - 1));
    if (tree) return convert_payload(**tree, target);
  }
  Cutter cutter(text);
  head_.clear();
  if (!cutter.cut()) {
    if (auto fault = find_json_fault(text, max_depth_)) return *std::move(fault);
    return not_an_envelope();
  }
  if (auto read = read_schema(cutter.schema, target); !read) return std::move(read).error().at("schema");
  const auto tree = reader_.read(cutter.payload);
  if (!tree) return Error(tree.error()).at("payload");
  const auto start = static_cast<std::size_t>(cutter.payload.data() - text.data());
  if (text.substr(start + cutter.payload.size()) == "}") head_ = text.substr(0, start);
  return convert_payload(**tree, target);
}

Result<void> SchemaEnvelope::read_schema(std::string_view text, const Target& target) {
  declared_ = nullptr;
  if (text == "null") return {};
  auto read = book_.read(text, target.shapes);
  if (!read) return std::move(read).error();
  declared_ = *read;
  return {};
}

Result<Converted> SchemaEnvelope::convert_payload(const JsonNode& node, const Target& target) {
  auto value = declared_ == nullptr ? values_.value_of(node, target)
                                    : payload_value(node, *declared_, rules_, target.arena);
  if (!value) return std::move(value).error().at("payload");
  return Converted{*value, declared_ != nullptr ? &declared_->schema : nullptr};
}

}  // namespace sinkway::convert
