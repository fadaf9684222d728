#pragma once

#include "net/http_message.hpp"
#include "net/server_config.hpp"

#include <string>
#include <string_view>

namespace fief::net {

/// Writes status line and headers of an answer into a buffer that is reused.
class response_head {
public:
  struct context {
    std::string_view date;
    std::string_view request_id;
    std::string_view origin; ///< Of the request; empty without one.
    bool keep_alive = true;
    bool gzipped = false;
    bool varies_by_encoding = false;
    bool secure = false; ///< The connection is TLS.
  };

  /// Source: RFC 9110; CORS as of the Fetch standard.
  std::string_view write(const http_response& response, const context& about,
                         const cors_config& cors);

private:
  void field(std::string_view name, std::string_view value);
  void cors_fields(std::string_view origin, const cors_config& cors);

  std::string text_;
};

/// Whether a page of `origin` may call us.
bool allows_origin(const cors_config& cors, std::string_view origin);

/// Whether an answer with this status has a body (RFC 9110 section 6.4.1).
constexpr bool has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

} // namespace fief::net
