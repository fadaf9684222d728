#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fief::base {

/// Appends one JSON value to a string; commas and escapes are its business, so that what it wrote
/// always parses. Calls follow the shape of the value:
/// `out.begin_object(); out.member("id", id); out.key("tiles").begin_array(); ...`.
/// Cost: no allocation but the string's own growth.
class json_writer {
public:
  explicit json_writer(std::string& out) : out_(out) {}

  json_writer& begin_object() { return open('{'); }
  json_writer& end_object() { return close('}'); }
  json_writer& begin_array() { return open('['); }
  json_writer& end_array() { return close(']'); }

  /// @pre Inside an object, where a member may start.
  json_writer& key(std::string_view name);

  /// Escapes as RFC 8259 asks. Bytes that are not UTF-8 become U+FFFD.
  json_writer& value(std::string_view text);
  json_writer& value(const char* text) { return value(std::string_view{text}); }
  json_writer& value(const std::string& text) { return value(std::string_view{text}); }
  json_writer& value(std::same_as<bool> auto x) { return raw(x ? "true" : "false"); }
  /// Shortest form that reads back as the same double; `null` for NaN and infinities.
  json_writer& value(double x);
  /// RFC 3339 with milliseconds. Socket messages want `value(base::to_ms(t))`.
  json_writer& value(instant t);
  json_writer& value(const uuid& x);
  json_writer& null() { return raw("null"); }

  template <std::integral T>
  requires(!std::same_as<T, bool>) json_writer& value(T x) {
    if constexpr (std::is_signed_v<T>)
      return signed_integer(x);
    else
      return unsigned_integer(x);
  }
  template <class Tag>
  json_writer& value(const strong_id<Tag>& x) {
    return value(x.value);
  }
  template <class T>
  json_writer& value(const std::optional<T>& x) {
    return x ? value(*x) : null();
  }

  template <class T>
  json_writer& member(std::string_view name, const T& x) {
    return key(name).value(x);
  }

  /// Appends a value that is JSON already. @pre `json` is one valid JSON value.
  json_writer& raw(std::string_view json);

private:
  json_writer& open(char bracket);
  json_writer& close(char bracket);
  json_writer& signed_integer(std::int64_t x);
  json_writer& unsigned_integer(std::uint64_t x);
  void separate();

  std::string& out_;
  bool comma_ = false; // whether a value has just ended
};

} // namespace fief::base
