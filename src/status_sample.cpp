#include "src/status_sample.hpp"

#include <algorithm>
#include <cmath>

namespace fief {

namespace {

/// Of a counter. One that went back was begun anew.
std::uint64_t growth(std::uint64_t before, std::uint64_t now) {
  return now >= before ? now - before : now;
}

double seconds_between(const server_reading& before, const server_reading& now) {
  return std::chrono::duration<double>(now.moment - before.moment).count();
}

caf::optional<double> optional_of(std::optional<double> x) {
  return x ? caf::optional<double>{*x} : caf::none;
}

void add_rates(actors::status_sample& out, const server_reading& before,
               const server_reading& now) {
  const auto seconds = seconds_between(before, now);
  if (!(seconds > 0))
    return;
  const auto rate = [seconds](std::uint64_t from, std::uint64_t to) {
    return static_cast<double>(growth(from, to)) / seconds;
  };
  out.requests_per_s = rate(before.requests, now.requests);
  out.fixes_per_s = rate(before.fixes_acked, now.fixes_acked);
  out.commits_per_s = rate(before.store.commits, now.store.commits);
  const auto cpu = std::chrono::duration<double>(now.process.cpu - before.process.cpu);
  out.cpu_cores = std::max(cpu.count() / seconds, 0.0);
}

void add_growth(actors::status_sample& out, const server_reading& before,
                const server_reading& now) {
  const auto acks = counted_since(before.acks, now.acks);
  out.ack_p50_ms = optional_of(quantile_ms(acks, 0.5));
  out.ack_p99_ms = optional_of(quantile_ms(acks, 0.99));
  const auto commits = growth(before.store.commits, now.store.commits);
  const auto operations = growth(before.store.operations, now.store.operations);
  if (commits > 0)
    out.batch_mean = static_cast<double>(operations) / static_cast<double>(commits);
  for (std::size_t i = 0; i < now.queues.size(); ++i)
    out.refused += growth(before.queues[i].refused, now.queues[i].refused);
}

} // namespace

net::histogram::reading counted_since(const net::histogram::reading& before,
                                      const net::histogram::reading& now) {
  net::histogram::reading out;
  for (std::size_t i = 0; i < out.buckets.size(); ++i) {
    out.buckets[i] = growth(before.buckets[i], now.buckets[i]);
    out.count += out.buckets[i];
  }
  out.sum_us = growth(before.sum_us, now.sum_us);
  return out;
}

std::optional<double> quantile_ms(const net::histogram::reading& x, double fraction) {
  using net::histogram;
  if (x.count == 0)
    return std::nullopt;
  const auto rank = fraction * static_cast<double>(x.count);
  double below = 0;
  constexpr auto last = histogram::bucket_count - 1;
  for (std::size_t i = 0; i < last; ++i) {
    const auto inside = static_cast<double>(x.buckets[i]);
    if (inside > 0 && below + inside >= rank) {
      const auto low = i == 0 ? 0.0 : static_cast<double>(histogram::bound_us(i - 1));
      const auto high = static_cast<double>(histogram::bound_us(i));
      return (low + (high - low) * (rank - below) / inside) / 1'000;
    }
    below += inside;
  }
  return static_cast<double>(histogram::bound_us(last - 1)) / 1'000;
}

actors::status_sample sample_of(const server_reading* before, const server_reading& now) {
  actors::status_sample out;
  out.at = now.at;
  out.sockets = now.sockets;
  out.commit_ms = static_cast<double>(now.store.commit_us_last) / 1'000;
  out.users = now.live.users;
  out.events = now.live.events;
  out.areas = now.live.areas;
  out.loading = now.live.loading;
  for (const auto& queue : now.queues) {
    out.queue_names.emplace_back(queue.name);
    out.waiting.push_back(queue.waiting);
  }
  out.resident_bytes = now.process.resident_bytes;
  if (before != nullptr) {
    add_rates(out, *before, now);
    add_growth(out, *before, now);
  }
  return out;
}

} // namespace fief
