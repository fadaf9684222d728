// Small texts that people and machines hand in: instants, ids, tiles, names.

#include "base/assert.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "game/names.hpp"
#include "game/tiling.hpp"
#include "tests/fuzz/target.hpp"

#include <algorithm>

namespace fief::fuzz {

namespace {

void check_instant(std::string_view text) {
  const auto read = base::parse_rfc3339(text);
  if (!read)
    return;
  const auto form = base::to_rfc3339(*read);
  FIEF_ASSERT(form.size() == 24 && form.back() == 'Z');
  // An offset can lead out of the years that can be written; then it is clamped.
  const auto again = base::parse_rfc3339(form);
  FIEF_ASSERT(again && base::to_rfc3339(*again) == form);
  FIEF_ASSERT(*again == *read || form.starts_with("0000-01-01") || form.starts_with("9999-12-31"));
}

void check_uuid(std::string_view text) {
  const auto read = base::parse_uuid(text);
  if (!read)
    return;
  FIEF_ASSERT(base::to_string(*read) == game::fold_case(text));
  FIEF_ASSERT(base::parse_uuid(base::to_string(*read)) == read);
}

void check_tile(std::string_view text, int level) {
  if (const auto tile = game::parse_tile(text, level)) {
    const game::tiling tiling{level};
    FIEF_ASSERT(game::to_token(*tile) == text && tiling.is_tile(*tile));
    FIEF_ASSERT(tiling.is_area(tiling.area_of(*tile)));
    const auto at = game::centre(*tile);
    FIEF_ASSERT(at.lat >= -90 && at.lat <= 90 && at.lon >= -180 && at.lon <= 180);
  }
  const auto area_level = level - game::tiling::area_levels_up;
  if (const auto area = game::parse_area(text, area_level))
    FIEF_ASSERT(game::to_token(*area) == text);
}

void check_names(std::string_view text) {
  const auto length = game::utf8_length(text);
  for (auto check : {game::check_username, game::check_password, game::check_event_name,
                     game::check_city, game::check_reason, game::check_email}) {
    const auto fault = check(text);
    if (fault)
      FIEF_ASSERT(!game::to_string(*fault).empty());
    else
      FIEF_ASSERT(length && text.find('\0') == text.npos && text.find('\n') == text.npos);
  }
  if (!game::check_username(text))
    FIEF_ASSERT(*length >= game::text_limits::username_min
                && *length <= game::text_limits::username_max && text.find(' ') == text.npos);
  if (!game::check_email(text))
    FIEF_ASSERT(std::count(text.begin(), text.end(), '@') == 1
                && text.size() <= game::text_limits::email_bytes_max);
  const auto folded = game::fold_case(text);
  FIEF_ASSERT(folded.size() == text.size() && game::fold_case(folded) == folded);
}

const enlist text{"text", [](bytes input) {
                    const auto given = text_of(input);
                    check_instant(given);
                    check_uuid(given);
                    for (int level = game::tiling::level_min; level <= game::tiling::level_max;
                         ++level)
                      check_tile(given, level);
                    check_names(given);
                  }};

} // namespace

} // namespace fief::fuzz
