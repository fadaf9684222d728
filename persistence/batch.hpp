#pragma once

#include "persistence/operation.hpp"

#include <caf/response_promise.hpp>
#include <functional>
#include <span>

namespace fief::persistence {

/// An operation on its way: what to do, and how to tell the asker what came of it.
struct job {
  operation what;
  caf::response_promise asker;
  std::chrono::steady_clock::time_point since{};
  std::function<void(caf::response_promise&)> answer; ///< Set by `run_batch`.
};

/// How one transaction treats the operations of a batch.
enum class isolation : std::uint8_t {
  together, ///< Fast: one failing statement fails the whole batch.
  apart,    ///< Each operation behind a savepoint, so that a failing one is answered by itself.
};

/// Runs all jobs in one transaction and commits; then every job has its answer. Throws what
/// libpqxx throws: nothing is committed then, unless the exception says that it may be.
/// Returns what the commit changed.
actors::committed run_batch(connection& c, std::span<job> jobs, const game::mining_rules& mining,
                            isolation how);

/// The answer that refuses a job.
std::function<void(caf::response_promise&)> refusal(game::errc why);

} // namespace fief::persistence
