#include "bench/load/report_json.hpp"

#include "base/json_writer.hpp"

namespace fief::load {

namespace {

void write(base::json_writer& out, const quantiles& x) {
  out.begin_object().member("count", x.count).member("p50_us", x.p50).member("p90_us", x.p90);
  out.member("p99_us", x.p99).member("p999_us", x.p999).member("max_us", x.max).end_object();
}

void write(base::json_writer& out, const std::map<std::string, std::uint64_t>& counts) {
  out.begin_object();
  for (const auto& [name, times] : counts)
    out.member(name, times);
  out.end_object();
}

void write(base::json_writer& out, const moment& x) {
  auto level_of = [&](level which) { return x.now[static_cast<std::size_t>(which)]; };
  out.begin_object().member("at_s", x.at_s);
  out.member("runners_out", level_of(level::runners_out));
  out.member("sockets", level_of(level::sockets_open));
  out.member("fixes_sent", x.fixes_sent).member("fixes_acked", x.fixes_acked);
  out.member("requests", x.requests).member("errors", x.errors);
  write(out.key("ack"), x.ack);
  write(out.key("rest"), x.rest);
  write(out.key("map_delta"), x.map_delta);
  if (x.server) {
    out.member("server_cpu_percent", x.server->cpu_percent);
    out.member("server_memory_mib", x.server->memory_mib);
  }
  out.end_object();
}

} // namespace

std::string report_json(const results& x) {
  std::string text;
  base::json_writer out{text};
  out.begin_object().member("scenario", x.scenario).member("url", x.url).member("began", x.began);
  out.member("seed", x.seed).member("runners", x.runners).member("watchers", x.watchers);
  out.member("buyers", x.buyers).member("processes", x.processes).member("speed", x.speed);
  out.member("seconds", x.seconds)
    .member("fixes_per_second", x.fixes_rate())
    .member("complete", x.is_complete);
  if (x.server_cpu_s)
    out.member("server_cpu_s", *x.server_cpu_s);
  out.key("latency").begin_object();
  for (std::size_t i = 0; i < op_count; ++i)
    if (x.all.latency[i].count() > 0)
      write(out.key(name_of(static_cast<op>(i))), quantiles_of(x.all.latency[i]));
  out.end_object();
  out.key("counts").begin_object();
  for (std::size_t i = 0; i < counter_count; ++i)
    out.member(name_of(static_cast<counter>(i)), x.all.count[i]);
  out.end_object();
  write(out.key("errors"), x.all.errors);
  write(out.key("verdicts"), x.all.verdicts);
  out.key("check").begin_object().member("done", x.was_checked);
  out.member("checks", x.all.of(counter::checks_made));
  out.member("violations", x.all.violations_count);
  out.key("examples").begin_array();
  for (const auto& what : x.all.violations)
    out.value(what);
  out.end_array().end_object();
  out.key("seconds_series").begin_array();
  for (const auto& each : x.moments)
    write(out, each);
  out.end_array().end_object();
  return text + "\n";
}

} // namespace fief::load
