#include "net/api/api.hpp"

namespace fief::net {

namespace {

void write_optional(base::json_writer& out, std::string_view key, const caf::optional<double>& x) {
  out.key(key);
  if (x)
    out.value(*x);
  else
    out.null();
}

void write_sample(base::json_writer& out, const actors::status_sample& x) {
  out.begin_object().member("at", x.at).member("sockets", x.sockets);
  out.member("requests_per_s", x.requests_per_s).member("fixes_per_s", x.fixes_per_s);
  write_optional(out, "ack_p50_ms", x.ack_p50_ms);
  write_optional(out, "ack_p99_ms", x.ack_p99_ms);
  out.member("commits_per_s", x.commits_per_s);
  write_optional(out, "batch_mean", x.batch_mean);
  out.member("commit_ms", x.commit_ms).key("live").begin_object();
  out.member("users", x.users).member("events", x.events).member("areas", x.areas);
  out.member("loading", x.loading).end_object().key("queues").begin_object();
  for (std::size_t i = 0; i < x.queue_names.size(); ++i)
    out.member(x.queue_names[i], x.waiting[i]);
  out.end_object().member("refused", x.refused).member("cpu_cores", x.cpu_cores);
  out.member("resident_bytes", x.resident_bytes).end_object();
}

std::string status_json(const actors::server_status& x) {
  std::string body;
  body.reserve(1'024 + 640 * x.samples.size()); // About what a sample takes.
  base::json_writer out{body};
  out.begin_object().member("version", x.version).member("started_at", x.started_at);
  out.member("now", x.now).key("postgres").begin_object().member("connected", x.connected);
  out.member("silent_ms", x.silent.count()).end_object().key("samples").begin_array();
  for (const auto& sample : x.samples)
    write_sample(out, sample);
  out.end_array().key("errors").begin_array();
  for (const auto& line : x.errors) {
    out.begin_object().member("at", line.at).member("level", line.level);
    out.member("logger", line.logger).member("text", line.text).end_object();
  }
  out.end_array().end_object();
  return body;
}

void get_status(const call& c) {
  c.ask<actors::server_status>(
    c.api.monitor, actors::get_status{},
    [c](const actors::server_status& x) { c.send_json(200, status_json(x)); });
}

} // namespace

void api::add_status(router& to) {
  add(to, http_method::get, "/v1/status", get_status, {.auth = auth_need::operator_});
}

} // namespace fief::net
