// What becomes of a record in its table: insert.mode and what belongs to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sinkway::table {

enum class InsertMode : std::uint8_t {
  insert,           // each record is a new row; a key that exists is the record's fault
  upsert,           // insert, or set the columns of the row with this key
  update,           // set the columns of the row with this key, if there is one
  insert_ignore,    // insert unless the key exists: the first record of a key wins
  upsert_if_newer,  // as upsert, but a row that is newer by `newer_column` stays
  merge,            // as upsert; deletes come from a field or a change event
  sql               // a statement of the user's own is executed for each record
};

// As insert.mode spells it.
[[nodiscard]] constexpr std::string_view name_of(InsertMode mode) {
  switch (mode) {
    case InsertMode::insert: return "insert";
    case InsertMode::upsert: return "upsert";
    case InsertMode::update: return "update";
    case InsertMode::insert_ignore: return "insert_ignore";
    case InsertMode::upsert_if_newer: return "upsert_if_newer";
    case InsertMode::merge: return "merge";
    case InsertMode::sql: return "sql";
  }
  return "";
}

struct WriteRules {
  InsertMode mode = InsertMode::insert;
  bool deletes = false;            // delete.enabled; always with merge
  bool skip_unchanged = false;     // a row that would not change is not written
  bool present_fields = false;     // upsert.fields=present: absent fields leave their columns as they are
  std::string newer_column{};       // upsert.newer.column
  std::string soft_delete_column{}; // empty: a delete removes the row

  // Whether rows are found by key: their order inside a batch matters, and a key is needed. Statements of the user's own
  // are executed in the order of the records, whatever they do.
  [[nodiscard]] bool keyed() const { return mode != InsertMode::sql && (mode != InsertMode::insert || deletes); }
  // Whether a record may become a new row.
  [[nodiscard]] bool inserts() const { return mode != InsertMode::update; }
  // insert_ignore can do without one.
  [[nodiscard]] bool needs_key() const { return keyed() && mode != InsertMode::insert_ignore; }
};

}  // namespace sinkway::table
