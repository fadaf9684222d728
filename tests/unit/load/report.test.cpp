#include "bench/load/meter.hpp"
#include "bench/load/preparation.hpp"
#include "bench/load/report_html.hpp"
#include "bench/load/report_json.hpp"
#include "bench/load/report_text.hpp"
#include "bench/load/svg_chart.hpp"
#include "bench/load/target.hpp"

#include <catch2/catch.hpp>
#include <simdjson.h>

using namespace fief::load;
using Catch::Matchers::Contains;

namespace {

results some_results() {
  results x;
  x.scenario = "a <city>";
  x.url = "http://127.0.0.1:8080";
  x.seconds = 3;
  x.server_cpu_s = 1.5;
  x.was_checked = true;
  x.all.error("socket of a run", "closed 1012");
  x.all.violation("ack 5 comes after 9 & more");
  x.all.of(counter::fixes_acked) = 3'000;
  for (int second = 1; second <= 3; ++second) {
    tally now;
    now.of(op::ack).add(1'500, 100);
    now.of(op::start_run).add(2'000'000);
    now.of(counter::fixes_sent) = 1'000;
    x.all.merge(now);
    x.moments.push_back(moment_of(second, now, {3, 4, 0}, usage{55, 120}));
  }
  return x;
}

std::size_t times_in(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

} // namespace

TEST_CASE("the page is one file with its charts, tables and what was wrong") {
  auto page = report_html(some_results());
  CHECK(times_in(page, "<svg") >= 5);
  CHECK(times_in(page, "<svg") == times_in(page, "</svg>"));
  CHECK(times_in(page, "<table>") == times_in(page, "</table>"));
  CHECK(times_in(page, "<script") == 0);
  CHECK(times_in(page, "http") == 1); // Its own address; nothing is loaded.
  CHECK_THAT(page, Contains("a &lt;city&gt;") && !Contains("a <city>"));
  CHECK_THAT(page, Contains("ack 5 comes after 9 &amp; more"));
  CHECK_THAT(page, Contains("POST /v1/runs") && Contains("closed 1012"));
  CHECK_THAT(page, Contains("CPU of the server"));
}

TEST_CASE("the file for machines is JSON and has the numbers") {
  auto text = report_json(some_results());
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  REQUIRE(parser.parse(text).get(root) == simdjson::SUCCESS);
  CHECK(std::uint64_t{root["latency"]["fixes to ack"]["count"]} == 300);
  CHECK(std::uint64_t{root["latency"]["POST /v1/runs"]["p50_us"]} == 2'000'000);
  CHECK(std::uint64_t{root["check"]["violations"]} == 1);
  CHECK(std::uint64_t{root["errors"]["socket of a run: closed 1012"]} == 1);
  CHECK(root["seconds_series"].get_array().size() == 3);
  CHECK(double{root["seconds_series"].at(0)["server_cpu_percent"]} == 55);
}

TEST_CASE("the table tells latencies, errors and violations") {
  auto text = report_text(some_results());
  CHECK_THAT(text, Contains("fixes to ack") && Contains("1.5 ms") && Contains("2 s"));
  CHECK_THAT(text, Contains("VIOLATION ack 5") && Contains("1 violations"));
  CHECK_THAT(text, Contains("1.50 s of CPU"));
}

TEST_CASE("numbers are shown with a unit and three digits") {
  CHECK(shown_us(999) == "999 us");
  CHECK(shown_us(12'345) == "12.3 ms");
  CHECK(shown_us(2'500'000) == "2.5 s");
  CHECK(shown_count(0) == "0");
  CHECK(shown_count(999) == "999");
  CHECK(shown_count(1'234'567) == "1,234,567");
}

TEST_CASE("a chart without values says so, and one with a single second draws it") {
  chart x{"Fixes", "a second", true, {{"sent", {{1, 0}}}}};
  CHECK_THAT(svg_of(x), Contains("nothing of this happened") && !Contains("<svg"));
  x.lines[0].points.emplace_back(2, 5);
  CHECK_THAT(svg_of(x),
             Contains("<svg") && Contains("<path") && !Contains("nan") && !Contains("inf"));
}

TEST_CASE("bars show each value, the greatest farthest") {
  bar_chart x{"REST", "ms", {"p50", "p99"}, {{"GET <x>", {1, 100}}, {"POST", {10, 0}}}};
  auto text = svg_of(x);
  CHECK(times_in(text, "<rect") == 4);
  CHECK_THAT(text, Contains("GET &lt;x&gt;") && Contains(">100<") && Contains("width=\"0.0\"")
                     && !Contains("nan"));
  x.rows.clear();
  CHECK_THAT(svg_of(x), Contains("nothing of this happened"));
}

TEST_CASE("a sample of the metrics is found by its whole name") {
  const auto* text = "# HELP a b\nfief_x_total 5\nfief_x 7.5\nfief_y{a=\"b\"} 3\n";
  CHECK(sample_of(text, "fief_x") == 7.5);
  CHECK(sample_of(text, "fief_x_total") == 5);
  CHECK_FALSE(sample_of(text, "fief_y"));
  CHECK_FALSE(sample_of("", "fief_x"));
}

TEST_CASE("a server on the loopback is met from many addresses, any other from what is given") {
  auto local = find_target({"http://127.0.0.1:81", {}, false, {}});
  CHECK(local.port == 81);
  CHECK(local.source(0)->to_string() == "127.0.0.2");
  CHECK(local.source(249)->to_string() == "127.0.0.251");
  CHECK(local.source(250)->to_string() == "127.0.1.2");
  CHECK(local.source(70'000)->to_string() == "127.1.24.2");
  auto far = find_target({"http://192.0.2.7", {}, false, {}});
  CHECK_FALSE(far.source(3));
  CHECK(far.sources_max() == 1);
  auto given = find_target({"http://192.0.2.7:8080/", {"192.0.2.1", "192.0.2.2"}, false, {}});
  CHECK(given.source(3)->to_string() == "192.0.2.2");
  auto six = find_target({"http://[::1]:8080", {}, false, {}});
  CHECK(six.url() == "http://[::1]:8080");
  for (const auto* bad :
       {"ftp://x", "http://", "http://x:0", "http://x:99999", "http://x/y", "x:80"})
    CHECK_THROWS_AS(find_target({bad, {}, false, {}}), bad_target);
}

TEST_CASE("an instant of the local day is found in its zone") {
  auto noon_ms = 1'778'407'200'000; // 2026-05-10T10:00:00Z, 12:00 in Zagreb.
  CHECK(local_instant("Europe/Zagreb", noon_ms, 79'170) == 1'778'443'170'000);
  CHECK(local_time("Europe/Zagreb", 1'778'443'170'000) == "21:59:30");
  CHECK_FALSE(local_instant("Nowhere/Atlantis", noon_ms, 0));
}
