#include "net/api/api.hpp"
#include "net/api/text_checks.hpp"
#include "net/fixes_codec.hpp"

namespace fief::net {

namespace {

std::string run_json(const actors::run_record& x) {
  return record_json([&](records_codec& out) { out.run(x); });
}

/// `{sport?, device_time?, simulated?}`, also left out altogether. With a ticket also `{run}`
/// alone.
struct run_start {
  game::sport sport = game::sport::run;
  caf::optional<game::instant> device_time;
  bool simulated = false;
  std::optional<base::uuid> run; ///< Imported, to be attached.
};

std::optional<run_start> read_start(const call& c, bool may_attach) {
  run_start out;
  if (c.request.body.empty())
    return out;
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  if (auto name = in.optional_string("sport", {.min = 1, .max = 32})) {
    auto sport = game::parse_sport(*name);
    if (!sport) {
      auto refusal = to_problem(game::errc::unknown_sport);
      refusal.errors.push_back({"sport", "unknown_sport", "No such sport."});
      c.send(refusal);
      return std::nullopt;
    }
    out.sport = *sport;
  }
  if (auto t = in.optional_instant("device_time"))
    out.device_time = *t;
  if (auto simulated = in.optional_boolean("simulated"))
    out.simulated = *simulated;
  if (may_attach)
    out.run = in.optional_uuid("run");
  if (out.run && (in.has("sport") || in.has("device_time") || in.has("simulated")))
    in.refuse("run", "not_alone",
              "A run that is attached has its sport, its times and its source.");
  if (!in.finish())
    c.send(errors.to_problem());
  else if (out.simulated && !c.api.simulated_runs)
    c.send(game::errc::simulation_not_allowed);
  else
    return out;
  return std::nullopt;
}

/// 409 that names the run in the way.
void refuse_for_run_in_progress(const call& c) {
  c.ask_entity<actors::recording_run>(actors::key_of(c.user()), actors::get_recording_run{c.user()},
                                      [c](const actors::recording_run& x) {
                                        auto out = to_problem(game::errc::run_in_progress);
                                        if (!x.run.is_nil())
                                          out.with_member("run",
                                                          '"' + base::to_string(x.run) + '"');
                                        c.send(out);
                                      });
}

/// Asks the caller's USER to start a run, and explains `run_in_progress`.
template <class Message, class Then>
void start(const call& c, Message message, Then then) {
  c.ask_entity(actors::key_of(c.user()), caf::make_message(std::move(message)),
               c.api.limits.ask_deadline, [c, then](reply got) {
                 if (c.answer->answered())
                   return;
                 if (const auto* x = got.get<actors::run_started>())
                   then(*x);
                 else if (got.error == nullptr)
                   c.send(game::errc::unavailable);
                 else if (errc_of(*got.error) == game::errc::run_in_progress)
                   refuse_for_run_in_progress(c);
                 else
                   c.send(to_problem(*got.error));
               });
}

void start_run(const call& c) {
  auto body = read_start(c, false);
  if (!body)
    return;
  actors::start_run x{c.user(), game::run_id{c.request.seed}, body->sport, body->device_time,
                      body->simulated};
  start(c, std::move(x),
        [c](const actors::run_started& got) { c.send_json(201, run_json(got.run)); });
}

void consume_ticket(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  auto body = read_start(c, true);
  if (!body)
    return;
  auto answer = [c](const actors::run_started& got) {
    std::string json;
    base::json_writer out{json};
    out.begin_object().key("run");
    records_codec codec{out, instant_form::text};
    codec.run(got.run);
    if (got.event_cut_at)
      codec.instant("event_cut_at", *got.event_cut_at);
    out.end_object();
    c.send_json(got.created ? 201 : 200, std::move(json));
  };
  game::ticket_id ticket{*id};
  if (body->run)
    start(c, actors::attach_run{c.user(), ticket, game::run_id{*body->run}}, answer);
  else
    start(c,
          actors::spend_ticket{c.user(), ticket, body->sport, body->device_time, body->simulated},
          answer);
}

void list_runs(const call& c) {
  auto page = c.page();
  if (!page)
    return;
  c.ask<actors::run_page>(
    c.api.reader, actors::list_runs{c.user(), *page}, [c](const actors::run_page& x) {
      c.send_json(200,
                  page_json(x.items, x.next_cursor, [](base::json_writer& out, const auto& item) {
                    records_codec{out, instant_form::text}.run(item);
                  }));
    });
}

void get_run(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  c.ask<actors::run_loaded>(c.api.reader, actors::load_run{game::run_id{*id}, false},
                            [c](const actors::run_loaded& x) {
                              if (x.run.user != c.user() && !c.is_operator())
                                return c.send(game::errc::not_found);
                              c.send_json(200, run_json(x.run));
                            });
}

void get_track(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  c.ask<actors::run_loaded>(
    c.api.reader, actors::load_run{game::run_id{*id}, true}, [c](const actors::run_loaded& x) {
      if (x.run.user != c.user())
        return c.send(game::errc::not_found);
      if (x.run.fixes_expired)
        return c.send(game::errc::fixes_expired);
      c.ask<actors::track_rendered>(c.api.renderer,
                                    actors::render_track{x, actors::track_form::gpx},
                                    [c](const actors::track_rendered& got) {
                                      http_response out;
                                      out.content_type = "application/gpx+xml";
                                      out.body = got.text;
                                      c.answer->send(std::move(out));
                                    });
    });
}

void add_fixes(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  fixes_message fixes;
  if (!read_fixes(in, false, fixes) || !in.finish())
    return c.send(errors.to_problem());
  actors::add_fixes x;
  x.user = c.user();
  x.run = game::run_id{*id};
  if (fixes.device_time)
    x.device_time = *fixes.device_time;
  x.fixes = std::move(fixes.fixes);
  c.ask_entity<actors::fixes_stored>(actors::key_of(c.user()), std::move(x),
                                     [c](const actors::fixes_stored& got) {
                                       std::string body;
                                       base::json_writer out{body};
                                       out.begin_object().member("ack", got.ack).key("want");
                                       records_codec{out, instant_form::text}.seq_ranges(got.want);
                                       out.end_object();
                                       c.send_json(200, std::move(body));
                                     });
}

void send_finished(const call& c, const actors::run_finished& x) {
  if (x.missing) {
    auto out = to_problem(game::errc::fixes_missing);
    out.with_member("ack", std::to_string(x.ack));
    out.with_member("want", record_json([&](records_codec& codec) { codec.seq_ranges(x.want); }));
    return c.send(out);
  }
  c.send_json(x.run.state == actors::run_state::processing ? 202 : 200, run_json(x.run));
}

/// Nothing came within the deadline: what is durable decides between 202 and 503.
void send_if_processing(const call& c, game::run_id run) {
  c.ask<actors::run_loaded>(c.api.reader, actors::load_run{run, false},
                            [c](const actors::run_loaded& x) {
                              if (x.run.user != c.user())
                                return c.send(game::errc::not_found);
                              if (x.run.state == actors::run_state::recording)
                                return c.send(game::errc::unavailable);
                              send_finished(c, {false, 0, {}, x.run});
                            });
}

void finish_run(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  auto total = in.integer("total_seq", 0, game::fix_limits::fixes_max);
  if (!in.finish())
    return c.send(errors.to_problem());
  game::run_id run{*id};
  actors::finish_run x{c.user(), run, static_cast<std::uint32_t>(total)};
  c.ask_entity(actors::key_of(c.user()), caf::make_message(std::move(x)),
               c.api.limits.finish_deadline, [c, run](reply got) {
                 if (c.answer->answered())
                   return;
                 if (const auto* done = got.get<actors::run_finished>())
                   send_finished(c, *done);
                 else if (got.error != nullptr)
                   c.send(to_problem(*got.error));
                 else
                   send_if_processing(c, run);
               });
}

void review_run(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  json_errors errors;
  auto in = c.document.parse(c.request.body, errors);
  constexpr std::array<std::string_view, 2> verdicts{"accept", "reject"};
  actors::review_run x;
  x.run = game::run_id{*id};
  x.accept = in.one_of("verdict", verdicts) == 0;
  x.note = check_text(in, "note", game::check_reason);
  x.action = c.action();
  if (!in.finish())
    return c.send(errors.to_problem());
  c.ask<actors::run_loaded>(c.api.reader, actors::load_run{x.run, false},
                            [c, x](const actors::run_loaded& found) mutable {
                              x.user = found.run.user;
                              c.ask_entity<actors::run_record>(actors::key_of(x.user), x,
                                                               [c](const actors::run_record& run) {
                                                                 c.send_json(200, run_json(run));
                                                               });
                            });
}

} // namespace

void api::add_runs(router& to) {
  add(to, http_method::get, "/v1/runs", list_runs);
  add(to, http_method::post, "/v1/runs", start_run);
  add(to, http_method::get, "/v1/runs/{id}", get_run);
  add(to, http_method::get, "/v1/runs/{id}/track.gpx", get_track);
  add(to, http_method::post, "/v1/runs/{id}/fixes", add_fixes);
  add(to, http_method::post, "/v1/runs/{id}/finish", finish_run);
  add(to, http_method::post, "/v1/runs/{id}/review", review_run, {.auth = auth_need::operator_});
  add(to, http_method::post, "/v1/tickets/{id}/consume", consume_ticket);
}

} // namespace fief::net
