// What an operator needs to judge a run that is held for review.

#include "base/assert.hpp"
#include "net/api/api.hpp"
#include "net/log.hpp"

namespace fief::net {

namespace {

void list_reviews(const call& c) {
  auto page = c.page();
  if (!page)
    return;
  c.ask<actors::flagged_page>(
    c.api.reader, actors::list_flagged{*page}, [c](const actors::flagged_page& x) {
      FIEF_ASSERT(x.usernames.size() == x.items.size());
      auto username = x.usernames.begin();
      c.send_json(200, page_json(x.items, x.next_cursor,
                                 [&](base::json_writer& out, const actors::run_record& run) {
                                   out.begin_object().key("run");
                                   records_codec{out, instant_form::text}.run(run);
                                   out.member("username", *username++).end_object();
                                 }));
    });
}

/// Why the caller gets no track. An operator looks at another's only to judge it, and never at what
/// its source shows to its runner alone.
std::optional<game::errc> refusal_of(const call& c, const actors::run_record& x) {
  auto is_for_review = x.state == actors::run_state::flagged && x.takes_territory;
  if (x.user != c.user() && !(c.is_operator() && is_for_review))
    return game::errc::not_found;
  if (x.fixes_expired)
    return game::errc::fixes_expired;
  return std::nullopt;
}

void send_track(const call& c, const actors::run_loaded& x) {
  if (auto refusal = refusal_of(c, x.run)) // It was reviewed or erased meanwhile.
    return c.send(*refusal);
  if (x.run.user != c.user())
    logger().info("operator {} looks at the track of run {} (request {})",
                  base::to_string(c.user()), base::to_string(x.run.id), c.request.request_id);
  c.ask<actors::track_rendered>(
    c.api.renderer, actors::render_track{x, actors::track_form::marked_json},
    [c](const actors::track_rendered& got) { c.send_json(200, got.text); });
}

/// The fixes are read only for whoever may see them.
void get_track_points(const call& c) {
  auto id = c.id();
  if (!id)
    return;
  game::run_id run{*id};
  c.ask<actors::run_loaded>(
    c.api.reader, actors::load_run{run, false}, [c, run](const actors::run_loaded& known) {
      if (auto refusal = refusal_of(c, known.run))
        return c.send(*refusal);
      c.ask<actors::run_loaded>(c.api.reader, actors::load_run{run, true},
                                [c](const actors::run_loaded& x) { send_track(c, x); });
    });
}

} // namespace

void api::add_reviews(router& to) {
  add(to, http_method::get, "/v1/reviews", list_reviews, {.auth = auth_need::operator_});
  add(to, http_method::get, "/v1/runs/{id}/track", get_track_points);
}

} // namespace fief::net
