#include "tests/support/store/conformance.hpp"

namespace fief::test {

using namespace actors;

create_user new_user(std::uint64_t n, std::int64_t coins_cents) {
  user_record user;
  user.id = user_of(n);
  user.username = "runner" + std::to_string(n);
  user.email = "Runner" + std::to_string(n) + "@Example.org";
  user.created_at = at(-day);
  return {user, "$argon2id$" + std::to_string(n), coins_cents};
}

event_record new_event(std::uint64_t n, std::uint64_t organiser, std::int64_t fee_cents) {
  event_record event;
  event.id = event_of(n);
  event.organiser = user_of(organiser);
  event.name = "Night of hill " + std::to_string(n);
  event.city = "Zagreb";
  event.tz = "Europe/Zagreb";
  event.starts_at = at(0);
  event.cut_at = at(10 * hour);
  event.settle_at = at(10 * hour + hour / 2);
  event.entry_fee_cents = fee_cents;
  event.created_at = at(-day);
  return event;
}

run_record new_run(std::uint64_t n, std::uint64_t user, std::int64_t created_ms) {
  run_record run;
  run.id = run_of(n);
  run.user = user_of(user);
  run.created_at = at(created_ms);
  run.last_data_at = at(created_ms);
  return run;
}

game::claim new_claim(std::uint64_t tile, std::uint64_t user, std::uint64_t run,
                      std::int64_t crossed_ms, std::int64_t holds_ms) {
  return {tile_of(tile), user_of(user), run_of(run), at(crossed_ms), at(holds_ms), false};
}

void populate(store_world& world, std::uint64_t count, std::int64_t coins_cents) {
  for (std::uint64_t n = 1; n <= count; ++n)
    must(world.write(new_user(n, coins_cents)));
}

run_record accept_run(store_world& world, std::uint64_t n, std::uint64_t user,
                      const std::vector<game::claim>& claims, std::int64_t now_ms) {
  auto run = must(world.write(create_run{new_run(n, user, now_ms)}));
  run = must(world.write(finish_recording{run.id, run.user, 0, false, at(now_ms)}));
  save_run save;
  save.run = run;
  save.run.state = run_state::accepted;
  save.claims = claims;
  save.now = at(now_ms);
  return must(world.write(save));
}

run_record run_event(store_world& world, std::uint64_t ticket, std::uint64_t run,
                     std::uint64_t user, std::uint64_t event, std::int64_t value,
                     std::int64_t now_ms) {
  auto consumed =
    must(world.write(consume_ticket{ticket_of(ticket), new_run(run, user, now_ms), at(now_ms)}));
  must(world.write(finish_recording{run_of(run), user_of(user), 0, false, at(now_ms)}));
  save_run save;
  save.run = consumed.run;
  save.run.state = run_state::accepted;
  save.run.has_result = true;
  save.run.result_value = value;
  save.run.result_reached_at = at(now_ms);
  save.has_result = true;
  save.result = {event_of(event), user_of(user), run_of(run), value, at(now_ms), at(now_ms)};
  save.now = at(now_ms);
  return must(world.write(save));
}

game::outcome<claim_merged> merge(store_world& world, const game::claim& claim,
                                  std::int64_t now_ms) {
  std::int64_t generation = 0;
  for (const auto& tile : must(world.read(load_area{area_of_tiles})).tiles)
    if (tile.top.tile == claim.tile)
      generation = tile.generation;
  return world.write(merge_claim{claim, generation, at(now_ms)});
}

game::account account_of(store_world& world, std::uint64_t user) {
  return must(world.read(load_user{user_of(user)})).account;
}

event_record load(store_world& world, std::uint64_t event) {
  return must(world.read(load_event{event_of(event)})).event;
}

std::vector<ledger_entry> ledger_of(store_world& world, std::uint64_t user) {
  return must(world.read(list_ledger{user_of(user), {"", 200}})).items;
}

std::vector<notification> notices_of(store_world& world, std::uint64_t user) {
  return must(world.read(list_notifications{user_of(user), {"", 200}})).items;
}

} // namespace fief::test
