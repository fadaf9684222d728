#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fief::game {

/// Bounds of what people type. Units: characters (code points) unless they say bytes.
struct text_limits {
  static constexpr std::size_t email_bytes_max = 254; ///< Source: RFC 5321 section 4.5.3.1.3.
  static constexpr std::size_t username_min = 3;
  static constexpr std::size_t username_max = 24;
  static constexpr std::size_t password_min = 8;
  static constexpr std::size_t password_bytes_max = 256; ///< Bounds the work of hashing.
  static constexpr std::size_t event_name_max = 100;
  static constexpr std::size_t city_max = 100;
  static constexpr std::size_t reason_max = 500;
};

/// What is wrong with a text. The name of a value is the `code` of a field's error on the wire.
enum class text_fault : std::uint8_t {
  too_short = 1,
  too_long,
  not_utf8,          ///< Bytes that are no UTF-8.
  control_character, ///< A control or an invisible formatting character, a line break included.
  malformed,         ///< Not the form this text has, see its check.
};

/// The snake_case name of a value.
std::string_view to_string(text_fault x);

/// Number of code points, or nothing if `text` is not UTF-8. Source: RFC 3629.
std::optional<std::size_t> utf8_length(std::string_view text);

/// Each check answers nothing for a text that is allowed, else the first fault found.

/// ASCII, one `@`, a local part of at most 64 bytes, a host name. Source: the HTML standard's valid
/// e-mail address, without leading, trailing or doubled dots.
std::optional<text_fault> check_email(std::string_view text);

/// ASCII letters, digits, `_`, `-`, `.` and any other script's visible characters; no spaces.
std::optional<text_fault> check_username(std::string_view text);

/// Any visible characters and spaces.
std::optional<text_fault> check_password(std::string_view text);

/// Visible characters and spaces, neither blank nor with a space at an end.
std::optional<text_fault> check_event_name(std::string_view text);
std::optional<text_fault> check_city(std::string_view text);

/// Why an operator granted, reviewed or cancelled something. As `check_event_name`, but longer.
std::optional<text_fault> check_reason(std::string_view text);

/// The form under which e-mails and user names are unique: ASCII letters in lower case.
std::string fold_case(std::string_view text);

} // namespace fief::game
