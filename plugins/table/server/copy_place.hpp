// Where in a COPY an error happened, out of the error's context.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace sinkway::table {

struct CopyPlace {
  bool is_copy = false;               // the context has a frame of this COPY
  std::optional<std::size_t> line{};  // from 1; nothing: none is named, or a text in the context looks like a second frame
};

// Reads "COPY relation, line N..." in any language of the server (its frame is the only text that lc_messages leaves us, and
// setting lc_messages takes a superuser). `relation` is its bare name. Context also holds values of records and text of
// triggers, which may look like a frame: no line is believed then, lest a good row be refused in place of a bad one. Pure.
[[nodiscard]] CopyPlace copy_place(std::string_view context, std::string_view relation);

}  // namespace sinkway::table
