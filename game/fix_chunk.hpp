#pragma once

#include "game/fix.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace fief::game {

/// The stored form of a batch of fixes: small, exact, and able to tell that it was damaged.
///
/// Layout, in this order:
///
///     version         1 byte, 1
///     count           varint
///     modes           2 bytes, little endian: 2 bits per column, the first column lowest
///     columns         seq, t, lat_e7, lon_e7, acc_dm, alt_dm, steps, flags; varints of zigzag
///     checksum        4 bytes, little endian: CRC-32C of everything before
///
/// A column is predicted in the way that its mode names and stores what the prediction misses:
/// 0 `same_value`  the value before it; 1 `same_step` the value before plus the step before (the
/// encoder takes the smaller of the two); 2 `even_steps` never misses after the first two values,
/// so only those are stored. Sums wrap at 64 bits. No fixes: no columns.
///
/// Cost: a real run with a fix a second (accuracy and steps simulated) takes 5.1 bytes a fix in
/// batches of 2,000, 5.7 in batches of 60 and 8.2 in batches of 10, against 40 in memory; without
/// accuracy and steps 2 less. Fixes 3 to 10 s apart take 8 to 12. Coding takes about 0.1 µs a fix
/// each way.
/// @pre `fixes.size() <= fix_limits::batch_max`.
std::vector<std::uint8_t> encode_chunk(std::span<const fix> fixes);

/// The fixes of a chunk, in the order given to `encode_chunk`.
/// Errors: nothing for any bytes that `encode_chunk` cannot have written as far as the checksum,
/// the counts and the ranges tell: damaged, cut short, with bytes after the end, another version.
/// Cost: allocates for at most `fix_limits::batch_max` fixes, and nothing for a wrong checksum.
std::optional<std::vector<fix>> decode_chunk(std::span<const std::uint8_t> bytes);

} // namespace fief::game
