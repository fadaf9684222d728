#pragma once

#include "base/rng.hpp"
#include "game/fix.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fief::test {

/// How a generated FIT file is written: every form that the format allows.
struct fit_shape {
  std::uint8_t header_size = 14;
  bool header_crc = true; ///< False: zero, as some devices leave it.
  std::uint8_t protocol = 0x20;
  bool big_endian = false;
  bool compressed_times = false;
  bool developer_fields = false;
  bool strange_fields = false; ///< Fields, types and arrays that nobody reads.
  std::uint32_t redefined = 0; ///< The record is defined anew after so many; 0: once.
  std::uint32_t placeless = 0; ///< So many records without a position between two with one.
  bool enhanced_altitude = false;
  std::uint8_t sport = 1;
  std::uint8_t sub_sport = 0;
  std::uint8_t file_type = 4;
  bool session = true;
  std::uint8_t record_local = 3; ///< Below 4, as compressed times demand.
};

/// One of the shapes, drawn.
fit_shape any_fit_shape(base::rng& random);

/// Writes FIT bytes: definitions, messages, at last header and checksums. Apart from the decoder:
/// they share no code.
class fit_writer {
public:
  struct field {
    std::uint8_t number = 0;
    std::uint8_t size = 0;
    std::uint8_t base_type = 0;
  };

  explicit fit_writer(const fit_shape& shape) : shape_(shape) {}

  void define(std::uint8_t local, std::uint16_t global, std::span<const field> fields,
              std::span<const field> developer_fields = {});
  void begin(std::uint8_t local) { put(local, 1); }
  void begin_compressed(std::uint8_t local, std::uint32_t time);
  /// A number in the file's byte order.
  void put(std::uint64_t value, unsigned size);
  void raw(std::string_view bytes) { data_ += bytes; }

  [[nodiscard]] std::string file() const;

private:
  fit_shape shape_;
  std::string data_;
};

std::uint16_t fit_crc(std::string_view bytes);
/// The same file with checksums that fit.
std::string with_fit_crcs(std::string file);

/// A fix as FIT can hold it: whole seconds, accuracy in metres, height in steps of 20 cm.
game::fix as_in_fit(game::fix x);

/// A whole activity. @pre Fixes are `as_in_fit`.
std::string fit_of(std::span<const game::fix> fixes, const fit_shape& shape);

} // namespace fief::test
