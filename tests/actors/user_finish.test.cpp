#include "actors/user.hpp"
#include "tests/support/actor_runs.hpp"

using namespace fief;
using namespace fief::actors;
using namespace fief::test;
using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;

namespace {

/// Two users; the first has started run 1 and sent all of it but for what a case holds back.
struct finishing : actor_world {
  explicit finishing(std::uint64_t seed = 1) : actor_world(seed) {
    populate(2);
    must(ask_user(start_of(1, 1)));
    time->value = fixes.back().t;
  }
  auto add(std::uint32_t first, std::uint32_t last) {
    return send_user(fixes_for(1, id, part_of(fixes, first, last)));
  }
  auto finish() { return send_user(finish_of(1, id, total)); }
  void resume() { tell(key_of(user_of(1)), resume_unfinished{user_of(1)}); }
  [[nodiscard]] const run_record& run() const { return stored_run(*this, id); }
  [[nodiscard]] bool in_outbox() const { return db->runs.at(id).in_outbox; }
  /// Accepted, its claims merged and the outbox closed.
  void check_complete() {
    CHECK(run().state == run_state::accepted);
    CHECK_FALSE(in_outbox());
    CHECK(run().tiles_taken > 5);
    CHECK(tiles_of(*this, 1).size() == static_cast<std::size_t>(run().tiles_taken));
  }
  game::area_id area() const { return rules->tiling.area_of(tiles_of(*this, 1).front()); }

  game::run_id id = run_of(1);
  std::vector<game::fix> fixes = fixes_of_run(900, at(0));
  std::uint32_t total = static_cast<std::uint32_t>(fixes.size());
};

} // namespace

TEST_CASE("a finish with holes names them and saves nothing", "[actors]") {
  finishing w;
  must(w.answered(w.add(1, 100)));
  must(w.answered(w.add(120, w.total - 10)));
  auto missing = must(w.answered(w.finish()));
  CHECK(missing.missing);
  CHECK(missing.ack == 100);
  REQUIRE(missing.want.size() == 2);
  CHECK(missing.want[0] == game::seq_range{101, 119});
  CHECK(missing.want[1] == game::seq_range{w.total - 9, w.total});
  CHECK(w.run().state == run_state::recording);
  must(w.answered(w.add(101, 119)));
  must(w.answered(w.add(w.total - 9, w.total)));
  check_refused(w.ask_user(finish_of(1, w.id, 5)), errc::invalid_argument); // More are here.
  auto done = must(w.answered(w.finish()));
  CHECK_FALSE(done.missing);
  CHECK(done.run.state == run_state::accepted);
  CHECK(done.run.total_seq == w.total);
  w.check_complete();
  CHECK(must(w.ask_user(get_recording_run{user_of(1)})).run.is_nil());
}

TEST_CASE("a finish waits for the fixes that are on their way", "[actors]") {
  finishing w;
  w.fail_next("append_fixes", {store_fault::delay, store_fault::delay, store_fault::none});
  auto first = w.add(1, 100);
  auto second = w.add(101, w.total);
  auto done = w.finish();
  w.drain();
  CHECK(done->answers == 0);
  w.run_for(20ms);
  CHECK(first->value);
  CHECK(second->value);
  REQUIRE(done->value);
  CHECK_FALSE(done->value->missing);
  w.check_complete();
}

TEST_CASE("a finish says what is missing when those on their way are refused", "[actors]") {
  finishing w;
  must(w.answered(w.add(1, 100)));
  w.fail_next("append_fixes", {store_fault::delay, store_fault::refuse});
  auto lost = w.add(101, w.total);
  auto done = w.finish();
  w.run_for(20ms);
  check_refused(lost->outcome(), errc::unavailable);
  REQUIRE(done->value);
  CHECK(done->value->missing);
  CHECK(done->value->want == std::vector<game::seq_range>{{101, w.total}});
  must(w.answered(w.add(101, w.total)));
  CHECK_FALSE(must(w.answered(w.finish())).missing);
  w.check_complete();
}

TEST_CASE("finishing twice, at once or later, gives one answer", "[actors]") {
  auto seed = GENERATE(range(1, 21));
  CAPTURE(seed);
  finishing w{static_cast<std::uint64_t>(seed)};
  must(w.answered(w.add(1, w.total)));
  auto faults = std::vector<store_fault>(w.rng.below(3), store_fault::delay);
  for (const auto* operation : {"finish_recording", "save_run", "merge_claim", "close_outbox"})
    w.fail_next(operation, faults);
  auto first = w.finish();
  auto second = w.finish();
  for (auto steps = w.rng.below(60); steps > 0; --steps)
    w.step();
  auto third = w.finish();
  w.run_for(200ms, 5ms);
  auto last = must(w.answered(w.finish()));
  for (const auto& reply : {first, second, third}) {
    CHECK(reply->answers == 1);
    REQUIRE(reply->value);
    CHECK(reply->value->run.state == run_state::accepted);
    CHECK(reply->value->run.tiles_taken == last.run.tiles_taken);
  }
  CHECK(w.db->runs.size() == 1);
  w.check_complete();
}

TEST_CASE("a run of somebody else, or of nobody, is not found", "[actors]") {
  finishing w;
  check_refused(w.ask_user(finish_of(2, w.id, 5)), errc::not_found);
  check_refused(w.ask_user(finish_of(1, run_of(9), 5)), errc::not_found);
  must(w.answered(w.add(1, w.total)));
  must(w.answered(w.finish()));
  check_refused(w.ask_user(finish_of(2, w.id, w.total)), errc::not_found);
}

TEST_CASE("a run that has been silent for a day is finished with what is there", "[actors]") {
  finishing w;
  must(w.answered(w.add(1, 250)));
  auto last_heard = w.time->value;
  w.time->value = last_heard + 24h - 1ms;
  w.resume();
  CHECK(w.run().state == run_state::recording);
  w.time->value = last_heard + 24h;
  w.resume();
  CHECK(w.run().state == run_state::accepted);
  CHECK(w.run().partial);
  CHECK(w.run().reasons == std::vector<std::string>{"partial"});
  CHECK(w.run().total_seq == 250);
  w.check_complete();
  CHECK(must(w.ask_user(start_of(1, 2))).created);
}

TEST_CASE("what READER or STORE would not do is done when CLOCK reminds of it", "[actors]") {
  auto operation = GENERATE(as<std::string>{}, "find_similar_runs", "save_run", "merge_claim",
                            "close_outbox", "load_area");
  auto fault = GENERATE(store_fault::refuse, store_fault::lose_answer);
  CAPTURE(operation, static_cast<int>(fault));
  finishing w;
  must(w.answered(w.add(1, w.total)));
  w.fail_next(operation, {fault});
  auto done = must(w.answered(w.finish()));
  CHECK_FALSE(done.missing);
  CHECK((done.run.state == run_state::processing || done.run.state == run_state::accepted));
  w.resume(); // As CLOCK does as long as something is left.
  w.resume();
  w.check_complete();
}

TEST_CASE("what is unfinished is taken up again by a USER that died", "[actors]") {
  auto operation =
    GENERATE(as<std::string>{}, "find_similar_runs", "save_run", "merge_claim", "close_outbox");
  CAPTURE(operation);
  finishing w;
  must(w.answered(w.add(1, w.total)));
  w.fail_next(operation, {store_fault::refuse});
  must(w.answered(w.finish()));
  w.kill(key_of(user_of(1)));
  w.resume(); // Loading it is enough.
  w.check_complete();
}

TEST_CASE("a finish whose answer was lost is finished all the same", "[actors]") {
  auto start_another = GENERATE(false, true);
  CAPTURE(start_another);
  finishing w;
  must(w.answered(w.add(1, w.total)));
  w.fail_next("finish_recording", {store_fault::lose_answer});
  check_refused(w.answered(w.finish()), errc::unavailable);
  CHECK(w.run().state == run_state::processing);
  if (start_another)
    CHECK(must(w.ask_user(start_of(1, 2))).created);
  w.resume();
  w.resume();
  w.check_complete();
  CHECK(must(w.ask_user(get_recording_run{user_of(1)})).run
        == (start_another ? run_of(2) : game::run_id{}));
}

TEST_CASE("however two attempts at a run meet, its outbox closes only when all is merged",
          "[actors]") {
  auto seed = GENERATE(range(1, 301));
  CAPTURE(seed);
  finishing w{static_cast<std::uint64_t>(seed)};
  w.fixes = fixes_of_run(2'500, at(0)); // Through more than one area.
  w.total = static_cast<std::uint32_t>(w.fixes.size());
  w.time->value = w.fixes.back().t;
  must(w.answered(w.add(1, w.total)));
  w.fail_next("finish_recording", {store_fault::lose_answer});
  check_refused(w.answered(w.finish()), errc::unavailable);
  base::rng faults{static_cast<std::uint64_t>(seed)};
  w.weather = [&](const std::string& operation) {
    if (operation != "merge_claim" && operation != "save_run")
      return store_fault::none;
    auto drawn = faults.below(4);
    return drawn == 0 && operation == "merge_claim" ? store_fault::refuse
           : drawn < 3                              ? store_fault::delay
                                                    : store_fault::none;
  };
  actors::tell(w.directory, key_of(user_of(1)), resume_unfinished{user_of(1)});
  auto again = w.finish(); // Both find the run in processing, and judge and merge it.
  for (int i = 0; i < 40; ++i) {
    w.advance(std::chrono::seconds{1});
    auto merged = std::ranges::all_of(
      w.db->claims, [&](const auto& x) { return w.db->tiles.contains(x.first.first); });
    CHECK((w.in_outbox() || merged));
  }
  CHECK(again->answers == 1);
  w.weather = nullptr;
  w.resume();
  w.check_complete();
  std::set<game::area_id> areas;
  for (const auto& [tile, row] : w.db->tiles)
    areas.insert(w.rules->tiling.area_of(tile));
  CHECK(areas.size() > 1);
}

// -- simulated phones ----------------------------------------------------------------------------

TEST_CASE("a run of a simulated phone is marked, and takes tiles although its fixes say so",
          "[actors]") {
  auto simulated = GENERATE(true, false);
  actor_world w;
  w.populate(1);
  auto start = start_of(1, 1);
  start.simulated = simulated;
  auto run = must(w.ask_user(start)).run;
  CHECK(run.source == (simulated ? run_source::simulated : run_source::app));
  auto fixes = fixes_of_run(900, at(0));
  for (auto& x : fixes)
    x.flags = game::fix::flag_mock;
  auto done = record(w, 1, run.id, fixes).run;
  CHECK(stored_run(w, run.id).source == run.source);
  if (simulated) {
    CHECK(done.state == run_state::accepted);
    CHECK(done.reasons.empty());
    CHECK(tiles_of(w, 1).size() > 5);
  } else {
    CHECK(done.state == run_state::flagged);
    CHECK(done.reasons == std::vector<std::string>{"mock_location"});
    CHECK(tiles_of(w, 1).empty());
  }
}

// -- reviews --------------------------------------------------------------------------------------

namespace {

/// The run of `finishing`, done with a simulated location.
struct flagged : finishing {
  flagged() {
    for (auto& x : fixes)
      x.flags = game::fix::flag_mock;
    must(answered(add(1, total)));
    CHECK(must(answered(finish())).run.state == run_state::flagged);
  }
  auto review(bool accept, const std::string& note = {}) {
    return ask_user(review_run{user_of(1), id, accept, note});
  }
};

} // namespace

TEST_CASE("a flagged run holds its tiles until it is reviewed", "[actors]") {
  flagged w;
  CHECK(tiles_of(w, 1).empty());
  CHECK(must(w.review(true, "all good")).state == run_state::accepted);
  CHECK(w.run().note == "all good");
  w.check_complete();
  auto again = must(w.review(true, "all good")); // As after a lost answer.
  CHECK(again.state == run_state::accepted);
  CHECK(again.note == "all good");
  w.check_complete();
  check_refused(w.review(true), errc::run_not_flagged);
  check_refused(w.review(true, "somebody else's word"), errc::run_not_flagged);
}

TEST_CASE("a copy made while a run waits for its verdict does not speak against it", "[actors]") {
  flagged w;
  w.time->value += 1h;
  import_run copy;
  copy.user = user_of(1);
  copy.run = run_of(77);
  copy.sport = game::sport::run;
  copy.fixes = w.fixes;
  auto rejected = must(w.ask_user(copy)).run;
  CHECK(rejected.state == run_state::rejected);
  CHECK(must(w.review(true, "all good")).state == run_state::accepted);
  w.check_complete();
}

TEST_CASE("no verdict is given on a run while its account is being closed", "[actors]") {
  flagged w;
  REQUIRE(must(w.review(true, "all good")).state == run_state::accepted);
  auto closing = w.send_user(close_account{user_of(1)});
  const action_note late{uuid_of(9, 9), user_of(2)};
  auto review = w.send_user(review_run{user_of(1), w.id, false, "no", late});
  w.drain();
  CHECK(closing->answers == 1);
  check_refused(review->outcome(), errc::not_found);
  CHECK(w.db->actions.count(late.id) == 0); // Its words would outlive the account.
}

TEST_CASE("an accepting review that fails can be repeated", "[actors]") {
  auto operation = GENERATE(as<std::string>{}, "load_run", "find_similar_runs", "save_run");
  CAPTURE(operation);
  flagged w;
  w.fail_next(operation, {store_fault::refuse});
  auto failed = w.send_user(review_run{user_of(1), w.id, true, {}});
  w.drain();
  CHECK(failed->answers == 1);
  check_refused(failed->outcome(), errc::unavailable);
  CHECK(must(w.review(true)).state == run_state::accepted);
  w.check_complete();
}

TEST_CASE("a review accepted with its answer lost still gives the tiles", "[actors]") {
  flagged w;
  w.fail_next("save_run", {store_fault::lose_answer});
  check_refused(w.review(true), errc::unavailable);
  CHECK(w.run().state == run_state::accepted);
  w.resume();
  w.check_complete();
}

TEST_CASE("a flagged run can be rejected, with a word to the runner", "[actors]") {
  flagged w;
  auto rejected = must(w.review(false, "this was a drone"));
  CHECK(rejected.state == run_state::rejected);
  CHECK(rejected.reasons == std::vector<std::string>{"mock_location", "rejected_by_review"});
  CHECK(tiles_of(w, 1).empty());
  check_refused(w.review(true), errc::run_not_flagged);
  auto notices = w.db->notices;
  CHECK(std::ranges::any_of(notices, [](const auto& x) {
    return x.second.notice.kind == notice_kind::run_rejected
           && x.second.notice.text == "this was a drone";
  }));
}

TEST_CASE("a run rejected after it was accepted gives its tiles back on the live map", "[actors]") {
  finishing w;
  must(w.answered(w.add(1, w.total)));
  must(w.answered(w.finish()));
  auto area = w.area();
  auto before = must(w.ask_area(get_area_count{area}));
  CHECK(before.tiles > 0);
  auto slower = fixes_of_run(900, w.fixes.front().t, 5); // Another's, over the same ground.
  for (auto& x : slower)
    x.t -= std::chrono::hours{1};
  w.time->value = at(hour);
  CHECK(run_freely(w, 2, 2, slower).state == run_state::accepted);
  CHECK_FALSE(tiles_of(w, 1).empty());
  auto rejected = must(w.ask_user(review_run{user_of(1), w.id, false, "no"}));
  CHECK(rejected.state == run_state::rejected);
  CHECK(rejected.tiles_taken == 0);
  CHECK(tiles_of(w, 1).empty());
  auto after = must(w.ask_area(get_area_count{area}));
  CHECK(after.strongest == user_of(2));
  CHECK(after.owners == 1);
  auto account = must(w.ask_user(get_mining{user_of(1)})).account;
  CHECK(account.mining.tiles == 0);
  auto again = must(w.ask_user(review_run{user_of(1), w.id, false, "and no"}));
  CHECK(again.state == run_state::rejected);
  CHECK(again.reasons == rejected.reasons);
  CHECK(again.note == "no");
  check_refused(w.ask_user(review_run{user_of(1), w.id, true, "yes"}), errc::run_not_flagged);
  check_refused(w.ask_user(review_run{user_of(2), w.id, false, "no"}), errc::not_found);
}

TEST_CASE("a rejection whose answer was lost is told to the live map when it is asked again",
          "[actors]") {
  finishing w;
  must(w.answered(w.add(1, w.total)));
  must(w.answered(w.finish()));
  auto area = w.area();
  CHECK(must(w.ask_area(get_area_count{area})).tiles > 0);
  w.fail_next("revoke_run", {store_fault::lose_answer});
  check_refused(w.ask_user(review_run{user_of(1), w.id, false, "no"}), errc::unavailable);
  CHECK(w.run().state == run_state::rejected);
  must(w.ask_user(review_run{user_of(1), w.id, false, "no"}));
  CHECK(must(w.ask_area(get_area_count{area})).tiles == 0);
}

TEST_CASE("a review is answered by its own commit, whatever else becomes of the run", "[actors]") {
  finishing w;
  must(w.answered(w.add(1, w.total)));
  w.fail_next("close_outbox", {store_fault::refuse});
  must(w.answered(w.finish()));
  CHECK(w.in_outbox());
  w.fail_next("revoke_run", {store_fault::delay});
  auto rejecting = w.send_user(review_run{user_of(1), w.id, false, "no"});
  w.resume(); // Its claims are merged meanwhile.
  CHECK_FALSE(w.in_outbox());
  CHECK(rejecting->answers == 0);
  w.advance(std::chrono::seconds{1});
  CHECK(must(w.answered(rejecting)).state == run_state::rejected);
  CHECK(w.run().state == run_state::rejected);
}
