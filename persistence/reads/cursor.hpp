#pragma once

#include "actors/messages/store_read.hpp"
#include "base/ids.hpp"
#include "persistence/sql.hpp"

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

/// Cuts the row that only told that there is more, and names the last one that stays. Damaged rows
/// are not among the items; a page of nothing else has no last one to go on from.
template <class Page, class Key>
void finish_page(Page& page, const pqxx::result& rows, const actors::page_request& request,
                 char list, Key key) {
  if (static_cast<std::uint64_t>(rows.size()) <= request.limit)
    return;
  if (page.items.empty())
    throw damaged_row{"every row of a page is damaged"};
  if (page.items.size() > request.limit)
    page.items.resize(request.limit);
  page.next_cursor = encode(list, key(page.items.back()));
}

} // namespace fief::persistence
