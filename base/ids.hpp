#pragma once

#include "base/rng.hpp"
#include "base/time.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace fief::base {

/// 128-bit identifier, RFC 9562. Ordered as its 16 bytes are, so version 7 ids sort by creation.
struct uuid {
  std::uint64_t hi = 0;
  std::uint64_t lo = 0;
  friend auto operator<=>(const uuid&, const uuid&) = default;
};

/// Version 7 id of RFC 9562 section 5.7 for `now`; the other 74 bits come from `random`.
uuid make_uuid_v7(instant now, rng& random);

/// Lower case, 36 characters.
std::string to_string(const uuid& x);

/// Reads the 36-character form in either case. Errors: nothing for any other text.
std::optional<uuid> parse_uuid(std::string_view text);

/// A uuid that knows what it names, so that a run's id never compiles as a user's.
template <class Tag>
struct strong_id {
  uuid value;
  friend auto operator<=>(const strong_id&, const strong_id&) = default;
  /// The nil id, which names nothing.
  [[nodiscard]] constexpr bool is_nil() const { return value == uuid{}; }
};

template <class Tag>
std::string to_string(const strong_id<Tag>& x) {
  return to_string(x.value);
}

/// A 64-bit integer that knows what it counts or names.
template <class Tag>
struct strong_int {
  std::uint64_t value = 0;
  friend auto operator<=>(const strong_int&, const strong_int&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, uuid& x) {
  return f(x.hi, x.lo);
}

template <class Inspector, class Tag>
typename Inspector::result_type inspect(Inspector& f, strong_id<Tag>& x) {
  return f(x.value.hi, x.value.lo);
}

template <class Inspector, class Tag>
typename Inspector::result_type inspect(Inspector& f, strong_int<Tag>& x) {
  return f(x.value);
}

} // namespace fief::base

template <>
struct std::hash<fief::base::uuid> {
  std::size_t operator()(const fief::base::uuid& x) const noexcept {
    return static_cast<std::size_t>(x.hi * 0x9e3779b97f4a7c15ULL ^ x.lo);
  }
};

template <class Tag>
struct std::hash<fief::base::strong_id<Tag>> {
  std::size_t operator()(const fief::base::strong_id<Tag>& x) const noexcept {
    return std::hash<fief::base::uuid>{}(x.value);
  }
};

template <class Tag>
struct std::hash<fief::base::strong_int<Tag>> {
  std::size_t operator()(const fief::base::strong_int<Tag>& x) const noexcept {
    return static_cast<std::size_t>((x.value ^ (x.value >> 29)) * 0xbf58476d1ce4e5b9ULL);
  }
};
