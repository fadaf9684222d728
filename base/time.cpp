#include "base/time.hpp"

#include "base/text_form.hpp"

#include <algorithm>
#include <string_view>

namespace fief::base {

namespace {

namespace chr = std::chrono;

/// A forward-only reader over `text`; once it fails it stays failed.
struct cursor {
  std::string_view text;
  bool ok = true;

  int number(std::size_t count) {
    int value = 0;
    if (text.size() < count)
      ok = false;
    for (std::size_t i = 0; ok && i < count; ++i) {
      if (text[i] < '0' || text[i] > '9')
        ok = false;
      else
        value = value * 10 + (text[i] - '0');
    }
    if (ok)
      text.remove_prefix(count);
    return value;
  }

  bool take(char lower, char upper) {
    if (!ok || text.empty() || (text[0] != lower && text[0] != upper))
      return false;
    text.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    if (!take(c, c))
      ok = false;
  }
};

milliseconds read_fraction(cursor& in) {
  if (!in.take('.', '.'))
    return milliseconds{0};
  int ms = 0;
  int scale = 100;
  auto start = in.text.size();
  while (!in.text.empty() && in.text[0] >= '0' && in.text[0] <= '9') {
    ms += scale * (in.text[0] - '0');
    scale /= 10;
    in.text.remove_prefix(1);
  }
  in.ok = in.ok && in.text.size() != start;
  return milliseconds{ms};
}

chr::minutes read_offset(cursor& in) {
  if (in.take('z', 'Z'))
    return chr::minutes{0};
  auto sign = in.take('-', '-') ? -1 : 1;
  if (sign > 0)
    in.expect('+');
  auto hours = in.number(2);
  in.expect(':');
  auto minutes = in.number(2);
  in.ok = in.ok && hours <= 23 && minutes <= 59;
  return chr::minutes{sign * (hours * 60 + minutes)};
}

void put_digits(char* to, std::size_t count, unsigned value) {
  for (auto i = count; i-- > 0; value /= 10)
    to[i] = static_cast<char>('0' + value % 10);
}

} // namespace

void put_rfc3339(instant t, char* to) {
  constexpr auto first = chr::sys_days{chr::year{0} / 1 / 1};
  constexpr auto last = chr::sys_days{chr::year{9999} / 12 / 31};
  t = std::clamp<instant>(t, first, instant{last} + chr::days{1} - milliseconds{1});
  auto day = chr::floor<chr::days>(t);
  chr::year_month_day date{day};
  chr::hh_mm_ss time{t - day};
  // By hand: every answer has several instants, and snprintf was 12 % of a ticket list's cost.
  constexpr std::string_view form = "0000-00-00T00:00:00.000Z";
  static_assert(form.size() == rfc3339_text_size);
  std::ranges::copy(form, to);
  put_digits(to, 4, static_cast<unsigned>(static_cast<int>(date.year())));
  put_digits(to + 5, 2, static_cast<unsigned>(date.month()));
  put_digits(to + 8, 2, static_cast<unsigned>(date.day()));
  put_digits(to + 11, 2, static_cast<unsigned>(time.hours().count()));
  put_digits(to + 14, 2, static_cast<unsigned>(time.minutes().count()));
  put_digits(to + 17, 2, static_cast<unsigned>(time.seconds().count()));
  put_digits(to + 20, 3, static_cast<unsigned>(time.subseconds().count()));
}

std::string to_rfc3339(instant t) {
  std::string text(rfc3339_text_size, '0');
  put_rfc3339(t, text.data());
  return text;
}

std::optional<instant> parse_rfc3339(std::string_view text) {
  cursor in{text};
  auto year = in.number(4);
  in.expect('-');
  auto month = in.number(2);
  in.expect('-');
  auto day = in.number(2);
  if (!in.take('t', 'T') && !in.take(' ', ' '))
    return std::nullopt;
  auto hour = in.number(2);
  in.expect(':');
  auto minute = in.number(2);
  in.expect(':');
  auto second = in.number(2);
  auto fraction = read_fraction(in);
  auto offset = read_offset(in);
  auto date = chr::year_month_day{chr::year{year}, chr::month{static_cast<unsigned>(month)},
                                  chr::day{static_cast<unsigned>(day)}};
  if (!in.ok || !in.text.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  auto leap = second == 60;
  auto time = leap ? chr::seconds{59} + milliseconds{999} : chr::seconds{second} + fraction;
  return instant{chr::sys_days{date}} + chr::hours{hour} + chr::minutes{minute} + time - offset;
}

} // namespace fief::base
