#pragma once

#include "net/metrics.hpp"

namespace fief::net {

/// What the connections themselves count.
struct net_metrics {
  explicit net_metrics(metrics_registry& r)
    : connections(r.add_gauge("fief_net_connections_count", "Open connections")),
      accepted(r.add_counter("fief_net_connections_total", "Connections accepted")),
      refused_full(refused(r, "total")), refused_address(refused(r, "address")),
      requests_ok(requests(r, "2xx")), requests_redirect(requests(r, "3xx")),
      requests_client(requests(r, "4xx")), requests_server(requests(r, "5xx")),
      request_seconds(r.add_histogram("fief_net_request_seconds", "From request to answer")),
      malformed(r.add_counter("fief_net_malformed_total", "Requests that were not HTTP")),
      abandoned(r.add_counter("fief_net_abandoned_total", "Requests that no handler answered")),
      timeouts_first_byte(timeouts(r, "first_byte")), timeouts_request(timeouts(r, "request")),
      timeouts_answer(timeouts(r, "answer")), timeouts_write(timeouts(r, "write")),
      timeouts_idle(timeouts(r, "keep_alive")), timeouts_hello(timeouts(r, "hello")),
      timeouts_silent(timeouts(r, "socket_idle")),
      bodies(r.add_gauge("fief_net_bodies_bytes", "Request bodies that are not small")),
      answers(r.add_gauge("fief_net_answers_bytes", "Answers being written that are not small")),
      outbox(r.add_gauge("fief_net_outbox_bytes", "Messages that wait to leave through sockets")),
      inbox(r.add_gauge("fief_net_inbox_count", "Messages of actors that wait for an I/O thread")),
      questions(r.add_gauge("fief_net_questions_count", "Questions to actors without an answer")),
      sockets(r.add_gauge("fief_net_sockets_count", "Open WebSockets")),
      messages_in(r.add_counter("fief_net_socket_in_total", "Socket messages received")),
      messages_out(r.add_counter("fief_net_socket_out_total", "Socket messages sent")),
      bulk_replaced(r.add_counter("fief_net_socket_bulk_replaced_total",
                                  "Bulk messages overtaken by a newer one of their key")),
      bulk_behind(r.add_counter("fief_net_socket_bulk_behind_total",
                                "Bulk messages refused to a reader too far behind")),
      closed_overload(r.add_counter("fief_net_socket_overload_total",
                                    "Sockets closed with 1013 at the command bound")) {}

  gauge& connections;
  counter& accepted;
  counter& refused_full;
  counter& refused_address;
  counter& requests_ok;
  counter& requests_redirect;
  counter& requests_client;
  counter& requests_server;
  histogram& request_seconds;
  counter& malformed;
  counter& abandoned;
  counter& timeouts_first_byte;
  counter& timeouts_request;
  counter& timeouts_answer;
  counter& timeouts_write;
  counter& timeouts_idle;
  counter& timeouts_hello;
  counter& timeouts_silent;
  gauge& bodies;
  gauge& answers;
  gauge& outbox;
  gauge& inbox;
  gauge& questions;
  gauge& sockets;
  counter& messages_in;
  counter& messages_out;
  counter& bulk_replaced;
  counter& bulk_behind;
  counter& closed_overload;

  /// The counter of a status's class.
  counter& requests_of(int status) {
    if (status < 300)
      return requests_ok;
    if (status < 400)
      return requests_redirect;
    return status < 500 ? requests_client : requests_server;
  }

private:
  static std::string label(std::string_view name, std::string_view value) {
    return std::string{name} + "=\"" + std::string{value} + "\"";
  }
  static counter& refused(metrics_registry& r, std::string_view limit) {
    return r.add_counter("fief_net_connections_refused_total", "Connections over a limit",
                         label("limit", limit));
  }
  static counter& requests(metrics_registry& r, std::string_view status_class) {
    return r.add_counter("fief_net_requests_total", "Requests answered",
                         label("class", status_class));
  }
  static counter& timeouts(metrics_registry& r, std::string_view phase) {
    return r.add_counter("fief_net_timeouts_total", "Deadlines that peers or handlers missed",
                         label("phase", phase));
  }
};

} // namespace fief::net
