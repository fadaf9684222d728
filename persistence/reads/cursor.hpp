#pragma once

#include "actors/messages/store_read.hpp"
#include "base/ids.hpp"

#include <optional>
#include <string>

namespace fief::persistence {

/// The key of the last row of a page, from which the next one goes on.
struct cursor {
  std::int64_t at = 0;
  base::uuid id;
  std::int64_t pivot = 0; ///< Lists of events: the `now` of the first page.
  bool past = false;      ///< Lists of events: already among the past ones.
};

/// The text that clients hold. `list` tells the lists apart, so that a cursor of one is not taken
/// for another's.
std::string encode(char list, const cursor& x);

/// Errors: `invalid_argument` for a text that `encode` did not write for this list, and for a limit
/// outside its range. An empty cursor gives nothing.
game::outcome<std::optional<cursor>> decode(char list, const actors::page_request& page);

/// What a query for a page asks: one row more than the page shows, to know whether it goes on.
inline std::int64_t rows_of(const actors::page_request& page) {
  return std::int64_t{page.limit} + 1;
}

} // namespace fief::persistence
