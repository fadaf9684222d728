#pragma once

#include "tests/support/store/conformance.hpp"

namespace fief::test {

/// Runs the rest of the case once for each implementation. Call it first, once per case.
backend each_backend();

} // namespace fief::test
