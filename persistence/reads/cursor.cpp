#include "persistence/reads/cursor.hpp"

#include <charconv>

namespace fief::persistence {

namespace {

constexpr std::uint32_t limit_max = 200;

/// Takes the text up to the next dot.
std::string_view take(std::string_view& rest) {
  auto dot = std::min(rest.find('.'), rest.size());
  auto part = rest.substr(0, dot);
  rest = rest.substr(std::min(dot + 1, rest.size()));
  return part;
}

std::optional<std::int64_t> parse(std::string_view text) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

} // namespace

std::string encode(char list, const cursor& x) {
  return std::string{list} + "." + std::to_string(x.at) + "." + base::to_string(x.id) + "."
         + std::to_string(x.pivot) + "." + (x.past ? "1" : "0");
}

game::outcome<std::optional<cursor>> decode(char list, const actors::page_request& page) {
  if (page.limit < 1 || page.limit > limit_max)
    return game::errc::invalid_argument;
  if (page.cursor.empty())
    return std::optional<cursor>{};
  std::string_view rest = page.cursor;
  auto tag = take(rest);
  auto at = parse(take(rest));
  auto id = base::parse_uuid(take(rest));
  auto pivot = parse(take(rest));
  auto past = parse(take(rest));
  if (tag != std::string_view{&list, 1} || !at || !id || !pivot || !past)
    return game::errc::invalid_argument;
  cursor x{*at, *id, *pivot, *past != 0};
  if (encode(list, x) != page.cursor)
    return game::errc::invalid_argument;
  return std::optional{x};
}

} // namespace fief::persistence
