#pragma once

#include "bench/load/timeline.hpp"
#include "bench/load/worker.hpp"

#include <functional>

namespace fief::load {

/// So many sockets one process drives; more are shared among several.
constexpr std::uint32_t sockets_per_process = 18'000;

/// How many processes a scenario needs.
std::uint32_t processes_for(const scenario& plan);

struct conduct_options {
  worker_options worker;
  std::uint32_t processes = 1;
};

/// Forks the processes of the load, gathers what they measure and calls `each_second` with it.
/// They end with us, and with SIGINT. @pre No other thread in this process.
void conduct(const target& to, const scenario& plan, const prepared& from,
             const conduct_options& options, meter& server,
             const std::function<void(const moment&)>& each_second, results& into);

/// Lets this process open as many files as it may.
void raise_file_limit();

} // namespace fief::load
