#pragma once

#include "net/api/endpoint.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace fief::net {

/// The REST endpoints, each a line of a table in `routes_*.cpp`. Shapes are those of
/// `net/openapi.yaml`, which the integration tests hold every answer against.
class api {
public:
  using handler = std::function<void(const call&)>;

  /// `context` outlives it; `threads` is the server's number of I/O threads.
  api(const api_context& context, unsigned threads);

  /// Adds every endpoint. The router is used no longer than this object.
  void add_routes(router& to);

private:
  void add(router& to, http_method method, std::string_view pattern, handler serve,
           route_options options = {});

  void add_auth(router& to);
  void add_me(router& to);
  void add_events(router& to);
  void add_tickets(router& to);
  void add_runs(router& to);
  void add_reviews(router& to);
  void add_imports(router& to);
  void add_territory(router& to);
  void add_mining(router& to);
  void add_wallets(router& to);
  void add_users(router& to);
  void add_actions(router& to);
  void add_strava(router& to);
  void add_status(router& to);
  void add_server(router& to);
  void add_web(router& to);
  void add_files_beside_page(router& to, const std::shared_ptr<const header_list>& headers);

  const api_context& context_;
  std::vector<std::unique_ptr<json_document>> documents_; ///< One an I/O thread.
};

} // namespace fief::net
