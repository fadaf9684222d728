#pragma once

#include "net/api/api_context.hpp"
#include "net/api/records_codec.hpp"
#include "net/api/status_of.hpp"
#include "net/gateway.hpp"
#include "net/io_thread.hpp"
#include "net/json_reader.hpp"
#include "net/problem.hpp"
#include "net/router.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fief::net {

/// One request on its way through an endpoint. Copies share the duty to answer; the request lives
/// until somebody has.
struct call {
  const api_context& api;
  io_thread& thread;
  const http_request& request;
  json_document& document;
  std::shared_ptr<responder> answer;

  [[nodiscard]] game::user_id user() const { return request.who->user; }
  [[nodiscard]] bool is_operator() const {
    return (request.who->roles & actors::role_operator) != 0;
  }
  [[nodiscard]] actors::asker asker() const {
    return {request.who->user, static_cast<std::uint8_t>(request.who->roles)};
  }

  /// The caller's note for the log of actions: the same for a repeat under an `Idempotency-Key`.
  [[nodiscard]] actors::action_note action() const { return {request.seed, request.who->user}; }

  void send(const problem& x) const { answer->send(x); }
  void send(game::errc x) const { answer->send(to_problem(x)); }
  void send_json(int status, std::string body) const { answer->send_json(status, std::move(body)); }
  void send_empty(int status) const;
  /// With an `ETag` of the content; 304 when the client has it already.
  void send_tagged(std::string body, std::string_view content_type = "application/json") const;

  /// Sends `message` and goes on with `then(const Reply&)`; an error becomes the answer.
  template <class Reply, class Message, class Then>
  void ask(const caf::strong_actor_ptr& port, Message message, Then then) const;
  /// The same through DIRECTORY.
  template <class Reply, class Message, class Then>
  void ask_entity(const actors::entity_key& to, Message message, Then then) const;
  /// The same with all answers, errors and silence left to `handler`.
  void ask_entity(const actors::entity_key& to, caf::message content,
                  std::chrono::milliseconds deadline, gateway::reply_handler handler) const;

  /// The path's `{id}`. Answers `not_found` and gives nothing if it is no UUID.
  [[nodiscard]] std::optional<base::uuid> id() const;
  /// `limit` and `cursor`. Answers and gives nothing if one is not allowed.
  [[nodiscard]] std::optional<actors::page_request> page() const;

private:
  template <class Reply, class Then>
  [[nodiscard]] gateway::reply_handler handler_of(Then then) const;
};

/// 422 naming one parameter of the query.
problem bad_parameter(std::string_view name, std::string_view code, std::string_view detail);

/// Reads numbers separated by commas, exactly `count`, all finite; nothing for any other text.
std::optional<std::vector<double>> parse_numbers(std::string_view text, std::size_t count);

/// `near=lat,lon` and `radius_m`. Answers and gives false if one is not allowed.
bool read_near(const call& c, caf::optional<actors::waypoint>& near, std::int32_t& radius_m);

/// Degrees to the integers that messages carry.
std::int32_t to_e7(double degrees);

/// Writes `{"items": [...], "next_cursor": ...}`, an item each by `write(item)`.
template <class Items, class Write>
std::string page_json(const Items& items, const std::string& next_cursor, Write write) {
  std::string body;
  body.reserve(64 + 512 * std::size(items)); // About what a ticket or a run takes.
  base::json_writer out{body};
  out.begin_object().key("items").begin_array();
  for (const auto& item : items)
    write(out, item);
  out.end_array().key("next_cursor");
  if (next_cursor.empty())
    out.null();
  else
    out.value(next_cursor);
  out.end_object();
  return body;
}

/// One JSON value written by a member of `records_codec`.
template <class Write>
std::string record_json(Write write) {
  std::string body;
  base::json_writer out{body};
  records_codec codec{out, instant_form::text};
  write(codec);
  return body;
}

template <class Reply, class Then>
gateway::reply_handler call::handler_of(Then then) const {
  return [self = *this, then = std::move(then)](reply got) mutable {
    if (self.answer->answered())
      return;
    if (const auto* x = got.get<Reply>())
      then(*x);
    else if (got.error != nullptr)
      self.send(to_problem(*got.error));
    else
      self.send(game::errc::unavailable);
  };
}

template <class Reply, class Message, class Then>
void call::ask(const caf::strong_actor_ptr& port, Message message, Then then) const {
  thread.actors().ask(port, caf::make_message(std::move(message)), api.limits.ask_deadline,
                      handler_of<Reply>(std::move(then)));
}

template <class Reply, class Message, class Then>
void call::ask_entity(const actors::entity_key& to, Message message, Then then) const {
  ask_entity(to, caf::make_message(std::move(message)), api.limits.ask_deadline,
             handler_of<Reply>(std::move(then)));
}

} // namespace fief::net
