#pragma once

#include "base/rng.hpp"
#include "bench/load/city.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace fief::load {

enum class shape : std::uint8_t { loop, out_and_back, laps };

/// A way through the city as a line, which closes: its end is its start, or within a street's
/// width.
using route = std::vector<metres>;

/// A route of about `wanted_m`: a closed dented curve, a winding street there and back on its other
/// side, or several laps round a park of some hundred metres.
route make_route(shape kind, base::rng& random, metres start, double wanted_m);

double length_m(const route& x);

} // namespace fief::load
