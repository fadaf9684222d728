#pragma once

#include "bench/load/world.hpp"

#include <map>
#include <string>

namespace fief::load {

/// What one person does about tickets. Remembers what was bought, for the checks at the end.
class shop {
public:
  shop(world& in, person& who) : in_(in), who_(who) {}

  /// A ticket that can be consumed now: one held, or one bought. Empty: none.
  asio::awaitable<std::string> some_ticket(steady_time due);
  /// A ticket for an event, bought. Empty: it was not to be had.
  asio::awaitable<std::string> buy(const event_known& what, steady_time due);
  /// The run that it starts. Empty: it does not.
  asio::awaitable<std::string> consume(const std::string& ticket);
  /// The tickets there are; those of before too.
  asio::awaitable<void> look(steady_time due);

  [[nodiscard]] bool has_tried(const std::string& event) const { return tried_.contains(event); }

private:
  world& in_;
  person& who_;
  std::map<std::string, bool> tried_; ///< By event.
  std::vector<std::string> usable_;
};

} // namespace fief::load
