#include "plugins/table/options/named_sql.hpp"

#include <algorithm>
#include <array>

#include "plugins/table/options/connection_url.hpp"

namespace sinkway::table {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kAllowed{"INSERT"sv, "UPDATE"sv, "DELETE"sv, "MERGE"sv, "SELECT"sv, "WITH"sv, "VALUES"sv, "CALL"sv};
constexpr std::array kTransaction{"BEGIN"sv, "START"sv, "COMMIT"sv, "END"sv, "ROLLBACK"sv, "ABORT"sv, "SAVEPOINT"sv,
                                  "RELEASE"sv, "PREPARE"sv};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (static_cast<unsigned char>(c) & 0x80) != 0;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
bool is_inside_name(char c) { return is_letter(c) || is_digit(c) || c == '$'; }

// Goes through the text once, from one lexical thing to the next.
class Reader {
 public:
  Reader(std::string_view key, std::string_view text) : key_(key), text_(text) {}

  NamedSql read() {
    while (at_ < text_.size()) step();
    if (first_word_.empty()) refuse("must be a statement");
    check_kind();
    if (sql_.names.empty()) refuse("names no field: write :field, or :\"Field name\", where a value of the record belongs");
    while (!sql_.text.empty() && is_blank(sql_.text.back())) sql_.text.pop_back();
    return std::move(sql_);
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const { throw OptionError(key_, what); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  [[nodiscard]] bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  void step() {
    const char c = peek();
    if (is_blank(c)) return keep(1);
    if (starts("--")) return keep(std::min(text_.find('\n', at_), text_.size()) - at_);
    if (starts("/*")) return comment();
    if (ended_) refuse("holds more than one statement; it must be one");
    if (c == ';') return void((ended_ = true, ++at_));
    if (c == '\'') return quoted(false, "a literal");
    if (c == '"') return quoted(false, "a quoted name");
    if (c == '$') return dollar();
    if (is_letter(c)) return word();
    if (is_digit(c)) return number();
    if (starts("::") || starts(":=")) return keep(2);
    if (c == ':' && (is_letter(peek(1)) || peek(1) == '"')) return parameter();
    keep(1);
  }

  void keep(std::size_t count) {
    if (!ended_) sql_.text += text_.substr(at_, count);
    at_ += count;
  }

  // Comments nest (manual 4.1.5).
  void comment() {
    std::size_t depth = 0, end = at_;
    do {
      if (text_.substr(end).starts_with("/*")) ++depth, end += 2;
      else if (text_.substr(end).starts_with("*/")) --depth, end += 2;
      else ++end;
      if (end > text_.size()) refuse("has a comment without its end");
    } while (depth > 0);
    keep(end - at_);
  }

  // Where the quote that closes it stands, from the one that opens it at `begin` on.
  [[nodiscard]] std::size_t close_of(std::size_t begin, bool escapes, const char* what) const {
    const char quote = text_[begin];
    for (std::size_t end = begin + 1; end < text_.size(); ++end) {
      if (escapes && text_[end] == '\\') ++end;
      else if (text_[end] == quote && end + 1 < text_.size() && text_[end + 1] == quote) ++end;
      else if (text_[end] == quote) return end;
    }
    refuse(std::string("has ") + what + " without its end");
  }
  void quoted(bool escapes, const char* what) { keep(close_of(at_, escapes, what) + 1 - at_); }

  void dollar() {
    if (is_digit(peek(1))) refuse("has a parameter with a number: parameters have names, as :field");
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '$' && is_inside_name(text_[end])) ++end;
    if (end >= text_.size() || text_[end] != '$') return keep(1);
    const std::string_view tag = text_.substr(at_, end + 1 - at_);
    const std::size_t close = text_.find(tag, end + 1);
    if (close == std::string_view::npos) refuse("has a literal without its end");
    keep(close + tag.size() - at_);
  }

  void word() {
    std::size_t end = at_;
    while (end < text_.size() && is_inside_name(text_[end])) ++end;
    const std::string_view found = text_.substr(at_, end - at_);
    if (first_word_.empty())
      for (const char c : found) first_word_ += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    keep(end - at_);
    if ((found == "e" || found == "E") && peek() == '\'') quoted(true, "a literal");
  }

  // 1.5e3, and so that the letters behind digits begin no word.
  void number() {
    std::size_t end = at_;
    while (end < text_.size() && (is_inside_name(text_[end]) || text_[end] == '.')) ++end;
    keep(end - at_);
  }

  void parameter() {
    std::string name;
    if (peek(1) == '"') {
      const std::size_t close = close_of(at_ + 1, false, "a quoted name");
      for (std::size_t n = at_ + 2; n < close; ++n) {
        name += text_[n];
        if (text_[n] == '"') ++n;
      }
      if (name.empty()) refuse("has a parameter without a name");
      at_ = close + 1;
    } else {
      std::size_t end = at_ + 1;
      while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
      name = text_.substr(at_ + 1, end - at_ - 1);
      at_ = end;
    }
    const auto known = std::find(sql_.names.begin(), sql_.names.end(), name);
    sql_.text += "$" + std::to_string(known - sql_.names.begin() + 1);
    if (known == sql_.names.end()) sql_.names.push_back(std::move(name));
  }

  void check_kind() const {
    if (std::find(kTransaction.begin(), kTransaction.end(), first_word_) != kTransaction.end())
      refuse("begins with " + first_word_ + ": the transaction is the sink's own, it holds the rows of a batch and their "
             "positions together");
    if (std::find(kAllowed.begin(), kAllowed.end(), first_word_) == kAllowed.end())
      refuse("must begin with INSERT, UPDATE, DELETE, MERGE, SELECT, WITH, VALUES or CALL");
  }

  std::string key_;
  std::string_view text_;
  std::size_t at_ = 0;
  bool ended_ = false;  // a semicolon was met
  std::string first_word_;
  NamedSql sql_;
};

}  // namespace

NamedSql parse_named_sql(std::string_view key, std::string_view text) { return Reader(key, text).read(); }

bool is_parameter(const StatementRules& rules, std::string_view name) {
  const auto has = [&](const NamedSql& sql) { return std::find(sql.names.begin(), sql.names.end(), name) != sql.names.end(); };
  return has(rules.put) || has(rules.remove);
}

}  // namespace sinkway::table
