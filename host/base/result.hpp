// A value or an error: never both, never ignored.
#pragma once

#include <cassert>
#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

#include "host/base/error.hpp"

namespace sinkway {

// What a function returns that fails in normal life. Build it from a T or an Error; ask ok() before value() or error().
template <typename T>
class [[nodiscard]] Result {
 public:
  using Value = T;
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit on purpose
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] T& value() & { return known<0>(state_); }
  [[nodiscard]] const T& value() const& { return known<0>(state_); }
  [[nodiscard]] T&& value() && { return std::move(known<0>(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const& { return known<1>(state_); }
  [[nodiscard]] Error&& error() && { return std::move(known<1>(state_)); }

 private:
  // What the caller has made sure of.
  template <std::size_t index, typename State>
  [[nodiscard]] static auto& known(State& state) {
    auto* const found = std::get_if<index>(&state);
    assert(found != nullptr);
    if (found == nullptr) __builtin_unreachable();
    return *found;
  }

  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit on purpose

  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const& { return assert(!ok()), *error_; }
  [[nodiscard]] Error&& error() && { return assert(!ok()), std::move(*error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace sinkway
