#include "net/http_message.hpp"

#include "base/assert.hpp"
#include "net/problem.hpp"

namespace fief::net {

std::string_view to_string(http_method x) {
  switch (x) {
    case http_method::get: return "GET";
    case http_method::head: return "HEAD";
    case http_method::post: return "POST";
    case http_method::put: return "PUT";
    case http_method::patch: return "PATCH";
    case http_method::del: return "DELETE";
    case http_method::options: return "OPTIONS";
    case http_method::other: return "OTHER";
  }
  return "OTHER";
}

std::string_view http_request::header(std::string_view name) const {
  return headers == nullptr ? std::string_view{} : headers->find(name);
}

std::string_view http_request::param(std::string_view name) const {
  for (std::size_t i = 0; i < param_count; ++i)
    if (params[i].name == name)
      return params[i].value;
  FIEF_ASSERT(!"the pattern has no such parameter");
  return {};
}

std::optional<std::string_view> http_request::query_value(std::string_view name) const {
  for (const auto& item : query)
    if (item.name == name)
      return item.value;
  return std::nullopt;
}

responder::~responder() {
  if (sink_)
    std::exchange(sink_, nullptr)->answer_abandoned(ticket_);
}

void responder::send(http_response response) {
  FIEF_ASSERT(sink_ != nullptr);
  std::exchange(sink_, nullptr)->answer(ticket_, std::move(response));
}

void responder::send(const problem& refusal) {
  FIEF_ASSERT(sink_ != nullptr);
  send(to_response(refusal, sink_->answer_request_id()));
}

void responder::send_json(int status, std::string body) {
  http_response response;
  response.status = status;
  response.body = std::move(body);
  send(std::move(response));
}

} // namespace fief::net
