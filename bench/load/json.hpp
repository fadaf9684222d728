#pragma once

#include <cstdint>
#include <simdjson.h>
#include <string>
#include <string_view>

namespace fief::load {

/// Reads what the server sent. What it returns is valid until the next `parse`: copy what has to
/// outlive an answer. Absent members and members of another type read as the fallback, for whoever
/// measures a server does not trust it.
class json_reader {
public:
  using value = simdjson::dom::element;

  /// Null when the text is no JSON.
  value parse(std::string_view text);

private:
  simdjson::dom::parser parser_;
};

using json_value = json_reader::value;

json_value member(json_value of, std::string_view name);
std::string_view text_of(json_value of, std::string_view name);
std::int64_t integer_of(json_value of, std::string_view name, std::int64_t fallback = -1);
double number_of(json_value of, std::string_view name, double fallback = 0);
bool is_true(json_value of, std::string_view name);
/// Empty when it is no array.
simdjson::dom::array array_of(json_value of, std::string_view name);

} // namespace fief::load
