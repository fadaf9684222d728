#include "bench/load/tally.hpp"

#include "base/assert.hpp"
#include "bench/load/wire.hpp"

namespace fief::load {

namespace {

constexpr std::array<std::string_view, op_count> op_names{
  "fixes to ack",
  "fixes to ack, after a drop-out",
  "socket to welcome",
  "finish to processed run",
  "subscribe to snapshot",
  "finish to map delta",
  "ping to pong",
  "cut to settled event",
  "POST /v1/auth/register",
  "POST /v1/auth/login",
  "POST /v1/auth/refresh",
  "POST /v1/runs",
  "POST /v1/tickets/{id}/consume",
  "POST /v1/runs/{id}/fixes",
  "POST /v1/runs/{id}/finish",
  "GET /v1/runs/{id}",
  "GET /v1/runs/{id}/track.gpx",
  "GET /v1/me",
  "GET /v1/events",
  "GET /v1/events/{id}/leaderboard",
  "POST /v1/events/{id}/tickets",
  "GET /v1/tickets",
  "GET /v1/me/ledger",
  "GET /v1/mining",
  "POST /v1/mining/claim",
  "GET /v1/territory",
  "an operator's work",
};

constexpr std::array<std::string_view, counter_count> counter_names{
  "fixes_sent",       "fixes_acked",    "messages_in",   "bytes_in",        "bytes_out",
  "runs_started",     "runs_finished",  "runs_accepted", "tiles_told",      "drops",
  "closed_by_server", "reconnects",     "late_uploads",  "repeats",         "deltas",
  "snapshots",        "tickets_bought", "tickets_used",  "schedule_behind", "checks_made",
};

void write_counts(wire_writer& out, const std::map<std::string, std::uint64_t>& counts) {
  out.number(counts.size());
  for (const auto& [name, times] : counts) {
    out.text(name);
    out.number(times);
  }
}

void read_counts(wire_reader& in, std::map<std::string, std::uint64_t>& to) {
  for (auto left = in.number(); left > 0 && !in.is_at_end(); --left) {
    auto name = in.text();
    to[name] += in.number();
  }
}

void write_histogram(wire_writer& out, const histogram& x) {
  auto buckets = x.buckets();
  out.number(buckets.size());
  if (buckets.empty())
    return;
  std::uint32_t before = 0;
  for (const auto& [index, times] : buckets) {
    out.number(index - before);
    out.number(times);
    before = index;
  }
  out.number(x.min());
  out.number(x.max());
  out.number(x.sum());
}

void read_histogram(wire_reader& in, histogram& to) {
  std::vector<histogram::bucket> buckets;
  std::uint32_t index = 0;
  for (auto left = in.number(); left > 0 && !in.is_at_end(); --left) {
    index += static_cast<std::uint32_t>(in.number());
    buckets.emplace_back(index, in.number());
  }
  if (buckets.empty())
    return;
  to.add_buckets(buckets);
  auto min = in.number();
  auto max = in.number();
  to.widen(min, max, in.number());
}

} // namespace

std::string_view name_of(op x) {
  return op_names[static_cast<std::size_t>(x)];
}

std::string_view name_of(counter x) {
  return counter_names[static_cast<std::size_t>(x)];
}

void tally::error(std::string_view where, std::string_view code) {
  std::string name{where};
  ++errors[name.append(": ").append(code)];
}

void tally::violation(std::string what) {
  ++violations_count;
  if (violations.size() < violations_kept_max)
    violations.push_back(std::move(what));
}

std::uint64_t tally::errors_count() const {
  std::uint64_t sum = 0;
  for (const auto& [name, times] : errors)
    sum += times;
  return sum;
}

std::uint64_t tally::requests_count() const {
  std::uint64_t sum = 0;
  for (auto i = static_cast<std::size_t>(op_rest_first); i < op_count; ++i)
    sum += latency[i].count();
  return sum;
}

void tally::merge(const tally& other) {
  for (std::size_t i = 0; i < op_count; ++i)
    latency[i].merge(other.latency[i]);
  for (std::size_t i = 0; i < counter_count; ++i)
    count[i] += other.count[i];
  for (const auto& [name, times] : other.errors)
    errors[name] += times;
  for (const auto& [name, times] : other.verdicts)
    verdicts[name] += times;
  violations_count += other.violations_count;
  for (const auto& what : other.violations)
    if (violations.size() < violations_kept_max)
      violations.push_back(what);
}

std::string to_wire(const snapshot& x) {
  std::string text;
  wire_writer out{text};
  out.number(x.second);
  out.number(x.is_last ? 1 : 0);
  for (auto now : x.now)
    out.number(now);
  for (const auto& each : x.since_last.latency)
    write_histogram(out, each);
  for (auto times : x.since_last.count)
    out.number(times);
  write_counts(out, x.since_last.errors);
  write_counts(out, x.since_last.verdicts);
  out.number(x.since_last.violations_count);
  out.number(x.since_last.violations.size());
  for (const auto& what : x.since_last.violations)
    out.text(what);
  return text;
}

snapshot from_wire(std::string_view text) {
  snapshot x;
  wire_reader in{text};
  x.second = static_cast<std::uint32_t>(in.number());
  x.is_last = in.number() != 0;
  for (auto& now : x.now)
    now = in.number();
  for (auto& each : x.since_last.latency)
    read_histogram(in, each);
  for (auto& times : x.since_last.count)
    times = in.number();
  read_counts(in, x.since_last.errors);
  read_counts(in, x.since_last.verdicts);
  x.since_last.violations_count = in.number();
  for (auto left = in.number(); left > 0 && !in.is_at_end(); --left)
    x.since_last.violations.push_back(in.text());
  FIEF_ASSERT(in.is_at_end());
  return x;
}

} // namespace fief::load
