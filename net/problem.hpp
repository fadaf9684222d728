#pragma once

#include "net/http_message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace fief::net {

/// What is wrong with one field of a request.
struct field_error {
  std::string field;  ///< Path from the root: `checkpoints[2].lat`; empty for the whole body.
  std::string code;   ///< Stable snake_case: `missing`, `wrong_type`, `out_of_range`, ...
  std::string detail; ///< A sentence for the developer at the other end.
};

/// Why a request was refused. `title` and `type` follow from `status` and `code`.
/// Source: RFC 9457.
struct problem {
  int status = 500;
  std::string code;
  std::string detail;
  std::vector<field_error> errors;
  header_list headers;                                        ///< Such as `Retry-After`.
  std::vector<std::pair<std::string, std::string>> members{}; ///< More members: name, raw JSON.

  problem() = default;
  problem(int status_, std::string_view code_, std::string_view detail_)
    : status(status_), code(code_), detail(detail_) {}

  /// Adds a header and returns itself, to be sent in one expression.
  problem& with_header(std::string_view name, std::string_view value);
  /// Adds a member such as `want`. @pre `json` is one valid JSON value.
  problem& with_member(std::string_view name, std::string json);
};

/// The whole `application/problem+json` answer.
http_response to_response(const problem& x, std::string_view request_id);

/// The standard phrase: `"Not Found"`; for a number without one, of its class.
std::string_view reason_phrase(int status);

} // namespace fief::net
