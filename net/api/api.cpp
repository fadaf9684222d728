#include "net/api/api.hpp"

#include "net/openapi.hpp"

namespace fief::net {

api::api(const api_context& context, unsigned threads) : context_(context) {
  for (unsigned i = 0; i < threads; ++i)
    documents_.push_back(std::make_unique<json_document>());
}

void api::add(router& to, http_method method, std::string_view pattern, handler serve,
              route_options options) {
  to.add(
    method, pattern,
    [this, serve = std::move(serve)](io_thread& thread, const http_request& request,
                                     responder answer) {
      serve(call{context_, thread, request, *documents_[thread.index()],
                 std::make_shared<responder>(std::move(answer))});
    },
    std::move(options));
}

void api::add_routes(router& to) {
  add_auth(to);
  add_me(to);
  add_events(to);
  add_tickets(to);
  add_runs(to);
  add_reviews(to);
  add_imports(to);
  add_territory(to);
  add_mining(to);
  add_wallets(to);
  add_users(to);
  add_actions(to);
  add_strava(to);
  add_status(to);
  add_server(to);
  add_web(to); // Last: its files must not take a path of the others.
}

void api::add_server(router& to) {
  add(to, http_method::get, "/healthz",
      [](const call& c) { c.send_json(200, R"({"status":"ok"})"); }, {.auth = auth_need::none});
  add(to, http_method::get, "/readyz",
      [](const call& c) {
        c.ask<actors::store_health>(c.api.store, actors::get_store_health{},
                                    [c](const actors::store_health& x) {
                                      if (x.connected && x.queued < x.queued_max)
                                        c.send_json(200, R"({"status":"ready"})");
                                      else
                                        c.send(game::errc::unavailable);
                                    });
      },
      {.auth = auth_need::none});
  add(to, http_method::get, "/metrics",
      [](const call& c) {
        // Levels of the actors are asked for, counters are read.
        c.ask<actors::store_health>(
          c.api.store, actors::get_store_health{}, [c](const actors::store_health& store) {
            c.ask<actors::directory_status>(c.api.directory, actors::get_directory_status{},
                                            [c, store](const actors::directory_status& live) {
                                              http_response out;
                                              out.content_type = "text/plain; version=0.0.4";
                                              out.body = c.api.metrics_text(store, live);
                                              c.answer->send(std::move(out));
                                            });
          });
      },
      {.auth = auth_need::none});
  add(to, http_method::get, "/openapi.json",
      [](const call& c) { c.send_tagged(std::string{openapi_json()}); }, {.auth = auth_need::none});
}

} // namespace fief::net
