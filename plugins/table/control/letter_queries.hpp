// Questions about the letters in dlq.table.
#pragma once

#include <string>
#include <string_view>

#include "plugins/table/options/table_options.hpp"

namespace sinkway::table {

// `with_bytes` false, the question "dead-letters": how many there are by topic and reason, and the newest `limit` (10 unless
// said) by place and reason; never a value. True, "_letters", for the worker alone: a page of them with the original bytes in
// hexadecimal, in the order of topic, partition and offset, behind `after`, at most `limit`; each record once, however often
// it was rejected. Both take topic, partition, offset and error_id as filters. Throws DataError for a wrong argument,
// FatalError without dlq.table or where rows need headers that letters have not kept, RetriableError and what
// throw_refusal throws when the server does not answer. [connector-thread]
[[nodiscard]] std::string answer_letters(const TableOptions& options, bool with_bytes, std::string_view argument);

}  // namespace sinkway::table
