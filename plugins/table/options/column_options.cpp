#include "plugins/table/options/column_options.hpp"

#include <optional>

#include "plugins/table/options/connection_url.hpp"

namespace sinkway::table {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// A part of an element: blanks around what is not quoted do not belong to it.
class Part {
 public:
  void add(char c) {
    text_ += c;
    if (!is_blank(c)) kept_ = text_.size();
  }
  void add_quoted(char c) {
    text_ += c;
    kept_ = text_.size();
    quoted_ = true;
  }
  void quote() { quoted_ = true; }
  [[nodiscard]] std::string take() {
    text_.resize(kept_);
    const std::size_t blanks = quoted_ ? 0 : text_.find_first_not_of(" \t\r\n\v\f");
    std::string made = blanks == std::string::npos ? std::string() : text_.substr(blanks);
    *this = Part();
    return made;
  }
  [[nodiscard]] bool is_blank_so_far() const { return kept_ == 0 && !quoted_; }
  void forget_blanks() { text_.clear(); }

 private:
  std::string text_;
  std::size_t kept_ = 0;
  bool quoted_ = false;
};

}  // namespace

std::vector<ColumnSetting> parse_column_settings(std::string_view key, std::string_view text) {
  std::vector<ColumnSetting> settings;
  std::optional<std::string> column;
  Part part;
  const auto end_element = [&] {
    ColumnSetting one{column.value_or(""), part.take()};
    const bool is_empty = !column && one.word.empty();
    if (column && (one.word.empty() || column->empty()))
      throw OptionError(std::string(key), "must be a list of column:word, separated by commas; one of them is missing");
    if (!is_empty) settings.push_back(std::move(one));
    column.reset();
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      if (part.is_blank_so_far()) part.forget_blanks();
      part.quote();
      for (++at;; ++at) {
        if (at >= text.size()) throw OptionError(std::string(key), "has a quote that is not closed");
        if (text[at] != '"') {
          part.add_quoted(text[at]);
        } else if (at + 1 < text.size() && text[at + 1] == '"') {
          part.add_quoted(text[++at]);
        } else {
          break;
        }
      }
    } else if (c == ',') {
      end_element();
    } else if (c == ':' && !column) {
      column = part.take();
    } else {
      part.add(c);
    }
  }
  end_element();
  return settings;
}

}  // namespace sinkway::table
