#pragma once

#include "base/json_writer.hpp"

namespace fief::net {

using base::json_writer;

} // namespace fief::net
