#include "integrations/files/sport_names.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace fief::integrations {

namespace {

using game::sport;

struct named {
  std::string_view words;
  sport is;
};

/// In letters alone; the first that occurs in a name decides, so the special ones come first.
constexpr std::array names{
  named{"virtual", sport::other},     named{"treadmill", sport::other},
  named{"indoor", sport::other},      named{"trailrun", sport::trail_run},
  named{"fellrun", sport::trail_run}, named{"mountainrun", sport::trail_run},
  named{"motor", sport::other},       named{"driv", sport::other},
  named{"horse", sport::other},       named{"wheelchair", sport::other},
  named{"rollerski", sport::ski},     named{"ski", sport::ski},
  named{"snowboard", sport::ski},     named{"bik", sport::ride},
  named{"cycl", sport::ride},         named{"ride", sport::ride},
  named{"velo", sport::ride},         named{"mtb", sport::ride},
  named{"vtt", sport::ride},          named{"skat", sport::other},
  named{"orienteering", sport::run},  named{"run", sport::run},
  named{"jog", sport::run},           named{"hik", sport::hike},
  named{"mountaineer", sport::hike},  named{"trek", sport::hike},
  named{"walk", sport::walk},         named{"swim", sport::swim},
  named{"row", sport::row},           named{"paddl", sport::row},
  named{"kayak", sport::row},         named{"canoe", sport::row},
  named{"sail", sport::other},        named{"surf", sport::other},
  named{"boat", sport::other},        named{"fly", sport::other},
  named{"car", sport::other},         named{"trail", sport::trail_run},
};

std::string letters_of(std::string_view words) {
  std::string letters;
  for (auto c : words) {
    const auto lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9'))
      letters += lower;
  }
  return letters;
}

std::optional<sport> numbered(std::string_view digits) {
  if (digits == "9")
    return sport::run;
  if (digits == "10")
    return sport::walk;
  if (digits == "4")
    return sport::hike;
  if (digits == "1")
    return sport::ride;
  return sport::other;
}

namespace fit {
enum sports : std::uint8_t {
  generic = 0,
  running = 1,
  cycling = 2,
  transition = 3,
  swimming = 5,
  walking = 11,
  skiing_cross_country = 12,
  skiing_alpine = 13,
  snowboarding = 14,
  rowing = 15,
  mountaineering = 16,
  hiking = 17,
  paddling = 19,
  e_biking = 21,
  stand_up_paddling = 37,
  kayaking = 41,
};
enum sub_sports : std::uint8_t {
  treadmill = 1,
  trail = 3,
  indoor_walking = 27,
  indoor_running = 45,
  virtual_activity = 58,
};
} // namespace fit

} // namespace

std::optional<game::sport> sport_named(std::string_view words) {
  const auto letters = letters_of(words);
  if (!letters.empty() && letters.find_first_not_of("0123456789") == letters.npos)
    return numbered(letters);
  if (const auto own = game::parse_sport(words))
    return own;
  for (const auto& x : names)
    if (letters.find(x.words) != letters.npos)
      return x.is;
  return std::nullopt;
}

std::optional<game::sport> sport_of_fit(std::uint8_t is, std::uint8_t sub_sport) {
  constexpr std::array machines{fit::treadmill, fit::indoor_walking, fit::indoor_running,
                                fit::virtual_activity};
  if (std::ranges::find(machines, sub_sport) != machines.end())
    return sport::other;
  switch (is) {
    case fit::generic: return std::nullopt;
    case fit::running: return sub_sport == fit::trail ? sport::trail_run : sport::run;
    case fit::walking: return sport::walk;
    case fit::hiking:
    case fit::mountaineering: return sport::hike;
    case fit::cycling:
    case fit::e_biking: return sport::ride;
    case fit::swimming: return sport::swim;
    case fit::skiing_cross_country:
    case fit::skiing_alpine:
    case fit::snowboarding: return sport::ski;
    case fit::rowing:
    case fit::paddling:
    case fit::stand_up_paddling:
    case fit::kayaking: return sport::row;
    default: return sport::other;
  }
}

} // namespace fief::integrations
