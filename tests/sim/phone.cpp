#include "tests/sim/phone.hpp"

namespace fief::test {

using namespace actors;

namespace {

constexpr std::uint64_t ids_per_phone = 100'000;

} // namespace

phone::phone(city& of, promises& told, std::uint64_t n) : w_(of), told_(told), n_(n) {
  for (std::size_t i = 0; i < 2; ++i)
    devices_.push_back(w_.open_gateway());
}

caf::actor phone::device() {
  return devices_[w_.work.below(devices_.size())];
}

void phone::vanish(std::size_t at) {
  w_.forget(devices_[at]);
  caf::anon_send_exit(devices_[at], caf::exit_reason::kill);
  devices_[at] = w_.open_gateway();
  starting_ = sending_ = finishing_ = false; // Whoever was to be told may be gone.
  attach(at);
}

void phone::attach(std::size_t at) {
  attach_session hello{user(), {devices_[at], n_}, run_, caf::none};
  w_.ask(devices_[at], key_of(user()), hello, [this, run = run_, ack = ack_](const auto& outcome) {
    if (outcome && outcome->run.run == run && !run.is_nil())
      w_.found.expect(outcome->run.ack >= ack, "a session resumes at ", outcome->run.ack,
                      " and heard ", ack, " before");
  });
}

void phone::act() {
  if (closing_)
    return;
  if (!run_.is_nil() && !abandoned_)
    record();
  else if (run_.is_nil() && !starting_ && !w_.calm)
    start();
  switch (w_.work.below(14)) {
    case 0: return collect();
    case 1: return look();
    case 2: return w_.calm ? look() : buy();
    case 3: return attach(w_.work.below(devices_.size()));
    case 4: return w_.calm || !w_.work.chance(1, 40) ? look() : live_elsewhere();
    case 5: return w_.calm || !w_.work.chance(1, 150) ? look() : close();
    default: return;
  }
}

// -- runs -----------------------------------------------------------------------------------------

void phone::start() {
  starting_ = true;
  if (w_.work.chance(1, 2)) {
    spend();
    return;
  }
  auto id = run_of(n_ * ids_per_phone + next_++);
  w_.ask(device(), key_of(user()), start_run{user(), id, game::sport::run, caf::none},
         [this](const auto& outcome) {
           starting_ = false;
           if (outcome)
             began(*outcome);
         });
}

void phone::spend() {
  std::vector<game::ticket_id> mine; // As its list shows them; any will do.
  for (const auto& [id, ticket] : w_.db->tickets)
    if (ticket.user == user() && ticket.state == game::ticket_state::unused)
      mine.push_back(id);
  if (mine.empty()) {
    starting_ = false;
    buy();
    return;
  }
  spend_ticket x{user(), mine[w_.work.below(mine.size())], game::sport::run, caf::none};
  auto then = [this](const auto& outcome) {
    starting_ = false;
    if (outcome)
      began(*outcome);
  };
  w_.ask(device(), key_of(user()), x, then);
  if (w_.work.chance(1, 3)) // Two phones at once.
    w_.ask(device(), key_of(user()), x, then);
}

void phone::began(const run_started& x) {
  told_.started(x);
  if (x.run.state != run_state::recording || run_ == x.run.id)
    return;
  w_.found.expect(run_.is_nil() || abandoned_, "two runs record at once");
  run_ = x.run.id;
  fixes_ = new_track();
  ack_ = 0;
  finishing_ = sending_ = false;
  abandoned_ = w_.work.chance(1, 20);
}

std::vector<game::fix> phone::new_track() {
  auto start = w_.time->now();
  if (!stolen.empty() && w_.work.chance(1, 3)) { // A replay, now or at the same instants.
    auto track = std::exchange(stolen, {});
    auto shift = w_.work.chance(1, 2) ? start - track.front().t : game::milliseconds{0};
    for (auto& x : track)
      x.t += shift;
    return track;
  }
  runner who;
  who.start = start;
  who.speed_mps = 2.4 + static_cast<double>(w_.work.below(20)) / 10;
  base::rng sway{w_.work.next()};
  auto north = 150.0 * static_cast<double>(w_.work.below(3));
  std::vector<point_m> path{{0, north},
                            {500 + 100.0 * static_cast<double>(w_.work.below(6)), north}};
  switch (w_.work.below(8)) {
    case 0: path = circle(140 + 30.0 * static_cast<double>(w_.work.below(4))); break;
    case 1: path.back().x = 300; break; // Too short for territory.
    case 2: who.speed_mps = 11; break;  // By car.
    default: break;
  }
  auto track = run_along(path, who, sway);
  if (w_.work.chance(1, 8))
    track.front().flags = game::fix::flag_mock;
  return track;
}

void phone::record() {
  if (!sending_)
    send_some();
  if (ack_ == fixes_.size() && !finishing_)
    finish();
}

void phone::send_some() {
  std::vector<game::fix> ready;
  for (const auto& x : fixes_)
    if (x.seq > ack_ && x.t <= w_.time->now() && (w_.calm || !w_.work.chance(1, 20)))
      ready.push_back(x);
  if (ready.empty())
    return;
  if (w_.work.chance(1, 4)) { // From both devices, one of them in another order.
    auto mixed = shuffled_with_repeats(ready, w_.work);
    w_.ask(devices_[1], key_of(user()), fixes_for(n_, run_, std::move(mixed)),
           [this, run = run_](const auto& outcome) {
             if (outcome && run == run_)
               told_.stored(user(), *outcome, fixes_);
           });
  }
  sending_ = true;
  w_.ask(devices_[0], key_of(user()), fixes_for(n_, run_, std::move(ready)),
         [this, run = run_](const auto& outcome) {
           if (run != run_)
             return;
           sending_ = false;
           if (outcome) {
             told_.stored(user(), *outcome, fixes_);
             w_.found.expect(outcome->ack >= ack_, "an acknowledgement went back from ", ack_,
                             " to ", outcome->ack);
             ack_ = outcome->ack;
           } else if (outcome.error() == game::errc::run_not_recording
                      || outcome.error() == game::errc::not_found) {
             leave_run(); // Silent for a day, or the account is closed.
           }
         });
}

void phone::finish() {
  finishing_ = true;
  w_.ask(device(), key_of(user()), finish_of(n_, run_, fixes_.size()),
         [this, run = run_](const auto& outcome) {
           if (run != run_)
             return;
           finishing_ = false;
           if (!outcome)
             return;
           told_.finished(user(), *outcome);
           w_.found.expect(!outcome->missing, "every fix was acknowledged and some are missing");
           if (outcome->missing)
             return;
           done.emplace_back(run_, fixes_);
           leave_run();
         });
}

void phone::leave_run() {
  last_track_ = fixes_;
  run_ = {};
  fixes_.clear();
  ack_ = 0;
  abandoned_ = false;
}

// -- money and the rest ---------------------------------------------------------------------------

void phone::buy() {
  const auto& events = w_.db->events;
  auto event = std::next(events.begin(), static_cast<std::ptrdiff_t>(w_.work.below(events.size())));
  acquire_ticket x{ticket_of(n_ * ids_per_phone + next_++), user(), event->first, false};
  auto then = [this](const auto& outcome) {
    if (outcome)
      told_.bought(*outcome);
  };
  w_.errand([this] { return device(); }, key_of(user()), x, then);
  if (w_.work.chance(1, 4)) { // On the other device, too: one ticket is enough.
    x.ticket = ticket_of(n_ * ids_per_phone + next_++);
    w_.errand([this] { return device(); }, key_of(user()), x, then);
  }
}

void phone::collect() {
  collect_tokens x{user(), uuid_of(5, n_ * ids_per_phone + next_++)};
  w_.errand([this] { return device(); }, key_of(user()), x,
            [this, x](const auto& outcome) {
              if (outcome)
                told_.claimed(x, *outcome);
            });
}

void phone::look() {
  switch (w_.work.below(4)) {
    case 0: w_.ask(device(), key_of(user()), get_mining{user()}, [](const auto&) {}); return;
    case 1: w_.ask(device(), key_of(user()), get_profile{user()}, [](const auto&) {}); return;
    case 2: w_.ask(device(), key_of(user()), get_recording_run{user()}, [](const auto&) {}); return;
    default: break;
  }
  std::vector<game::ticket_id> mine;
  auto is_open = [this](game::ticket_id id) {
    const auto& ticket = w_.db->tickets.at(id);
    const auto& event = w_.db->events.at(ticket.event);
    auto state = game::state_of(w_.time->now(), event.starts_at, event.cut_at,
                                bool{event.settled_at}, bool{event.cancelled_at});
    return game::is_active(ticket.state, state);
  };
  for (const auto& [id, ticket] : w_.db->tickets)
    if (ticket.user == user() && told_.knows(id) && is_open(id))
      mine.push_back(id);
  w_.ask(device(), key_of(user()), list_active_tickets{user()},
         [this, mine, is_open](const auto& outcome) {
           if (!outcome)
             return;
           for (auto id : mine) {
             auto shown = std::ranges::any_of(outcome->tickets,
                                              [&](const auto& x) { return x.ticket.id == id; });
             w_.found.expect(shown || !is_open(id), "ticket ", to_string(id),
                             " was acknowledged and is not listed");
           }
         });
}

void phone::live_elsewhere() {
  game::home_zone zone{458'100'000, 159'800'000 + static_cast<std::int32_t>(w_.work.below(80'000)),
                       200};
  w_.errand([this] { return device(); }, key_of(user()), set_home_zones{user(), {zone}},
            [](const auto&) {});
}

void phone::close() {
  closing_ = true;
  ++delicate_;
  w_.errand([this] { return device(); }, key_of(user()), close_account{user()},
            [this](const auto& outcome) {
              --delicate_;
              // Asked again after the answer was lost there is nobody any more.
              auto gone = outcome || outcome.error() == game::errc::not_found;
              w_.found.expect(gone, "an account cannot be closed");
              told_.closed(user());
            });
}

} // namespace fief::test
