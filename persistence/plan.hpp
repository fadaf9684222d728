#pragma once

#include "persistence/operation.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace fief::persistence {

/// One statement's worth of a batch: the indices of operations of one hot kind, or one other.
struct step {
  std::vector<std::size_t> operations;
};

/// Puts the operations of a batch into few steps. The steps run in order; operations of one user
/// keep theirs, and a step holds no tile, and for mining no user, twice.
/// Cost: O(n log n).
std::vector<step> plan(std::span<const operation* const> all);

} // namespace fief::persistence
