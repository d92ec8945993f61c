// Text to a string value; values that begin with "bad" cannot be converted, those that begin with "later" not while
// `away` lasts.
#pragma once

#include <vector>

#include "host/convert/converter.hpp"

namespace sinkway::test {

class TextConverter final : public convert::Converter {
 public:
  Result<convert::Converted> convert(std::string_view, std::optional<std::string_view> bytes,
                                     const convert::Target& target) override {
    if (!bytes) return convert::Converted{make::null(), nullptr};
    if (bytes->starts_with("bad")) return Error("byte 0: not a good beginning").with_id("text.bad");
    if (away > 0 && bytes->starts_with("later")) {
      --away;
      return Error::transient("the registry is away");
    }
    return convert::Converted{make::string(target.arena.copy(*bytes)), nullptr};
  }
  void hint(std::span<const convert::HintColumn> columns, bool may_skip) override {
    hints.assign(columns.begin(), columns.end());
    skips = may_skip;
  }
  int away = 0;  // so many tries
  std::vector<convert::HintColumn> hints;
  bool skips = false;
};

}  // namespace sinkway::test
