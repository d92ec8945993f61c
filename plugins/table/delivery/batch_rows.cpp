#include "plugins/table/delivery/batch_rows.hpp"

#include <algorithm>
#include <exception>
#include <span>

#include "plugins/table/delivery/table_order.hpp"
#include "plugins/table/statements/merge_sql.hpp"

namespace sinkway::table {
namespace {

// The reader's core wrote the records: their fields are fetched this many records ahead, or each would be waited for
// while the server has nothing to do.
constexpr std::size_t kFetchAhead = 16;

// The value of a record whose fields are about to be looked at. Not a function that fetches: g++ takes a call to one for
// a call without effect.
const sinkway_struct* fields_of(const sdk::BatchView& batch, std::size_t index) {
  if (index >= batch.size()) return nullptr;
  const sinkway_value& value = batch[index].raw().value;
  return value.tag == SINKWAY_STRUCT ? value.as.object : nullptr;
}

// Ahead of time nobody can be told of a record.
struct OnlyInItsTurn final : std::exception {};

[[noreturn]] void throw_no_key(const Target& target) {
  throw TableChanged("rows of table " + target.name + " cannot be told apart: no key is bound to columns of it",
                     "name the columns of a unique index in pk.fields, and with pk.mode where they come from; or give "
                     "the table a primary key whose columns the records have",
                     "table.no_key");
}

}  // namespace

EnvelopeRules envelope_rules(const TableOptions& options) {
  return {.events = options.envelope == "auto"       ? EnvelopeRules::Events::automatic
                    : options.envelope == "debezium" ? EnvelopeRules::Events::always
                                                     : EnvelopeRules::Events::none,
          .deletes = options.writes.deletes,
          .truncates = options.truncates,
          .key_is_in_value = options.pk_mode == "record_value" || options.pk_mode == "none",
          .operation_field = options.fields.operation_field,
          .delete_values = options.delete_values};
}

BatchRows::BatchRows(const TableOptions& options, SortScratch& scratch, Evolution* evolution)
    : rules_(options.writes), evolution_(evolution), envelope_(envelope_rules(options)), scratch_(&scratch) {}

void BatchRows::fill(const sdk::BatchView& batch, const PositionBook* book, Targets& targets, ErrantRows& errant, Order order) {
  targets.begin_batch();
  fill(batch, book, targets, &errant, order);
}

void BatchRows::fill_ahead(const sdk::BatchView& batch, Targets& targets) { fill(batch, nullptr, targets, nullptr, Order::by_key); }

void BatchRows::fill(const sdk::BatchView& batch, const PositionBook* book, Targets& targets, ErrantRows* errant, Order order) {
  const auto refuse = [&](std::size_t record, const RowRefusal& refusal) {
    if (errant == nullptr) throw OnlyInItsTurn();
    errant->refuse(record, refusal);
  };
  is_ahead_ = errant == nullptr;
  index_.clear();
  latest_.clear();
  targets_.clear();
  last_binding_ = nullptr;
  used_ = skipped_ = passed_over_ = 0;
  folded_.clear();
  needless_.clear();
  made_.clear();
  truncated_.clear();
  for (auto& [target, rows] : keyed_) rows.clear();  // the targets of an earlier batch may be gone
  statements_.bindings.assign(targets.is_statement() ? batch.size() : 0, nullptr);
  const bool keyed = rules_.keyed();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    __builtin_prefetch(fields_of(batch, i + kFetchAhead));
    const sinkway_record& record = batch[i].raw();
    if (errant != nullptr && errant->contains(i)) continue;
    if (book != nullptr && book->is_applied(record)) {
      ++skipped_;
      continue;
    }
    RowFault fault;
    auto row = envelope_.row_of(record, i, fault);
    Target* const target = row ? targets.of(*row, fault) : nullptr;
    if (target == nullptr) {
      if (fault.fault != Fault::none)
        refuse(i, refusal_of_topic(fault, sdk::view(*record.topic)));
      else
        ++passed_over_;
      continue;
    }
    if (row->operation == Operation::truncate) [[unlikely]] {
      truncate(*target);
      continue;
    }
    const Binding* const binding = bound(*target, *row, fault);
    if (binding == nullptr) {
      refuse(i, refusal_of(fault, target->name));
      continue;
    }
    if (targets.is_statement()) {
      add_execution(targets, *row, binding);
      continue;
    }
    const bool lacks_key = rules_.needs_key() && binding->identity.empty();
    if (lacks_key && !target->binder.table_has_key()) throw_no_key(*target);
    // What is updated or deleted by a null would be no row, and nobody would hear of it.
    const bool must_meet = rules_.mode == InsertMode::update || row->operation == Operation::remove;
    if (lacks_key || (must_meet && has_null_key(*binding, *row))) {
      refuse(i, refusal_of(RowFault{i, {}, Fault::no_key}, target->name));
      continue;
    }
    if (!keyed) {
      group_for(*target, binding, order).rows.push_back(*row);
      continue;
    }
    if (order == Order::of_records) end_run_before(*target, {*row, binding});
    keyed_rows(target, batch.size()).push_back({*row, binding});
  }
  if (targets.is_statement()) return;  // whatever the statements do, it is done in the order of the records
  if (keyed) fold(order);
  if (order == Order::of_records) return;
  order_by_references();
  for (std::size_t group = 0; group < used_; ++group)  // of folded ones the keys are known, and their order
    if (!keyed || groups_[group].fold_on_server) (void)sort_by_key(groups_[group]);
}

const Binding* BatchRows::bound(Target& target, Row& row, RowFault& fault) {
  const Binding* binding = nullptr;
  try {
    binding = target.binder.bind(row, fault);
  } catch (const MissingColumns& error) {
    if (evolution_ != nullptr && !is_ahead_ && evolution_->fit(target.table, row)) throw TableEvolved(target.name);
    throw TableChanged(error.what(), error.hint(), "table.binding");
  } catch (const BindingError& error) {
    throw TableChanged(error.what(), error.hint(), "table.binding");
  }
  if (binding == nullptr || binding->made.empty()) [[likely]] return binding;
  row.made = made_.make(*binding, row, fault);
  return row.made == nullptr ? nullptr : binding;
}

// What came before is gone with the rows of the table.
void BatchRows::truncate(Target& target) {
  if (std::find(truncated_.begin(), truncated_.end(), &target) == truncated_.end()) truncated_.push_back(&target);
  if (const auto found = keyed_.find(&target); found != keyed_.end()) {
    note_folded(target, found->second.size());
    found->second.clear();
  }
  for (std::size_t group = 0; group < used_; ++group) {
    if (targets_[group] != &target) continue;
    note_folded(target, groups_[group].rows.size());
    groups_[group].rows.clear();
  }
}

void BatchRows::note_folded(const Target& target, std::size_t rows) {
  if (rows > 0) folded_[&target] += rows;
}

void BatchRows::order_by_references() {
  const bool several = std::any_of(groups_.begin(), groups_.begin() + static_cast<std::ptrdiff_t>(used_),
                                   [&](const RowGroup& group) { return group.table != groups_[0].table; });
  if (!several) return;
  std::vector<GroupPlace> places;
  for (std::size_t group = 0; group < used_; ++group)
    places.push_back({groups_[group].table, groups_[group].wave, groups_[group].operation == Operation::put});
  const std::vector<std::size_t> order = writing_order(places);
  std::vector<RowGroup> groups;
  std::vector<Target*> targets;
  for (const std::size_t group : order) {
    groups.push_back(std::move(groups_[group]));
    targets.push_back(targets_[group]);
  }
  std::move(groups.begin(), groups.end(), groups_.begin());
  targets_ = std::move(targets);
}

std::vector<BoundRow>& BatchRows::keyed_rows(Target* target, std::size_t most) {
  std::vector<BoundRow>& rows = keyed_[target];
  if (rows.capacity() == 0) [[unlikely]] rows.swap(scratch_->rows);
  if (rows.capacity() == 0 && keyed_.size() == 1) [[unlikely]] rows.reserve(most);
  return rows;
}

void BatchRows::end_run_before(const Target& target, const BoundRow& next) {
  for (const auto& [of, rows] : keyed_) {
    if (rows.empty()) continue;
    const BoundRow& last = rows.back();
    if (of != &target || last.binding != next.binding || last.row.operation != next.row.operation) return fold(Order::of_records);
  }
}

void BatchRows::fold(Order order) {
  const std::size_t before = used_;
  if (order == Order::by_key)  // once a batch, and not for each run
    for (RowGroup& group : groups_) std::vector<Row>().swap(group.rows);  // of the batch before: the new ones take its memory
  for (auto& [target, rows] : keyed_) {
    if (rows.empty()) continue;
    if (!rules_.soft_delete_column.empty() && soft_delete_column(target->table, rules_) == nullptr)
      throw TableChanged("table " + target->name + " has no column " + rules_.soft_delete_column + ", which soft.delete.column names",
                         "add it, boolean or timestamptz; rows are never removed in its place", "table.soft_delete");
    const auto replaces = order == Order::by_key ? KeyFold::Replaces::yes : KeyFold::Replaces::no;
    Folded folded = scratch_->key_fold.fold(rows, target->table, rules_, replaces);
    note_folded(*target, folded.needless.size());
    needless_[target] = std::move(folded.needless);
    for (RowGroup& group : folded.groups) {
      if (used_ == groups_.size()) groups_.emplace_back();
      if (order == Order::of_records) group.wave += static_cast<std::uint32_t>(before);
      groups_[used_++] = std::move(group);
      targets_.push_back(target);
    }
    if (!needless_[target].empty()) continue;
    rows.clear();
    if (rows.capacity() > scratch_->rows.capacity()) rows.swap(scratch_->rows);
  }
}

std::optional<std::size_t> BatchRows::order_as_they_came(std::size_t group, std::optional<std::size_t> row) {
  auto& rows = groups_[group].rows;
  const std::optional<std::uint32_t> record = row && *row < rows.size() ? std::optional(rows[*row].index) : std::nullopt;
  std::ranges::sort(rows, {}, &Row::index);
  if (!record) return std::nullopt;
  return static_cast<std::size_t>(std::ranges::lower_bound(rows, *record, {}, &Row::index) - rows.begin());
}

std::vector<std::size_t> BatchRows::add_folded(std::size_t group, const std::unordered_set<std::uint32_t>& records, std::size_t most) {
  const auto needless = needless_.find(targets_[group]);
  const auto all = keyed_.find(targets_[group]);
  if (needless == needless_.end() || all == keyed_.end()) return {};
  std::unordered_set<std::uint32_t> into = records;
  for (auto one = needless->second.rbegin(); one != needless->second.rend(); ++one)
    if (one->record < one->by && into.contains(one->by)) into.insert(one->record);
  if (into.size() - records.size() > most) return {};
  std::vector<std::size_t> added;
  for (const BoundRow& one : all->second) {
    if (!into.contains(one.row.index) || records.contains(one.row.index)) continue;
    if (used_ == groups_.size()) groups_.emplace_back();
    groups_[used_] = RowGroup{&targets_[group]->table, one.binding, {one.row}, one.row.operation, groups_[group].wave, false};
    targets_.push_back(targets_[group]);
    added.push_back(used_++);
  }
  return added;
}

void BatchRows::drop_behind(std::size_t groups) {
  used_ = groups;
  targets_.resize(groups);
}

void BatchRows::add_execution(Targets& targets, const Row& row, const Binding* binding) {
  if (used_ == 0) {
    RowGroup& group = group_for(targets.statement(), binding, Order::by_key);
    Target* const deletes = targets.delete_statement();
    statements_.put = group.table;
    statements_.remove = deletes == nullptr ? nullptr : &deletes->table;
    group.statements = &statements_;
  }
  statements_.bindings[row.index] = binding;
  groups_[0].rows.push_back(row);
}

RowGroup& BatchRows::group_for(Target& target, const Binding* binding, Order order) {
  if (binding == last_binding_) return groups_[last_group_];
  const auto [found, is_first] = index_.emplace(binding, used_);
  bool is_new = is_first;
  if (order == Order::of_records) {
    is_new = true;  // no neighbour of the last one, which has another binding
    found->second = used_;
  } else if (target.table.refers_to_itself()) {  // parents before their children: only neighbours share a group
    const auto [last, none] = latest_.emplace(&target, used_);
    is_new = none || groups_[last->second].binding != binding;
    if (is_new) last->second = found->second = used_;
  }
  if (is_new) {
    if (used_ == groups_.size()) groups_.emplace_back();
    RowGroup& group = groups_[used_++];
    group.table = &target.table;
    group.binding = binding;
    group.rows.clear();
    group.operation = Operation::put;
    group.fold_on_server = false;
    group.wave = 0;
    group.statements = nullptr;
    targets_.push_back(&target);
  }
  last_binding_ = binding;
  last_group_ = found->second;
  return groups_[last_group_];
}

void BatchRows::drop(const ErrantRows& errant) {
  for (std::size_t group = 0; group < used_; ++group) {
    std::erase_if(groups_[group].rows, [&](const Row& row) { return errant.contains(row.index); });
  }
}

std::size_t BatchRows::move_behind(std::size_t group, std::size_t begin, std::size_t end,
                                   const std::unordered_set<std::uint32_t>& records) {
  const std::span<Row> rows = std::span(groups_[group].rows).subspan(begin, end - begin);
  return std::ranges::stable_partition(rows, [&](const Row& row) { return !records.contains(row.index); }).size();
}

}  // namespace sinkway::table
