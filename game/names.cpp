#include "game/names.hpp"

#include <algorithm>

namespace fief::game {

namespace {

constexpr bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Takes one code point off the front, or answers nothing for bytes that are no UTF-8. Overlong
/// forms, surrogates and values above U+10FFFF are none (RFC 3629 section 3).
std::optional<char32_t> take_code_point(std::string_view& text) {
  auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) {
    text.remove_prefix(1);
    return first;
  }
  std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size)
    return std::nullopt;
  auto value = static_cast<char32_t>(first & (0xff >> (size + 1)));
  for (std::size_t i = 1; i < size; ++i) {
    auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80)
      return std::nullopt;
    value = (value << 6) | (next & 0x3f);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < smallest[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
    return std::nullopt;
  text.remove_prefix(size);
  return value;
}

struct code_point_range {
  char32_t first;
  char32_t last;
};

template <std::size_t Count>
constexpr bool is_within(char32_t c, const code_point_range (&ranges)[Count]) {
  for (const auto& range : ranges)
    if (c >= range.first && c <= range.last)
      return true;
  return false;
}

/// Controls, and what is invisible or reorders the text around it, so that one name cannot pass for
/// another. The joiners U+200C and U+200D stay: scripts and emoji need them inside a text.
constexpr bool is_control(char32_t c) {
  constexpr code_point_range controls[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},     {0x180e, 0x180e},
    {0x200b, 0x200b}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},   {0xfdd0, 0xfdef},
    {0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe0fff},
  };
  return is_within(c, controls) || (c & 0xfffe) == 0xfffe;
}

constexpr bool is_space(char32_t c) {
  constexpr code_point_range spaces[] = {
    {0x20, 0x20},     {0xa0, 0xa0},     {0x1680, 0x1680}, {0x2000, 0x200a}, {0x202f, 0x202f},
    {0x205f, 0x205f}, {0x2800, 0x2800}, {0x3000, 0x3000}, {0x3164, 0x3164}, {0xffa0, 0xffa0},
  };
  return is_within(c, spaces);
}

/// Neither controls nor joiners: a user name needs no text that looks the same as another's.
constexpr bool is_username_character(char32_t c) {
  if (c < 0x80)
    return is_letter_or_digit(static_cast<char>(c)) || c == '_' || c == '-' || c == '.';
  return !is_space(c) && c != 0x200c && c != 0x200d;
}

struct survey {
  std::size_t count = 0; ///< Code points.
  bool utf8 = true;
  bool has_control = false;
  bool space_at_end = false;
  bool fits_username = true;
};

survey survey_of(std::string_view text) {
  survey found;
  auto last_is_space = false;
  while (!text.empty()) {
    auto c = take_code_point(text);
    if (!c) {
      found.utf8 = false;
      return found;
    }
    found.has_control = found.has_control || is_control(*c);
    found.fits_username = found.fits_username && is_username_character(*c);
    last_is_space = is_space(*c);
    found.space_at_end = found.space_at_end || (found.count == 0 && last_is_space);
    ++found.count;
  }
  found.space_at_end = found.space_at_end || last_is_space;
  return found;
}

std::optional<text_fault> check_line(std::string_view text, std::size_t count_max) {
  // No code point has more than 4 bytes, so a giant text is refused without reading it.
  if (text.size() > 4 * count_max)
    return text_fault::too_long;
  auto found = survey_of(text);
  if (!found.utf8)
    return text_fault::not_utf8;
  if (found.count == 0)
    return text_fault::too_short;
  if (found.count > count_max)
    return text_fault::too_long;
  if (found.has_control)
    return text_fault::control_character;
  if (found.space_at_end)
    return text_fault::malformed;
  return std::nullopt;
}

/// Whether `text` is parts of 1 to `size_max` bytes between dots, each of which satisfies
/// `is_part`.
template <class Predicate>
bool is_dotted(std::string_view text, std::size_t size_max, Predicate is_part) {
  while (true) {
    auto dot = text.find('.');
    auto part = text.substr(0, dot);
    if (part.empty() || part.size() > size_max || !is_part(part))
      return false;
    if (dot == std::string_view::npos)
      return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_local_part(std::string_view part) {
  constexpr std::string_view others = "!#$%&'*+/=?^_`{|}~-";
  return std::all_of(part.begin(), part.end(), [&](char c) {
    return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
  });
}

bool is_host_label(std::string_view label) {
  return label.front() != '-' && label.back() != '-'
         && std::all_of(label.begin(), label.end(),
                        [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

} // namespace

std::string_view to_string(text_fault x) {
  switch (x) {
    case text_fault::too_short: return "too_short";
    case text_fault::too_long: return "too_long";
    case text_fault::not_utf8: return "not_utf8";
    case text_fault::control_character: return "control_character";
    case text_fault::malformed: return "malformed";
  }
  return "unknown";
}

std::optional<std::size_t> utf8_length(std::string_view text) {
  auto found = survey_of(text);
  if (!found.utf8)
    return std::nullopt;
  return found.count;
}

std::optional<text_fault> check_email(std::string_view text) {
  constexpr std::size_t local_size_max = 64;
  constexpr std::size_t label_size_max = 63;
  if (text.size() > text_limits::email_bytes_max)
    return text_fault::too_long;
  auto found = survey_of(text);
  if (!found.utf8)
    return text_fault::not_utf8;
  if (found.count == 0)
    return text_fault::too_short;
  if (found.has_control)
    return text_fault::control_character;
  auto at = text.find('@');
  if (at == std::string_view::npos || at > local_size_max
      || !is_dotted(text.substr(0, at), local_size_max, is_local_part)
      || !is_dotted(text.substr(at + 1), label_size_max, is_host_label))
    return text_fault::malformed;
  return std::nullopt;
}

std::optional<text_fault> check_username(std::string_view text) {
  auto fault = check_line(text, text_limits::username_max);
  if (fault)
    return fault;
  auto found = survey_of(text);
  if (found.count < text_limits::username_min)
    return text_fault::too_short;
  if (!found.fits_username)
    return text_fault::malformed;
  return std::nullopt;
}

std::optional<text_fault> check_password(std::string_view text) {
  if (text.size() > text_limits::password_bytes_max)
    return text_fault::too_long;
  auto found = survey_of(text);
  if (!found.utf8)
    return text_fault::not_utf8;
  if (found.count < text_limits::password_min)
    return text_fault::too_short;
  if (found.has_control)
    return text_fault::control_character;
  return std::nullopt;
}

std::optional<text_fault> check_event_name(std::string_view text) {
  return check_line(text, text_limits::event_name_max);
}

std::optional<text_fault> check_city(std::string_view text) {
  return check_line(text, text_limits::city_max);
}

std::optional<text_fault> check_reason(std::string_view text) {
  return check_line(text, text_limits::reason_max);
}

std::string fold_case(std::string_view text) {
  std::string folded{text};
  for (auto& c : folded)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return folded;
}

} // namespace fief::game
