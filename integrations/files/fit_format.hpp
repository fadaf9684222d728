#pragma once

// The record layer of FIT (Flexible and Interoperable Data Transfer, protocol 1 and 2): headers,
// checksums, definitions, data. Nothing here knows what a message means.

#include "integrations/files/track_file.hpp"

#include <array>

namespace fief::integrations::fit {

using byte_view = std::span<const std::uint8_t>;

/// CRC-16/ARC, which FIT uses; goes on from `crc`.
/// Cost: 8 bytes at a step.
std::uint16_t crc16(byte_view bytes, std::uint16_t crc = 0);

struct file_header {
  std::size_t size = 0; ///< Of the header itself: 12, or at least 14 with a checksum.
  std::size_t data_size = 0;
};

/// Reads the header at the front and checks its checksum and that of the whole file behind it,
/// so that no flipped bit and no cut passes. `at`: where `bytes` begin, for the error's text.
/// More bytes may follow: the next file of a chain.
boost::system::result<file_header, file_error> check_file(byte_view bytes, std::size_t at);

/// The message types and fields that somebody asks for.
struct wanted_message {
  std::uint16_t global = 0;
  std::array<std::uint8_t, 7> fields{};
  std::uint8_t count = 0;
};

/// Where in a message one wanted field lies.
struct field_place {
  std::uint32_t offset = 0;
  std::uint8_t base_type = 0;
  bool is_there = false;
};

/// What a definition says, reduced to what is wanted: its size does not depend on the file.
struct message_layout {
  static constexpr std::size_t wanted_max = std::tuple_size_v<decltype(wanted_message::fields)>;

  bool is_defined = false;
  bool big_endian = false;
  std::uint16_t global = 0;
  std::uint32_t size = 0; ///< Bytes of each message, developer fields included.
  std::array<field_place, wanted_max> places{};
  field_place timestamp; ///< Field 253, which any message may have.
};

/// A message of a defined type, its bytes within the file's.
class message {
public:
  message(const message_layout& layout, const std::uint8_t* data) : layout_(layout), data_(data) {}

  [[nodiscard]] std::uint16_t global() const { return layout_.global; }
  /// The value of the `index`th wanted field; of an array its first. Nothing if the message does
  /// not have it, it is FIT's invalid value, or no integer.
  [[nodiscard]] std::optional<std::int64_t> value(std::size_t index) const {
    return read(layout_.places[index]);
  }
  [[nodiscard]] std::optional<std::uint32_t> timestamp() const;

private:
  [[nodiscard]] std::optional<std::int64_t> read(const field_place& place) const;

  const message_layout& layout_;
  const std::uint8_t* data_;
};

/// Walks over the messages of one file.
class message_reader {
public:
  /// `data` without header and checksum; `at`: where they begin, for the error's text.
  message_reader(byte_view data, std::size_t at, std::span<const wanted_message> wanted)
    : data_(data), at_(at), wanted_(wanted) {}

  /// The next data message; nothing at the end or after an error. Valid until the next call.
  std::optional<message> next();
  [[nodiscard]] const std::optional<file_error>& error() const { return error_; }
  /// When the last message was, compressed or not, in FIT's seconds. Nothing: it does not say.
  [[nodiscard]] std::optional<std::uint32_t> time() const { return time_; }

private:
  std::optional<message> read_data(std::uint8_t header);
  bool read_definition(std::uint8_t header);
  bool refuse(const std::string& detail);

  byte_view data_;
  std::size_t at_;
  std::span<const wanted_message> wanted_;
  std::size_t position_ = 0;
  std::array<message_layout, 16> layouts_{};
  std::uint32_t last_time_ = 0; ///< What compressed times count from; 0: there was none.
  std::optional<std::uint32_t> time_;
  std::optional<file_error> error_;
};

} // namespace fief::integrations::fit
