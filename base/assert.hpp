#pragma once

namespace fief::base {

/// Prints what was violated and where to standard error, then aborts. Stays on in release builds.
[[noreturn]] void assert_fail(const char* expression, const char* file, int line) noexcept;

} // namespace fief::base

/// Checks a fact that only our own bug can falsify. Input of a peer never reaches one unchecked.
#define FIEF_ASSERT(expression)                                                                    \
  ((expression) ? static_cast<void>(0) : ::fief::base::assert_fail(#expression, __FILE__, __LINE__))
