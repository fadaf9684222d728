#include "net/api/records_codec.hpp"

#include "game/run.hpp"

#include <cmath>

namespace fief::net {

using actors::action_kind;
using actors::notice_kind;
using actors::run_kind;
using actors::run_state;

namespace {

constexpr double e7 = 1e7;

} // namespace

std::string_view to_string(run_state x) {
  switch (x) {
    case run_state::recording: return "recording";
    case run_state::processing: return "processing";
    case run_state::accepted: return "accepted";
    case run_state::flagged: return "flagged";
    case run_state::rejected: return "rejected";
  }
  return "unknown";
}

std::string_view to_string(run_kind x) {
  return x == run_kind::event ? "event" : "free";
}

std::string_view to_string(actors::run_source x) {
  switch (x) {
    case actors::run_source::app: return "app";
    case actors::run_source::file: return "file";
    case actors::run_source::strava: return "strava";
    case actors::run_source::simulated: return "simulated";
  }
  return "unknown";
}

std::string_view to_string(notice_kind x) {
  switch (x) {
    case notice_kind::tiles_lost: return "tiles_lost";
    case notice_kind::event_result: return "event_result";
    case notice_kind::event_cancelled: return "event_cancelled";
    case notice_kind::mining_full: return "mining_full";
    case notice_kind::deposit_credited: return "deposit_credited";
    case notice_kind::import_finished: return "import_finished";
    case notice_kind::run_flagged: return "run_flagged";
    case notice_kind::run_rejected: return "run_rejected";
    case notice_kind::run_accepted: return "run_accepted";
    case notice_kind::coins_granted: return "coins_granted";
    case notice_kind::ticket_granted: return "ticket_granted";
  }
  return "unknown";
}

std::string_view to_string(action_kind x) {
  switch (x) {
    case action_kind::event_created: return "event_created";
    case action_kind::event_edited: return "event_edited";
    case action_kind::event_cancelled: return "event_cancelled";
    case action_kind::ticket_granted: return "ticket_granted";
    case action_kind::coins_granted: return "coins_granted";
    case action_kind::rights_changed: return "rights_changed";
    case action_kind::run_accepted: return "run_accepted";
    case action_kind::run_rejected: return "run_rejected";
    case action_kind::operator_created: return "operator_created";
  }
  return "unknown";
}

std::uint8_t parse_role(std::string_view name) {
  if (name == "runner")
    return actors::role_runner;
  if (name == "organiser")
    return actors::role_organiser;
  if (name == "operator")
    return actors::role_operator;
  return 0;
}

game::event_state state_at(const actors::event_record& x, game::instant now) {
  return game::state_of(now, x.starts_at, x.cut_at, bool{x.settled_at}, bool{x.cancelled_at});
}

void records_codec::instant(std::string_view key, game::instant t) {
  out_.key(key);
  if (form_ == instant_form::text)
    out_.value(t);
  else
    out_.value(base::to_ms(t));
}

void records_codec::roles(std::uint8_t bits) {
  out_.key("roles").begin_array();
  if ((bits & actors::role_runner) != 0)
    out_.value("runner");
  if ((bits & actors::role_organiser) != 0)
    out_.value("organiser");
  if ((bits & actors::role_operator) != 0)
    out_.value("operator");
  out_.end_array();
}

void records_codec::profile(const actors::user_record& user, const game::account& account) {
  out_.begin_object();
  out_.member("id", user.id).member("username", user.username).member("email", user.email);
  roles(user.roles);
  out_.member("coins_cents", account.coins_cents).member("tokens_micro", account.tokens_micro);
  out_.member("xp", game::xp_of(account.mined_total_micro));
  out_.member("tiles", account.mining.tiles);
  instant("created_at", user.created_at);
  out_.end_object();
}

void records_codec::user(const actors::user_record& x, const game::account* account) {
  out_.begin_object();
  out_.member("id", x.id).member("username", x.username).member("email", x.email);
  roles(x.roles);
  out_.member("banned", x.banned).member("deleted", x.deleted);
  instant("created_at", x.created_at);
  if (account != nullptr) {
    out_.member("coins_cents", account->coins_cents).member("tokens_micro", account->tokens_micro);
    out_.member("xp", game::xp_of(account->mined_total_micro));
    out_.member("tiles", account->mining.tiles);
  }
  out_.end_object();
}

void records_codec::waypoints(std::string_view key, const std::vector<actors::waypoint>& x) {
  if (x.empty())
    return;
  out_.key(key).begin_array();
  for (const auto& p : x)
    out_.begin_array().value(p.lat_e7 / e7).value(p.lon_e7 / e7).end_array();
  out_.end_array();
}

void records_codec::event_core(const actors::event_record& x, game::instant now) {
  out_.member("id", x.id).member("name", x.name).member("city", x.city).member("tz", x.tz);
  instant("starts_at", x.starts_at);
  instant("cut_at", x.cut_at);
  out_.member("metric", game::to_string(x.metric));
  out_.member("state", game::to_string(state_at(x, now)));
  if (x.distance_m > 0)
    out_.member("distance_m", x.distance_m);
  out_.member("live_spectators", x.live_spectators);
}

void records_codec::event_summary(const actors::event_record& x, game::instant now) {
  out_.begin_object();
  event_core(x, now);
  out_.end_object();
}

void records_codec::event(const actors::event_record& x, game::instant now) {
  out_.begin_object();
  event_core(x, now);
  out_.member("organiser", x.organiser);
  instant("settle_at", x.settle_at);
  out_.member("entry_fee_cents", x.entry_fee_cents).member("pot_cents", x.pot_cents);
  if (x.settled_at)
    out_.member("pool_cents", x.pool_cents);
  waypoints("course", x.course);
  waypoints("checkpoints", x.checkpoints);
  if (x.area.radius_m > 0) {
    out_.key("area").begin_object();
    out_.member("lat", x.area.center.lat_e7 / e7).member("lon", x.area.center.lon_e7 / e7);
    out_.member("radius_m", x.area.radius_m).end_object();
  }
  out_.member("tickets_sold", x.tickets_sold);
  out_.member("tickets_cents", x.tickets_cents);
  instant("created_at", x.created_at);
  if (x.settled_at)
    instant("settled_at", *x.settled_at);
  if (x.cancelled_at)
    instant("cancelled_at", *x.cancelled_at);
  out_.end_object();
}

void records_codec::ticket(const actors::held_ticket& x, game::instant now) {
  const auto& t = x.ticket;
  auto state = state_at(x.event, now);
  out_.begin_object().member("id", t.id).key("event");
  event_summary(x.event, now);
  out_.member("price_cents", t.price_cents).member("state", game::to_string(t.state));
  out_.member("consumable", game::is_consumable(t.state, state));
  if (auto from = game::consumable_from(t.state, state, x.event.starts_at)) {
    instant("consumable_from", *from);
    instant("expires_at", x.event.cut_at);
  }
  instant("bought_at", t.bought_at);
  if (t.consumed_at)
    instant("consumed_at", *t.consumed_at);
  if (!t.run.is_nil())
    out_.member("run", t.run);
  out_.end_object();
}

void records_codec::run(const actors::run_record& x) {
  out_.begin_object();
  out_.member("id", x.id).member("user", x.user).member("kind", to_string(x.kind));
  out_.member("sport", game::to_string(x.sport)).member("state", to_string(x.state));
  out_.key("reasons").begin_array();
  for (const auto& reason : x.reasons)
    out_.value(reason);
  out_.end_array();
  if (!x.event.is_nil())
    out_.member("event", x.event);
  if (!x.ticket.is_nil())
    out_.member("ticket", x.ticket);
  instant("created_at", x.created_at);
  if (x.started_at != game::instant{}) {
    instant("started_at", x.started_at);
    instant("finished_at", x.finished_at);
  }
  out_.member("partial", x.partial).member("distance_m", x.distance_m);
  out_.member("moving_ms", x.moving.count());
  if (x.distance_m >= 1)
    out_.member("pace_ms_per_km",
                static_cast<std::int64_t>(
                  std::llround(static_cast<double>(x.moving.count()) * 1000.0 / x.distance_m)));
  out_.member("tiles_passed", x.tiles_passed).member("tiles_enclosed", x.tiles_enclosed);
  out_.member("tiles_taken", x.tiles_taken).member("total_seq", x.total_seq);
  out_.member("source", to_string(x.source));
  if (x.has_result) {
    out_.key("result").begin_object().member("value", x.result_value);
    instant("reached_at", x.result_reached_at);
    out_.end_object();
  }
  if (!x.note.empty())
    out_.member("note", x.note);
  out_.end_object();
}

void records_codec::standing(const actors::event_standing& x) {
  out_.begin_object();
  out_.member("rank", x.rank).member("user", x.result.user).member("username", x.username);
  out_.member("value", x.result.value);
  instant("reached_at", x.result.reached_at);
  out_.member("prize_cents", x.prize_cents).end_object();
}

void records_codec::ledger_entry(const actors::ledger_entry& x) {
  out_.begin_object().member("id", std::to_string(x.id));
  out_.member("currency", game::to_string(x.currency));
  out_.member(x.currency == game::currency::coins ? "amount_cents" : "amount_micro", x.amount);
  out_.member("cause", x.cause);
  if (!x.note.empty())
    out_.member("note", x.note);
  instant("at", x.at);
  out_.end_object();
}

void records_codec::notification(const actors::notification& x) {
  out_.begin_object().member("id", x.id).member("kind", to_string(x.kind));
  instant("at", x.at);
  if (x.count != 0)
    out_.member("count", x.count);
  if (x.amount_cents != 0)
    out_.member("amount_cents", x.amount_cents);
  // Tiles are lost to somebody else's run, whose id would tell when it began.
  if (!x.run.is_nil() && x.kind != notice_kind::tiles_lost)
    out_.member("run", x.run);
  if (!x.event.is_nil())
    out_.member("event", x.event);
  if (x.kind == notice_kind::run_flagged || x.kind == notice_kind::run_rejected) {
    out_.key("reasons").begin_array();
    std::string_view rest = x.text;
    while (!rest.empty()) {
      auto comma = rest.find(',');
      auto reason = rest.substr(0, comma);
      if (game::parse_run_reason(reason) || reason == "rejected_by_review")
        out_.value(reason);
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    out_.end_array();
  }
  out_.member("text", words_of(x)).end_object();
}

void records_codec::action(const actors::action_record& x) {
  out_.begin_object().member("id", x.id);
  instant("at", x.at);
  out_.key("by");
  if (x.by.is_nil())
    out_.null();
  else
    out_.value(x.by);
  if (!x.by_username.empty())
    out_.member("by_username", x.by_username);
  out_.member("action", to_string(x.kind)).member("target", x.target);
  if (!x.target_name.empty())
    out_.member("target_name", x.target_name);
  out_.key("detail").raw(x.detail).end_object();
}

void records_codec::seq_ranges(const std::vector<game::seq_range>& x) {
  out_.begin_array();
  for (const auto& r : x)
    out_.begin_array().value(r.first).value(r.last).end_array();
  out_.end_array();
}

void records_codec::mining_members(const game::account& x, game::instant now,
                                   const game::mining_rules& rules) {
  out_.member("tiles", x.mining.tiles);
  out_.member("rate_micro_per_hour", game::rate_micro_per_hour(x.mining, rules));
  out_.member("pending_micro", game::pending_micro(x.mining, now, rules));
  if (auto full = game::full_at(x.mining, rules); full != game::instant::max())
    instant("full_at", full);
  instant("claimable_at", game::claimable_at(x.mining, rules));
}

void records_codec::home_zones(const std::vector<game::home_zone>& x) {
  out_.begin_array();
  for (const auto& zone : x) {
    out_.begin_object().member("lat", zone.lat_e7 / e7).member("lon", zone.lon_e7 / e7);
    out_.member("radius_m", zone.radius_m).end_object();
  }
  out_.end_array();
}

namespace {

std::string money(std::int64_t cents) {
  auto rest = std::to_string(cents % 100);
  return std::to_string(cents / 100) + '.' + (rest.size() < 2 ? "0" + rest : rest) + " coins";
}

} // namespace

std::string words_of(const actors::notification& x) {
  switch (x.kind) {
    case notice_kind::tiles_lost:
      return "Another runner took " + std::to_string(x.count)
             + (x.count == 1 ? " tile of yours." : " tiles of yours.");
    case notice_kind::event_result:
      return x.amount_cents > 0 ? "You finished in place " + std::to_string(x.count) + " and won "
                                    + money(x.amount_cents) + '.'
                                : "You finished in place " + std::to_string(x.count) + '.';
    case notice_kind::event_cancelled:
      return x.amount_cents > 0
               ? "The event does not take place; you got " + money(x.amount_cents) + " back."
               : "The event does not take place.";
    case notice_kind::mining_full: return "Your store is full: collect your tokens.";
    case notice_kind::deposit_credited: return money(x.amount_cents) + " arrived.";
    case notice_kind::import_finished: return "An imported run is ready.";
    case notice_kind::run_flagged:
      return "Your run is held for a review: " + (x.text.empty() ? "no reason given" : x.text)
             + '.';
    case notice_kind::run_rejected:
      return "Your run was not accepted: " + (x.text.empty() ? "no reason given" : x.text) + '.';
    case notice_kind::run_accepted: return "Your run passed its review.";
    case notice_kind::coins_granted: return "You were given " + money(x.amount_cents) + '.';
    case notice_kind::ticket_granted: return "You were given a ticket.";
  }
  return x.text;
}

} // namespace fief::net
