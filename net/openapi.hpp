#pragma once

#include <string_view>

namespace fief::net {

/// The contract of the interface, `net/openapi.yaml`, as JSON: what `/openapi.json` serves.
std::string_view openapi_json();

} // namespace fief::net
