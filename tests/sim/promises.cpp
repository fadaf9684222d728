#include "tests/sim/promises.hpp"

namespace fief::test {

using namespace actors;

void promises::keep(std::function<void()> holds) {
  holds();
  all_.push_back(std::move(holds));
}

void promises::check_again() const {
  for (const auto& holds : all_)
    holds();
  for (const auto& [user, claims] : claims_) {
    std::multiset<std::int64_t> booked, amounts;
    for (const auto& [claim, paid] : claims)
      amounts.insert(paid);
    for (const auto& [id, row] : w_.db->ledger)
      if (row.user == user && row.entry.cause.starts_with("mining:"))
        booked.insert(row.entry.amount);
    w_.found.expect(std::ranges::includes(booked, amounts), "claims of tokens of ", to_string(user),
                    " were acknowledged and are not all booked");
  }
}

void promises::expect_booked(const std::string& cause, game::user_id user, game::currency in,
                             std::int64_t amount) const {
  auto rows = std::ranges::count_if(w_.db->ledger, [&](const auto& entry) {
    const auto& row = entry.second;
    return row.entry.cause == cause && row.user == user && row.entry.currency == in
           && row.entry.amount == amount;
  });
  w_.found.expect(rows == (amount != 0 ? 1 : 0), rows, " ledger rows ", cause, " of ", amount);
}

void promises::expect_logged(action_kind kind, const base::uuid& target) const {
  auto rows = std::ranges::count_if(w_.db->actions, [&](const auto& entry) {
    return entry.second.kind == kind && entry.second.target == target;
  });
  w_.found.expect(rows == 1, rows, " logged actions of kind ", static_cast<int>(kind), " on ",
                  base::to_string(target));
}

void promises::bought(const ticket_bought& x) {
  tickets_.insert(x.held.ticket.id);
  keep([this, ticket = x.held.ticket] {
    auto row = w_.db->tickets.find(ticket.id);
    auto there = row != w_.db->tickets.end() && row->second.user == ticket.user
                 && row->second.event == ticket.event;
    w_.found.expect(there, "ticket ", to_string(ticket.id), " was acknowledged and is not there");
    expect_booked(game::ticket_cause(ticket.id), ticket.user, game::currency::coins,
                  -ticket.price_cents);
  });
}

void promises::started(const run_started& x) {
  keep([this, run = x.run] {
    auto row = w_.db->runs.find(run.id);
    auto there = row != w_.db->runs.end() && row->second.run.user == run.user
                 && row->second.run.ticket == run.ticket;
    w_.found.expect(there, "run ", to_string(run.id), " was acknowledged and is not there");
    if (run.ticket.is_nil())
      return;
    const auto& ticket = w_.db->tickets.at(run.ticket);
    w_.found.expect(ticket.run == run.id, "ticket ", to_string(run.ticket),
                    " was spent for a run and shows another");
  });
}

void promises::stored(game::user_id user, const fixes_stored& x,
                      const std::vector<game::fix>& recorded) {
  keep([this, user, run = x.run, first = part_of(recorded, 1, x.ack)] {
    if (is_closed(user))
      return;
    auto durable = stored_fixes(w_, run);
    auto held =
      durable.size() >= first.size() && std::equal(first.begin(), first.end(), durable.begin());
    w_.found.expect(held, "fixes of ", to_string(run), " were acknowledged up to ", first.size(),
                    " and are not durable as sent");
  });
}

void promises::finished(game::user_id user, const run_finished& x) {
  if (x.missing)
    return;
  keep([this, user, run = x.run] {
    const auto& now = w_.db->runs.at(run.id).run;
    w_.found.expect(now.user == user && now.state != run_state::recording, "run ",
                    to_string(run.id), " was finished and still records");
    auto judged = [](run_state s) {
      return s == run_state::accepted || s == run_state::flagged || s == run_state::rejected;
    };
    w_.found.expect(!judged(run.state) || judged(now.state), "the verdict on ", to_string(run.id),
                    " was acknowledged and is gone");
    w_.found.expect(run.state != run_state::rejected || now.state == run_state::rejected, "run ",
                    to_string(run.id), " was rejected and is not");
  });
}

void promises::claimed(const collect_tokens& asked, const tokens_claimed& x) {
  if (x.claimed_micro == 0)
    return;
  claims_[asked.user].emplace(asked.claim, x.claimed_micro);
  auto booked = std::ranges::any_of(w_.db->ledger, [&](const auto& entry) {
    const auto& row = entry.second;
    return row.user == asked.user && row.entry.amount == x.claimed_micro
           && row.entry.cause.starts_with("mining:");
  });
  w_.found.expect(booked, "a claim of ", x.claimed_micro, " was acknowledged and is not booked");
  keep([] {});
}

void promises::granted(const give_coins& x) {
  keep([this, x] {
    expect_booked(game::grant_cause(x.grant), x.user, game::currency::coins, x.coins_cents);
    auto row = w_.db->actions.find(x.grant);
    w_.found.expect(row != w_.db->actions.end() && row->second.target == x.user.value, "grant ",
                    base::to_string(x.grant), " was acknowledged and is not logged");
  });
}

void promises::hosted(const event_record& x) {
  keep([this, x] {
    auto row = w_.db->events.find(x.id);
    w_.found.expect(row != w_.db->events.end() && row->second.organiser == x.organiser, "event ",
                    to_string(x.id), " was acknowledged and is not there");
    expect_logged(action_kind::event_created, x.id.value);
  });
}

void promises::called_off(game::event_id event) {
  keep([this, event] {
    w_.found.expect(bool{w_.db->events.at(event).cancelled_at}, "event ", to_string(event),
                    " was called off and is not");
    expect_logged(action_kind::event_cancelled, event.value);
    for (const auto& [id, ticket] : w_.db->tickets)
      if (ticket.event == event) {
        w_.found.expect(ticket.state == game::ticket_state::refunded, "ticket ", to_string(id),
                        " of an event called off is not refunded");
        expect_booked(game::refund_cause(id), ticket.user, game::currency::coins,
                      ticket.price_cents);
      }
  });
}

void promises::reviewed(game::run_id run, bool accepted) {
  keep([this, run, accepted] {
    auto state = w_.db->runs.at(run).run.state;
    auto held = state == run_state::rejected || (accepted && state == run_state::accepted);
    w_.found.expect(held, "the review of ", to_string(run), " was acknowledged as ", accepted,
                    " and it is in state ", static_cast<int>(state));
    expect_logged(accepted ? action_kind::run_accepted : action_kind::run_rejected, run.value);
  });
}

void promises::closed(game::user_id user) {
  keep([this, user] {
    w_.found.expect(is_closed(user), "account ", to_string(user), " was closed and is not");
    for (const auto& [id, row] : w_.db->runs)
      w_.found.expect(row.run.user != user || row.chunks.empty(), "run ", to_string(id),
                      " of a closed account has its track");
    for (const auto& [id, tile] : w_.db->tiles)
      w_.found.expect(tile.top.user != user, "a closed account holds tile ", id.value);
  });
}

} // namespace fief::test
