#pragma once

#include "game/names.hpp"
#include "net/json_reader.hpp"

#include <optional>
#include <string>

namespace fief::net {

/// Most bytes of a text that a check of `game/names` looks at.
inline constexpr std::size_t text_bytes_max = 4096;

inline std::string_view detail_of(game::text_fault x) {
  switch (x) {
    case game::text_fault::too_short: return "It is too short.";
    case game::text_fault::too_long: return "It is too long.";
    case game::text_fault::not_utf8: return "It is not UTF-8.";
    case game::text_fault::control_character: return "It has a control character.";
    case game::text_fault::malformed: return "It does not have the form of such a text.";
  }
  return "It is not allowed.";
}

/// Reads a field and holds it against a check of `game/names`.
template <class Check>
std::string check_text(json_object& in, std::string_view name, Check check) {
  auto present = in.has(name);
  auto text = in.string(name, {.min = 0, .max = text_bytes_max});
  if (present && in.ok())
    if (auto fault = check(text))
      in.refuse(name, game::to_string(*fault), detail_of(*fault));
  return std::string{text};
}

/// The same for a field that may be left out.
template <class Check>
std::optional<std::string> check_optional_text(json_object& in, std::string_view name,
                                               Check check) {
  auto text = in.optional_string(name, {.min = 0, .max = text_bytes_max});
  if (!text)
    return std::nullopt;
  if (auto fault = check(*text))
    in.refuse(name, game::to_string(*fault), detail_of(*fault));
  return std::string{*text};
}

} // namespace fief::net
