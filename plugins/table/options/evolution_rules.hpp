// What the sink may do to tables, as auto.create, auto.evolve and schema.evolution say it.
#pragma once

namespace sinkway::table {

struct EvolutionRules {
  bool create = false;   // a table that is missing
  bool add = false;      // a column for a field that has none
  bool widen = false;    // a column whose type is too narrow for a declared field
  bool relax = false;    // NOT NULL taken off where a record has null
  bool rewrite = false;  // also changes that rewrite the whole table under its lock

  [[nodiscard]] bool any() const { return create || add || widen || relax; }
};

}  // namespace sinkway::table
