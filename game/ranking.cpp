#include "game/ranking.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <tuple>

namespace fief::game {

bool ranks_above(metric by, const entry& a, const entry& b) {
  if (a.value != b.value)
    return by == metric::race ? a.value < b.value : a.value > b.value;
  return std::tie(a.reached_at, a.consumed_at, a.user, a.run)
         < std::tie(b.reached_at, b.consumed_at, b.user, b.run);
}

std::vector<entry> rank(metric by, std::vector<entry> entries) {
  auto above = [by](const entry& a, const entry& b) { return ranks_above(by, a, b); };
  std::sort(entries.begin(), entries.end(), [&above](const entry& a, const entry& b) {
    return a.user != b.user ? a.user < b.user : above(a, b);
  });
  auto same_user = [](const entry& a, const entry& b) { return a.user == b.user; };
  entries.erase(std::unique(entries.begin(), entries.end(), same_user), entries.end());
  std::sort(entries.begin(), entries.end(), above);
  FIEF_ASSERT(std::adjacent_find(entries.begin(), entries.end(), same_user) == entries.end());
  return entries;
}

} // namespace fief::game
