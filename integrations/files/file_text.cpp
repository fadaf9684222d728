#include "integrations/files/file_text.hpp"

#include <charconv>
#include <cmath>
#include <string>

namespace fief::integrations {

namespace {

constexpr std::size_t minutes_end = 16; // 2026-05-10T20:00
constexpr std::size_t text_max = 64;

/// `Z`, or `+hh:mm` from `+hh`, `+hhmm` and `+hh:mm`; as it is if it is anything else.
std::string zone_of(std::string_view text) {
  text = trimmed(text);
  if (text.empty())
    return "Z";
  if (text.size() == 3)
    return std::string{text} + ":00";
  if (text.size() == 5)
    return std::string{text.substr(0, 3)} + ":" + std::string{text.substr(3)};
  return std::string{text};
}

} // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == text.npos)
    return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::optional<double> parse_number(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) // XML Schema allows it, from_chars does not.
    text.remove_prefix(text.size() > 1 && text[1] == '-' ? text.size() : 1);
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || stop != end || error != std::errc{} || !std::isfinite(value))
    return std::nullopt;
  return value;
}

std::optional<base::instant> parse_file_time(std::string_view text) {
  text = trimmed(text);
  if (const auto strict = base::parse_rfc3339(text))
    return strict;
  if (text.size() < minutes_end || text.size() > text_max)
    return std::nullopt;
  std::string plain{text.substr(0, minutes_end)};
  auto rest = text.substr(minutes_end);
  const auto time_end = std::min(rest.find_first_not_of(":0123456789.,"), rest.size());
  plain += time_end == 0 ? ":00" : rest.substr(0, time_end);
  if (const auto comma = plain.find(','); comma != plain.npos)
    plain[comma] = '.';
  return base::parse_rfc3339(plain + zone_of(rest.substr(time_end)));
}

} // namespace fief::integrations
