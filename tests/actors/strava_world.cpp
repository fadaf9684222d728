#include "tests/actors/strava_world.hpp"

#include "tests/support/store/memory_commands.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>

namespace fief::test {

using namespace actors;

namespace {

using athlete = fake_strava::athlete;

std::pair<std::int64_t, std::int64_t> parts_of(const std::string& sealed) {
  const auto slash = sealed.find('/');
  return {std::stoll(sealed.substr(0, slash)), std::stoll(sealed.substr(slash + 1))};
}

/// One request with a token: the limits count it, and then it may be refused.
template <class Reply, class Then>
Reply answer(fake_strava& s, const std::string& sealed, Then then) {
  Reply out;
  const auto ms = base::to_ms(s.time->now());
  auto& quarter = s.quarters[ms / (15 * 60'000)];
  auto& day = s.days[ms / (24 * hour)];
  ++quarter, ++day;
  out.rates.quarter = out.rates.read_quarter = {s.quarter_max, quarter};
  out.rates.day = out.rates.read_day = {s.day_max, day};
  out.rates.server_time = s.time->now();
  const auto [who, pair] = parts_of(sealed);
  auto& of = s.athletes.at(who);
  out.outcome = strava_outcome::done;
  if (quarter > s.quarter_max || day > s.day_max) {
    out.outcome = strava_outcome::rate_limited;
  } else if (!s.befalls.empty()) {
    out.outcome = s.befalls.front();
    s.befalls.pop_front();
  } else if (!of.authorized || pair != of.pair) {
    out.outcome = strava_outcome::unauthorized;
  } else {
    then(out, of, who);
  }
  return out;
}

strava_grant grant(fake_strava& s, std::int64_t who) {
  strava_grant out;
  out.outcome = strava_outcome::done;
  out.athlete = who;
  out.sealed = std::to_string(who) + '/' + std::to_string(++s.athletes[who].pair);
  out.expires_in = std::chrono::hours{6};
  return out;
}

strava_grant refresh(fake_strava& s, const std::string& sealed) {
  ++s.refreshes;
  const auto [who, pair] = parts_of(sealed);
  strava_grant out;
  out.outcome = strava_outcome::refused;
  auto& of = s.athletes.at(who);
  if (!of.authorized || pair != of.pair)
    return out;
  auto fresh = grant(s, who);
  if (std::exchange(s.lose_refresh, false))
    return strava_grant{};
  fresh.athlete = 0;
  return fresh;
}

strava_api_actor::behavior_type api(strava_api_actor::pointer, fake_strava* s) {
  return {
    [](const make_strava_link& x) { return strava_link{"link:" + base::to_string(x.user)}; },
    [](const read_strava_state& x) -> caf::result<strava_state_read> {
      if (auto user = base::parse_uuid(x.state))
        return strava_state_read{game::user_id{*user}};
      return caf::make_error(game::errc::forbidden);
    },
    [s](const exchange_strava_code& x) {
      if (x.code.find_first_not_of("0123456789") == std::string::npos) {
        s->athletes[std::stoll(x.code)].authorized = true;
        return grant(*s, std::stoll(x.code));
      }
      strava_grant out;
      out.outcome = strava_outcome::refused;
      return out;
    },
    [s](const refresh_strava_tokens& x) { return refresh(*s, x.sealed); },
    [s](const revoke_strava_tokens& x) {
      ++s->revocations;
      s->athletes.at(parts_of(x.sealed).first).authorized = false;
      return strava_answered{strava_outcome::done, {}};
    },
    [s](const probe_strava& x) {
      return answer<strava_answered>(*s, x.sealed, [](strava_answered&, athlete&, std::int64_t) {});
    },
    [s](const fetch_strava_activity& x) {
      return answer<strava_activity_fetched>(
        *s, x.sealed, [&](strava_activity_fetched& out, athlete& of, std::int64_t) {
          auto found = of.activities.find(x.activity);
          if (found == of.activities.end())
            out.outcome = strava_outcome::not_found;
          else
            out.activity = found->second;
        });
    },
    [s](const list_strava_activities& x) {
      return answer<strava_activities_listed>(
        *s, x.sealed, [&](strava_activities_listed& out, athlete& of, std::int64_t) {
          for (const auto& [id, activity] : of.activities)
            if (x.page == 1 && activity.start > x.after)
              out.items.push_back(activity);
          out.count = static_cast<std::uint32_t>(out.items.size());
        });
    },
    [s](const fetch_strava_streams& x) {
      return answer<strava_streams_fetched>(
        *s, x.sealed, [&](strava_streams_fetched& out, athlete& of, std::int64_t who) {
          if (s->during_streams)
            std::exchange(s->during_streams, nullptr)();
          if (of.without_streams.contains(x.activity)) {
            out.outcome = strava_outcome::not_found;
            return;
          }
          s->streamed.push_back(who);
          game::fix fix;
          for (fix.seq = 1; fix.seq <= 3; ++fix.seq) {
            fix.t = x.start + std::chrono::seconds{fix.seq};
            out.fixes.push_back(fix);
          }
        });
    },
    [](atom::flush) {},
  };
}

caf::result<run_finished> import_one(fake_users& u, const import_run& x) {
  ++u.imports;
  auto why = game::errc{};
  if (!u.refuse_import.empty()) {
    why = u.refuse_import.front();
    u.refuse_import.pop_front();
  }
  if (why != game::errc{} && why != game::errc::unavailable)
    return caf::make_error(why);
  auto [at, fresh] = u.runs.try_emplace({x.user, x.external});
  if (fresh) {
    CHECK(u.ever.insert(x.run).second); // A run that was withdrawn never comes back under its id.
    at->second = {x.run, x.sport, x.fixes.size()};
  }
  if (why != game::errc{})
    return caf::make_error(why);
  run_finished out;
  out.run.id = at->second.run;
  return out;
}

runs_forgotten forget_some(fake_users& u, const forget_runs& x) {
  ++u.forgets;
  runs_forgotten out;
  out.count = static_cast<std::uint32_t>(std::erase_if(u.runs, [&](const auto& run) {
    return run.first.first == x.user && (x.external.empty() || run.first.second == x.external);
  }));
  return out;
}

caf::behavior directory(caf::event_based_actor*, fake_users* u) {
  return {[u](const deliver& x) -> caf::result<caf::message> {
    if (x.content.match_elements<import_run>()) {
      auto done = import_one(*u, x.content.get_as<import_run>(0));
      if (done.flag == caf::rt_error)
        return done.err;
      return done.value;
    }
    if (x.content.match_elements<forget_runs>())
      return caf::make_message(forget_some(*u, x.content.get_as<forget_runs>(0)));
    return caf::make_error(game::errc::invalid_argument);
  }};
}

caf::behavior client(caf::event_based_actor*) {
  return {[](atom::tick) {}};
}

} // namespace

strava_world::strava_world(std::uint64_t seed, const strava_config& config)
  : world(seed), config_(config) {
  outside.time = time;
  memory_store_config rows;
  rows.fault = [this](const char* operation) { return befalls(operation); };
  store = spawn(memory_store, db, rows);
  reader = spawn(memory_reader, db, rows);
  api_ = spawn(api, &outside);
  directory_ = spawn(directory, &users);
  client_ = spawn(client);
  memory_change change{*db, rows.mining};
  for (std::uint64_t n = 1; n <= 9; ++n)
    must(apply(change, new_user(n)));
  boot();
}

strava_world::~strava_world() {
  for (const auto& actor :
       {caf::actor_cast<caf::actor>(strava), caf::actor_cast<caf::actor>(api_), directory_, client_,
        caf::actor_cast<caf::actor>(store), caf::actor_cast<caf::actor>(reader)})
    caf::anon_send_exit(actor, caf::exit_reason::kill);
  drain(); // While the fakes still stand.
}

void strava_world::boot() {
  strava_ports ports{store, reader, directory_, api_, time};
  config_.seed = rng.next(); // Another process, other ids.
  strava = spawn(actors::strava, ports, config_);
}

void strava_world::crash() {
  caf::anon_send_exit(strava, caf::exit_reason::kill);
  drain();
  boot();
}

caf::event_based_actor* strava_world::client_self() {
  auto* self = static_cast<caf::event_based_actor*>(caf::actor_cast<caf::abstract_actor*>(client_));
  self->context(nullptr); // What it last ran on is gone.
  return self;
}

game::outcome<strava_status> strava_world::connect(std::uint64_t user) {
  return ask<strava_status>(complete_strava{base::to_string(user_of(user)),
                                            std::to_string(user * 100), "read,activity:read"});
}

strava_activity& strava_world::add(std::uint64_t user, std::int64_t id, std::int64_t start_ms) {
  const auto who = static_cast<std::int64_t>(user * 100);
  auto& x = outside.athletes[who].activities[id];
  x.id = id;
  x.athlete = who;
  x.sport_type = "Run";
  x.start = at(start_ms);
  x.elapsed_s = 1'800;
  x.distance_dm = 50'000;
  return x;
}

game::outcome<store_done> strava_world::hook(std::uint64_t user, std::int64_t id, bool deleted) {
  return ask<store_done>(strava_event{static_cast<std::int64_t>(user * 100), id, deleted, false});
}

game::outcome<store_done> strava_world::deauthorized(std::uint64_t user) {
  return ask<store_done>(strava_event{static_cast<std::int64_t>(user * 100), 0, false, true});
}

void strava_world::advance(std::chrono::milliseconds duration, std::chrono::milliseconds quantum) {
  for (auto t = std::chrono::milliseconds{0}; t < duration; t += quantum) {
    time->value += quantum;
    run_for(quantum, quantum);
  }
}

void strava_world::fail_next(const std::string& operation, std::vector<store_fault> faults) {
  auto& queue = script_[operation];
  queue.insert(queue.end(), faults.begin(), faults.end());
}

int strava_world::count_of(const std::string& operation) const {
  auto found = counts_.find(operation);
  return found != counts_.end() ? found->second : 0;
}

store_fault strava_world::befalls(const char* operation) {
  std::string name{operation};
  name.erase(0, name.rfind(':') + 1);
  ++counts_[name];
  auto found = script_.find(name);
  if (found == script_.end() || found->second.empty())
    return store_fault::none;
  auto fault = found->second.front();
  found->second.pop_front();
  return fault;
}

} // namespace fief::test
