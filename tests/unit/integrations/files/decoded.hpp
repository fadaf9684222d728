#pragma once

#include "integrations/files/track_file.hpp"

#include <catch2/catch.hpp>

namespace fief::test {

/// The file, or a failed test that says why there is none.
inline integrations::track_file decoded(std::string_view bytes, std::string_view type = {}) {
  auto result = integrations::decode_track_file(bytes, type);
  if (result.has_error())
    FAIL(integrations::to_string(result.error().code) << ": " << result.error().detail);
  return std::move(*result);
}

/// The stable code and the text of a refusal, `code: detail`; "decoded" if there is none.
inline std::string refusal(std::string_view bytes, std::string_view type = {}) {
  const auto result = integrations::decode_track_file(bytes, type);
  if (!result.has_error())
    return "decoded";
  return std::string{integrations::to_string(result.error().code)} + ": " + result.error().detail;
}

} // namespace fief::test
