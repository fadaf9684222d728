#pragma once

#include "actors/fwd.hpp"
#include "actors/interfaces.hpp"
#include "integrations/http/http_client.hpp"
#include "integrations/strava/api_codec.hpp"
#include "integrations/strava/secret_box.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace fief::integrations {

struct strava_api_config {
  std::string client_id;
  std::string client_secret;
  std::string authorize_url;
  std::string token_url;
  std::string revoke_url;
  std::string api_url;      ///< `/athlete/activities` and the like follow.
  std::string redirect_url; ///< Of our callback, as the application is registered with.
  std::string scope = "read,activity:read";
  box_key key; ///< Of the seal on tokens and of the states.
  base::milliseconds patience{15'000};
  std::size_t answer_bytes_max = 16 << 20;
};

/// State of STRAVA_API: nothing but the keys. Tokens are opened here, for one request each, and
/// nowhere else; no error and no log line of this folder names one.
class strava_api_state {
public:
  static inline const char* name = "strava_api"; // shown in logs and metrics
  explicit strava_api_state(actors::strava_api_actor::pointer self) : self_(self) {}
  actors::strava_api_actor::behavior_type make_behavior(const strava_api_config& config);

private:
  using handler = std::function<void(const http_answer&)>;

  /// What came back, from the client's thread to this actor.
  struct inbox {
    std::mutex mutex;
    std::deque<std::pair<handler, http_answer>> waiting;
  };

  /// Asks, and answers the promise with what `read` makes of the answer.
  template <class Reply, class Read>
  caf::typed_response_promise<Reply> ask(http_query query, Read read);
  void send(http_query query, handler then);
  void on_flush();

  /// A GET of the API with the access token; nothing if the seal is not ours.
  [[nodiscard]] std::optional<http_query> get(const std::string& sealed,
                                              const std::string& path) const;
  [[nodiscard]] http_query post(const std::string& url,
                                std::vector<std::pair<std::string, std::string>> fields) const;
  [[nodiscard]] std::optional<strava_tokens> open(const std::string& sealed) const;
  [[nodiscard]] actors::strava_grant grant_of(const http_answer& answer) const;

  caf::result<actors::strava_link> on_link(const actors::make_strava_link& x) const;
  caf::result<actors::strava_state_read> on_state(const actors::read_strava_state& x) const;
  caf::result<actors::strava_grant> on_exchange(const actors::exchange_strava_code& x);
  caf::result<actors::strava_grant> on_refresh(const actors::refresh_strava_tokens& x);
  caf::result<actors::strava_answered> on_revoke(const actors::revoke_strava_tokens& x);
  caf::result<actors::strava_answered> on_probe(const actors::probe_strava& x);
  caf::result<actors::strava_activity_fetched> on_fetch(const actors::fetch_strava_activity& x);
  caf::result<actors::strava_activities_listed> on_list(const actors::list_strava_activities& x);
  caf::result<actors::strava_streams_fetched> on_streams(const actors::fetch_strava_streams& x);

  actors::strava_api_actor::pointer self_;
  strava_api_config config_;
  box_key state_key_;
  std::optional<secret_box> box_;
  std::shared_ptr<inbox> inbox_ = std::make_shared<inbox>();
  std::unique_ptr<http_client> client_; ///< Last: what it still owes goes to the inbox.
};

/// Spawn entry: `sys.spawn(strava_api, config)`. Ends on exit messages only.
actors::strava_api_actor::behavior_type
strava_api(actors::strava_api_actor::stateful_pointer<strava_api_state> self,
           strava_api_config config);

} // namespace fief::integrations
