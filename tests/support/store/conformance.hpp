#pragma once

#include "base/rng.hpp"
#include "tests/support/store/store_world.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace fief::test {

// What the storage cases have in common: the two worlds they run in, and people, events and runs to
// begin with. Every id and instant follows from small numbers, so a failure reads well.

using game::errc;

/// 2026-05-10T10:00:00Z and so many milliseconds.
constexpr game::instant at(std::int64_t ms) {
  return base::from_ms(1'778'407'200'000 + ms);
}

inline constexpr std::int64_t second = 1'000;
inline constexpr std::int64_t hour = 3'600 * second;
inline constexpr std::int64_t day = 24 * hour;

constexpr base::uuid uuid_of(std::uint64_t kind, std::uint64_t n) {
  return {0x0190'0000'0000'7000 | kind, 0x8000'0000'0000'0000 | n};
}
constexpr game::user_id user_of(std::uint64_t n) {
  return {uuid_of(1, n)};
}
constexpr game::event_id event_of(std::uint64_t n) {
  return {uuid_of(2, n)};
}
constexpr game::ticket_id ticket_of(std::uint64_t n) {
  return {uuid_of(3, n)};
}
constexpr game::run_id run_of(std::uint64_t n) {
  return {uuid_of(4, n)};
}
/// Neighbouring level 17 cells, all of one level 12 area for `n < 1,024`.
constexpr game::tile_id tile_of(std::uint64_t n) {
  return {0x4765'0000'0000'0000ULL + (n << 27) + (1ULL << 26)};
}
inline constexpr game::area_id area_of_tiles{0x4765'0000'0000'0000ULL + (1ULL << 36)};

actors::create_user new_user(std::uint64_t n, std::int64_t coins_cents = 10'000);
/// Starts at `at(0)`, is cut after 10 h and settles half an hour later.
actors::event_record new_event(std::uint64_t n, std::uint64_t organiser,
                               std::int64_t fee_cents = 500);
actors::run_record new_run(std::uint64_t n, std::uint64_t user, std::int64_t created_ms = 0);
game::claim new_claim(std::uint64_t tile, std::uint64_t user, std::uint64_t run,
                      std::int64_t crossed_ms, std::int64_t holds_ms);

/// Does what has to work for the case to make sense.
template <class T>
T must(game::outcome<T> outcome) {
  if (!outcome)
    FAIL("refused: " << game::to_string(outcome.error()));
  return std::move(*outcome);
}

/// Whether `outcome` was refused, and for this reason.
template <class T>
void check_refused(const game::outcome<T>& outcome, errc why) {
  CHECK_FALSE(outcome.has_value());
  if (!outcome)
    CHECK(game::to_string(outcome.error()) == game::to_string(why));
}

/// Registers users 1 to `count`.
void populate(store_world& world, std::uint64_t count, std::int64_t coins_cents = 10'000);
/// A free run from its start to its acceptance with these claims, none merged.
actors::run_record accept_run(store_world& world, std::uint64_t n, std::uint64_t user,
                              const std::vector<game::claim>& claims, std::int64_t now_ms = 0);
/// The run of a ticket, consumed at `now_ms` and accepted with a result of `value`.
actors::run_record run_event(store_world& world, std::uint64_t ticket, std::uint64_t run,
                             std::uint64_t user, std::uint64_t event, std::int64_t value,
                             std::int64_t now_ms);
/// Merges a claim of the log, with the generation its tile has.
game::outcome<actors::claim_merged> merge(store_world& world, const game::claim& claim,
                                          std::int64_t now_ms);
game::account account_of(store_world& world, std::uint64_t user);
actors::event_record load(store_world& world, std::uint64_t event);
/// Every ledger row of a user, newest first.
std::vector<actors::ledger_entry> ledger_of(store_world& world, std::uint64_t user);
std::vector<actors::notification> notices_of(store_world& world, std::uint64_t user);

} // namespace fief::test
