#include "host/convert/string_converter.hpp"

#include <bit>
#include <cerrno>
#include <cstdint>

#include <fmt/format.h>
#include <strings.h>

#include "host/convert/utf8.hpp"

namespace sinkway::convert {

namespace {

constexpr Schema optional_schema(Tag tag) {
  Schema schema{};
  schema.struct_size = sizeof(Schema);
  schema.type = static_cast<std::uint8_t>(tag);
  schema.optional = 1;
  return schema;
}
constexpr Schema kOptionalString = optional_schema(Tag::string);
constexpr Schema kOptionalBytes = optional_schema(Tag::bytes);

const iconv_t kNoTranslator = reinterpret_cast<iconv_t>(-1);

// Java's names that iconv does not know.
std::string iconv_name(std::string_view java_name) {
  if (java_name == "UTF8") return "UTF-8";
  return std::string(java_name);
}

// Encodings whose text begins with a byte order mark, or is big-endian, for Java; iconv takes the order of this machine then.
bool says_its_order(std::string_view name) {
  return name.size() == 6 && (::strncasecmp(name.data(), "UTF-16", 6) == 0 || ::strncasecmp(name.data(), "UTF-32", 6) == 0);
}

bool has_order_mark(std::string_view bytes) {
  constexpr std::string_view kWideMark("\0\0\xFE\xFF", 4);
  return bytes.starts_with("\xFE\xFF") || bytes.starts_with("\xFF\xFE") || bytes.starts_with(kWideMark);
}

bool is_utf8_name(std::string_view name) {
  for (const std::string_view known : {"UTF-8", "utf-8", "UTF8", "utf8", "US-ASCII", "ASCII"})
    if (name == known) return true;
  return false;
}

std::optional<std::string> check_encoding(const std::optional<std::string>& value) {
  if (!value || value->empty()) return "must name an encoding, e.g. UTF-8";
  if (is_utf8_name(*value)) return std::nullopt;
  const iconv_t translator = ::iconv_open("UTF-8", iconv_name(*value).c_str());
  if (translator == kNoTranslator) return "is not an encoding that this system knows (see iconv -l)";
  ::iconv_close(translator);
  return std::nullopt;
}

Error bad_text(std::string_view encoding, std::size_t at, std::size_t size) {
  return Error(fmt::format("the text is not {} at byte {} of {}", encoding, at, size))
      .with_hint("set converter.encoding to the encoding of the records, or converter.encoding.errors=replace")
      .with_id("string.encoding");
}

std::size_t length_of(Tag tag) {
  switch (tag) {
    case Tag::boolean: return 1;
    case Tag::int16: return 2;
    case Tag::int32:
    case Tag::float32: return 4;
    default: return 8;
  }
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

}  // namespace

ConfigDef StringConverter::definition() {
  return {
      {.name = "converter.encoding",
       .default_value = "UTF-8",
       .importance = Importance::high,
       .documentation = "The encoding of the text, by the name that Java or iconv gives it.",
       .check = check_encoding},
      {.name = "converter.encoding.errors",
       .default_value = "report",
       .importance = Importance::low,
       .documentation = "What to do with bytes that are no text in that encoding: report makes the record an error, "
                        "replace puts U+FFFD in their place, as Kafka Connect does.",
       .recommended = {"report", "replace"},
       .check = check::one_of({"report", "replace"})},
  };
}

StringConverter::StringConverter(const ConfigMap& config)
    : encoding_(config.get_or("converter.encoding", "UTF-8")),
      replace_(config.get_or("converter.encoding.errors", "report") == "replace") {
  if (is_utf8_name(encoding_)) return;
  const auto open = [](const std::string& name, Handle<void, ::iconv_close>& into) {
    const iconv_t translator = ::iconv_open("UTF-8", name.c_str());
    if (translator != kNoTranslator) into.reset(translator);
  };
  open(iconv_name(encoding_), translator_);
  if (says_its_order(encoding_)) open(encoding_ + "BE", unmarked_);
}

Result<Converted> StringConverter::convert(std::string_view, std::optional<std::string_view> bytes,
                                           const Target& target) {
  if (!bytes) return Converted{make::null(), &kOptionalString};
  return translator_ == nullptr ? from_utf8(*bytes, target) : from_other(*bytes, target);
}

Result<Converted> StringConverter::from_utf8(std::string_view bytes, const Target& target) const {
  const std::size_t good = valid_utf8_length(bytes);
  if (good == bytes.size()) return Converted{make::string(target.arena.copy(bytes)), &kOptionalString};
  if (!replace_) return bad_text("UTF-8", good, bytes.size());
  return Converted{make::string(target.arena.copy(with_replacements(bytes))), &kOptionalString};
}

// Translates piece by piece: what iconv cannot read costs one byte and gives one U+FFFD.
Result<Converted> StringConverter::from_other(std::string_view bytes, const Target& target) const {
  const iconv_t translator = unmarked_ != nullptr && !has_order_mark(bytes) ? unmarked_.get() : translator_.get();
  ::iconv(translator, nullptr, nullptr, nullptr, nullptr);
  std::string text;
  char* from = const_cast<char*>(bytes.data());  // iconv writes nothing there
  std::size_t left = bytes.size();
  while (left > 0) {
    char piece[1024];
    char* to = piece;
    std::size_t room = sizeof piece;
    const std::size_t done = ::iconv(translator, &from, &left, &to, &room);
    const int reason = errno;
    text.append(piece, sizeof piece - room);
    if (done != static_cast<std::size_t>(-1) || reason == E2BIG) continue;
    if (!replace_) return bad_text(encoding_, bytes.size() - left, bytes.size());
    text += "\xEF\xBF\xBD";
    ++from;
    --left;
  }
  return Converted{make::string(target.arena.copy(text)), &kOptionalString};
}

Result<Converted> BytesConverter::convert(std::string_view, std::optional<std::string_view> bytes,
                                          const Target& target) {
  if (!bytes) return Converted{make::null(), &kOptionalBytes};
  const std::string_view copy = target.arena.copy(*bytes);
  return Converted{make::bytes({reinterpret_cast<const std::uint8_t*>(copy.data()), copy.size()}), &kOptionalBytes};
}

NumberConverter::NumberConverter(Tag tag) : tag_(tag), schema_(optional_schema(tag)) {}

Result<Converted> NumberConverter::convert(std::string_view, std::optional<std::string_view> bytes, const Target&) {
  if (!bytes) return Converted{make::null(), &schema_};
  const std::size_t wanted = length_of(tag_);
  if (bytes->size() != wanted)
    return Error(fmt::format("the record has {} bytes, this converter needs {}", bytes->size(), wanted))
        .with_id("number.size");
  const std::uint64_t number = big_endian(*bytes);
  switch (tag_) {
    case Tag::boolean:
      if (number > 1) return Error("the byte of a boolean is neither 0 nor 1").with_id("number.boolean");
      return Converted{make::boolean(number == 1), &schema_};
    case Tag::int16: return Converted{make::integer(tag_, static_cast<std::int16_t>(number)), &schema_};
    case Tag::int32: return Converted{make::integer(tag_, static_cast<std::int32_t>(number)), &schema_};
    case Tag::float32:
      return Converted{make::number(tag_, std::bit_cast<float>(static_cast<std::uint32_t>(number))), &schema_};
    case Tag::float64: return Converted{make::number(tag_, std::bit_cast<double>(number)), &schema_};
    default: return Converted{make::integer(tag_, static_cast<std::int64_t>(number)), &schema_};
  }
}

}  // namespace sinkway::convert
