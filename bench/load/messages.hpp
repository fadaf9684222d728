#pragma once

#include "bench/load/recording.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fief::load {

// What clients say on the socket and in bodies. Source: docs/PROTOCOL.md.

/// `run` may be empty.
std::string hello_text(std::string_view token, std::string_view run, std::int64_t device_ms);
std::string fixes_text(std::string_view run, const std::vector<fix>& fixes, std::uint32_t first,
                       std::uint32_t last, std::int64_t start_ms);
std::string finish_text(std::string_view run, std::uint32_t total);
std::string subscribe_text(std::string_view id, const std::array<double, 4>& box);
std::string ping_text(std::uint64_t n);

/// Bodies of REST.
std::string start_body(std::int64_t device_ms);
std::string fixes_body(const std::vector<fix>& fixes, std::uint32_t first, std::uint32_t last,
                       std::int64_t start_ms);
std::string finish_body(std::uint32_t total);

/// `west,south,east,north`, the same digits as in `subscribe_text`.
std::string box_text(const std::array<double, 4>& box);

/// For a query or a path.
std::string escaped(std::string_view text);

} // namespace fief::load
