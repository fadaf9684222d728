#pragma once

#include "src/config.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fief {

/// A setting's value without its type. Durations are in the unit that the key's name ends with.
using config_value =
  std::variant<std::int64_t, std::string, std::vector<std::int64_t>, std::vector<std::string>>;

/// One setting: the only place that knows its name, range and meaning. Parsing, validation, help,
/// `--print-config` and the example file are all made from this table.
struct setting {
  std::string_view key; ///< `http.port`; of the file, and the root of the two other names.
  config_value (*get)(const config&);
  void (*set)(config&, config_value); ///< @pre the value passed `refusal_of`.
  std::string_view meaning;           ///< A sentence or two.
  std::int64_t min = 0;               ///< Of a number, and of each number of a list.
  std::int64_t max = 0;
  std::vector<std::string_view> choices{}; ///< Of a text; empty when any text will do.
  std::string_view short_flag{};           ///< `--port`, beside `--http-port`.
  bool secret = false;
};

/// All settings, grouped by section in the order of the example file.
std::span<const setting> settings();

/// The setting of that key, or null.
const setting* find_setting(std::string_view key);

/// `http.port` as `--http-port`.
std::string flag_of(const setting& x);

/// `http.port` as `FIEF_HTTP_PORT`.
std::string variable_of(const setting& x);

/// `http.port` as `http`; empty for a key of no section.
std::string_view section_of(std::string_view key);

/// What is allowed, as a phrase: `a whole number from 0 to 65535`.
std::string allowed_of(const setting& x);

/// Reads a flag's or a variable's text; lists are separated by commas.
/// Errors: nothing if the text is not of the setting's type.
std::optional<config_value> parse_value(const setting& x, std::string_view text);

/// True if a value of the right type is inside the setting's range.
bool is_allowed(const setting& x, const config_value& value);

/// The value as TOML.
std::string to_toml(const config_value& value);

} // namespace fief
