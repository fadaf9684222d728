#include "bench/load/report_html.hpp"

#include "bench/load/report_text.hpp"
#include "bench/load/svg_chart.hpp"

#include <functional>

namespace fief::load {

namespace {

constexpr std::string_view style = R"(
:root{--ink:#1c2430;--soft:#5d6b7c;--paper:#fff;--panel:#f5f7f9;--rule:#dde3e9;--bad:#b3261e;--good:#1a7f4b;
--c0:#1b6ef3;--c1:#12a07a;--c2:#d9822b;--c3:#c0392b;--c4:#7a4fd0;--c5:#5d6b7c}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf2;--soft:#9aa8b8;--paper:#12171d;--panel:#1a2129;--rule:#2c3640;
--bad:#ff8a80;--good:#6fd6a2;--c0:#6ea8ff;--c1:#4fd1ab;--c2:#ffb266;--c3:#ff8a80;--c4:#b79bff;--c5:#9aa8b8}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1100px;margin:0 auto;padding:2rem 1.25rem}h1{font-size:1.6rem;margin:0 0 .25rem}
h2{font-size:1.1rem;margin:2rem 0 .6rem}p.about{color:var(--soft);margin:.1rem 0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:.75rem;margin:1.25rem 0}
.tile{background:var(--panel);border-radius:8px;padding:.7rem .9rem}.tile b{display:block;font-size:1.25rem}
.tile span{color:var(--soft);font-size:.85rem}.bad b{color:var(--bad)}.good b{color:var(--good)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,480px),1fr));gap:1rem}
figure{margin:0;background:var(--panel);border-radius:8px;padding:.8rem}figcaption{font-weight:600;margin-bottom:.3rem}
.unit{color:var(--soft);font-weight:400}.key{font-weight:400;font-size:.85rem;white-space:nowrap;margin-left:.6rem}
.key:before{content:"";display:inline-block;width:.8em;height:.2em;margin-right:.3em;vertical-align:middle;background:currentColor}
svg{width:100%;height:auto;display:block}svg text{fill:var(--soft);font-size:11px}.grid{stroke:var(--rule)}
path{fill:none;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}.none{color:var(--soft)}
.s0{stroke:var(--c0)}.s1{stroke:var(--c1)}.s2{stroke:var(--c2)}.s3{stroke:var(--c3)}.s4{stroke:var(--c4)}.s5{stroke:var(--c5)}
.b0{fill:var(--c0)}.b1{fill:var(--c1)}.b2{fill:var(--c2)}.b3{fill:var(--c3)}
.k0{color:var(--c0)}.k1{color:var(--c1)}.k2{color:var(--c2)}.k3{color:var(--c3)}.k4{color:var(--c4)}.k5{color:var(--c5)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .6rem;text-align:right;border-bottom:1px solid var(--rule)}th:first-child,td:first-child{text-align:left}
th{color:var(--soft);font-weight:600}li.bad{color:var(--bad)}
)";

chart_line line_of(const results& x, std::string name,
                   const std::function<double(const moment&)>& value) {
  chart_line out{std::move(name), {}};
  for (const auto& each : x.moments)
    out.points.emplace_back(each.at_s, value(each));
  return out;
}

/// The quantiles of each second, in milliseconds; seconds without any are gaps.
std::vector<chart_line> quantile_lines(const results& x, quantiles moment::*of) {
  auto line = [&](const char* name, std::uint64_t quantiles::*which) {
    return line_of(x, name, [of, which](const moment& each) {
      return static_cast<double>((each.*of).*which) / 1'000;
    });
  };
  return {line("p50", &quantiles::p50), line("p90", &quantiles::p90), line("p99", &quantiles::p99),
          line("p99.9", &quantiles::p999), line("max", &quantiles::max)};
}

double level_of(const moment& x, level which) {
  return static_cast<double>(x.now[static_cast<std::size_t>(which)]);
}

/// One row for each endpoint that was asked.
bar_chart endpoint_bars(const results& x) {
  bar_chart out{"REST by endpoint", "ms", {"p50", "p99", "max"}, {}};
  for (auto i = static_cast<std::size_t>(op_rest_first); i < op_count; ++i) {
    auto q = quantiles_of(x.all.latency[i]);
    auto ms = [](std::uint64_t us) { return static_cast<double>(us) / 1'000; };
    if (q.count > 0)
      out.rows.push_back(
        {std::string{name_of(static_cast<op>(i))}, {ms(q.p50), ms(q.p99), ms(q.max)}});
  }
  return out;
}

bar_chart error_bars(const results& x) {
  bar_chart out{"Errors by code", "times", {"errors"}, {}};
  for (const auto& [code, times] : x.all.errors)
    out.rows.push_back({code, {static_cast<double>(times)}});
  return out;
}

std::string charts(const results& x) {
  std::vector<chart> all;
  all.push_back(
    {"Fixes",
     "a second",
     false,
     {line_of(x, "sent", [](auto& m) { return static_cast<double>(m.fixes_sent); }),
      line_of(x, "acknowledged", [](auto& m) { return static_cast<double>(m.fixes_acked); })}});
  all.push_back({"Fixes to acknowledgement", "ms", true, quantile_lines(x, &moment::ack)});
  all.push_back({"REST, all endpoints", "ms", true, quantile_lines(x, &moment::rest)});
  all.push_back(
    {"Finish of a run to its tiles on the map", "ms", true, quantile_lines(x, &moment::map_delta)});
  all.push_back(
    {"Who is there",
     "now",
     false,
     {line_of(x, "runners out", [](auto& m) { return level_of(m, level::runners_out); }),
      line_of(x, "open sockets", [](auto& m) { return level_of(m, level::sockets_open); })}});
  all.push_back({"REST requests and errors",
                 "a second",
                 false,
                 {line_of(x, "requests", [](auto& m) { return static_cast<double>(m.requests); }),
                  line_of(x, "errors", [](auto& m) { return static_cast<double>(m.errors); })}});
  if (x.server_cpu_s) {
    all.push_back({"CPU of the server", "% of a core", false, {line_of(x, "CPU", [](auto& m) {
                     return m.server ? m.server->cpu_percent : 0.0;
                   })}});
    all.push_back({"Memory of the server", "MiB", false, {line_of(x, "resident", [](auto& m) {
                     return m.server ? m.server->memory_mib : 0.0;
                   })}});
  }
  std::string out = "<div class=\"charts\">";
  for (const auto& each : all)
    out += svg_of(each);
  return out + svg_of(endpoint_bars(x)) + svg_of(error_bars(x)) + "</div>";
}

std::string tile(const std::string& value, const std::string& what, const char* kind = "") {
  return std::string{"<div class=\"tile "} + kind + "\"><b>" + html_escaped(value) + "</b><span>"
         + html_escaped(what) + "</span></div>";
}

std::string tiles(const results& x) {
  auto rate = x.fixes_rate();
  const auto& ack = x.all.of(op::ack);
  auto errors = x.all.errors_count();
  std::string out = "<div class=\"tiles\">";
  out += tile(shown_count(static_cast<std::uint64_t>(rate)), "fixes acknowledged a second");
  out += tile(shown_us(ack.quantile(0.5)) + " / " + shown_us(ack.quantile(0.99)), "ack p50 / p99");
  out += tile(shown_us(x.all.of(op::finish).quantile(0.99)), "finish to result, p99");
  out += tile(shown_us(x.all.of(op::map_delta).quantile(0.99)), "finish to map, p99");
  out += tile(shown_count(errors), "errors", errors > 0 ? "bad" : "good");
  auto violations = x.all.violations_count;
  out += tile(shown_count(violations),
              "violations in " + shown_count(x.all.of(counter::checks_made)) + " checks",
              violations > 0 ? "bad" : "good");
  return out + "</div>";
}

std::string cell(const std::string& text) {
  return "<td>" + html_escaped(text) + "</td>";
}

std::string latency_rows(const results& x, std::size_t first, std::size_t last) {
  std::string out;
  for (auto i = first; i < last; ++i) {
    auto q = quantiles_of(x.all.latency[i]);
    if (q.count > 0)
      out += "<tr>" + cell(std::string{name_of(static_cast<op>(i))}) + cell(shown_count(q.count))
             + cell(shown_us(q.p50)) + cell(shown_us(q.p90)) + cell(shown_us(q.p99))
             + cell(shown_us(q.p999)) + cell(shown_us(q.max)) + "</tr>";
  }
  return out;
}

std::string latency_table(const results& x, const char* title, std::size_t first,
                          std::size_t last) {
  auto rows = latency_rows(x, first, last);
  if (rows.empty())
    return {};
  return std::string{"<h2>"} + title
         + "</h2><div class=\"wide\"><table><tr><th>from when it was due</th><th>count</th>"
           "<th>p50</th><th>p90</th><th>p99</th><th>p99.9</th><th>max</th></tr>"
         + rows + "</table></div>";
}

std::string count_table(const char* title, const std::map<std::string, std::uint64_t>& counts) {
  std::string out = std::string{"<h2>"} + title + "</h2>";
  if (counts.empty())
    return out + "<p class=\"none\">none</p>";
  out += "<div class=\"wide\"><table>";
  for (const auto& [name, times] : counts)
    out += "<tr>" + cell(name) + cell(shown_count(times)) + "</tr>";
  return out + "</table></div>";
}

std::string counters_table(const results& x) {
  std::map<std::string, std::uint64_t> counts;
  for (std::size_t i = 0; i < counter_count; ++i)
    counts[std::string{name_of(static_cast<counter>(i))}] = x.all.count[i];
  return count_table("Counts", counts);
}

std::string violations_list(const results& x) {
  std::string out = "<h2>Checks</h2>";
  out += "<p>" + shown_count(x.all.of(counter::checks_made)) + " checks, "
         + shown_count(x.all.violations_count) + " violations"
         + (x.was_checked ? "" : "; only those on the way, without --check") + ".</p><ul>";
  for (const auto& what : x.all.violations)
    out += "<li class=\"bad\">" + html_escaped(what) + "</li>";
  return out + "</ul>";
}

} // namespace

std::string report_html(const results& x) {
  std::string out =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>fief-load: "
    + html_escaped(x.scenario) + "</title><style>";
  out.append(style).append("</style><main><h1>").append(html_escaped(x.scenario)).append("</h1>");
  out += "<p class=\"about\">" + html_escaped(x.url) + ", " + html_escaped(x.began) + "</p>";
  char text[160];
  std::snprintf(text, sizeof text,
                "%u runners at %.4g x, %u watchers, %u buyers; %u process%s; %.1f s; seed %llu",
                x.runners, x.speed, x.watchers, x.buyers, x.processes, x.processes == 1 ? "" : "es",
                x.seconds, static_cast<unsigned long long>(x.seed));
  out += std::string{"<p class=\"about\">"} + text + "</p>";
  if (!x.is_complete)
    out += "<p class=\"about\">The load ended before its time.</p>";
  out += tiles(x) + charts(x);
  auto rest = static_cast<std::size_t>(op_rest_first);
  out += latency_table(x, "Socket", 0, rest) + latency_table(x, "REST", rest, op_count);
  out += count_table("Errors by code", x.all.errors);
  out += count_table("Verdicts of runs", x.all.verdicts);
  return out + violations_list(x) + counters_table(x) + "</main></html>\n";
}

} // namespace fief::load
