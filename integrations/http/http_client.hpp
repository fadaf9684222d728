#pragma once

// HTTP to servers that are not ours. libcurl underneath: TLS with the system's certificates,
// connections kept and shared, redirects never followed.

#include "base/time.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fief::integrations {

struct http_query {
  std::string method = "GET";
  std::string url; ///< http or https; nothing else is spoken.
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string body{};                 ///< Sent with every method but GET.
  base::milliseconds timeout{10'000}; ///< From now to the last byte of the answer.
  std::size_t answer_bytes_max = 32 << 20;
};

struct http_answer {
  int status = 0;                                           ///< 0: none came, and `error` says why.
  std::vector<std::pair<std::string, std::string>> headers; ///< Names in lower case.
  std::string body;
  std::string error; ///< In plain words, without the query's address: that may hold secrets.

  /// The first header of this name in lower case; nothing if there is none.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

/// Percent-encodes everything but letters, digits and `-._~` (RFC 3986, section 2.3).
std::string url_encoded(std::string_view text);

/// `name=value&...`, each part encoded, for a query or an `application/x-www-form-urlencoded` body.
std::string form_encoded(const std::vector<std::pair<std::string, std::string>>& fields);

struct http_client_config {
  std::size_t in_flight_max = 64;  ///< More wait in line.
  std::size_t waiting_max = 1'000; ///< Beyond, a query is answered at once with status 0.
  std::string user_agent = "fief";
};

/// One thread that speaks to any number of servers. Thread-safe.
class http_client {
public:
  using handler = std::function<void(http_answer)>;

  explicit http_client(http_client_config config = {});
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;
  /// What is under way is answered with status 0.
  ~http_client();

  /// Calls `then` exactly once, on the client's own thread: it must be short, as sending a message
  /// to an actor is.
  void send(http_query query, handler then);

private:
  class worker;
  std::unique_ptr<worker> worker_;
};

} // namespace fief::integrations
