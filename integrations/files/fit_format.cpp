#include "integrations/files/fit_format.hpp"

#include "base/assert.hpp"

namespace fief::integrations::fit {

namespace {

constexpr std::uint8_t timestamp_field = 253;
constexpr std::uint8_t protocol_major_max = 2;

constexpr std::size_t header_small = 12;
constexpr std::size_t header_with_crc = 14;
constexpr std::size_t crc_size = 2;

// The first byte of a record.
constexpr std::uint8_t is_compressed = 0x80;
constexpr std::uint8_t is_definition = 0x40;
constexpr std::uint8_t has_developer_fields = 0x20;

/// FIT's base types, without the bit that tells that they have a byte order.
enum base_type : std::uint8_t {
  enumeration,
  sint8,
  uint8,
  sint16,
  uint16,
  sint32,
  uint32,
  text,
  float32,
  float64,
  uint8z,
  uint16z,
  uint32z,
  byte,
  sint64,
  uint64,
  uint64z,
};
constexpr std::array<std::uint8_t, 17> base_sizes{1, 1, 1, 2, 2, 4, 4, 1, 4,
                                                  8, 1, 2, 4, 1, 8, 8, 8};

std::size_t load16(const std::uint8_t* p) {
  return std::size_t{p[0]} | std::size_t{p[1]} << 8;
}

std::uint64_t load(const std::uint8_t* p, unsigned size, bool big_endian) {
  std::uint64_t x = 0;
  for (unsigned i = 0; i < size; ++i)
    x = x << 8 | p[big_endian ? i : size - 1 - i];
  return x;
}

/// A signed number of `size` bytes; nothing for the greatest, which says "invalid".
std::optional<std::int64_t> as_signed(std::uint64_t x, unsigned size) {
  const auto bits = 8 * size;
  if (x == (std::uint64_t{1} << (bits - 1)) - 1)
    return std::nullopt;
  return static_cast<std::int64_t>(x << (64 - bits)) >> (64 - bits);
}

/// An unsigned number; `invalid` is what says that there is none.
std::optional<std::int64_t> as_unsigned(std::uint64_t x, std::uint64_t invalid) {
  if (x == invalid || x > std::uint64_t{INT64_MAX})
    return std::nullopt;
  return static_cast<std::int64_t>(x);
}

std::string at_byte(std::size_t x) {
  return "byte " + std::to_string(x) + ": ";
}

/// Where a field lies, if it can be read: its size must be that of whole values.
field_place place_of(std::uint32_t offset, std::uint8_t size, std::uint8_t type) {
  const auto base = static_cast<std::uint8_t>(type & 0x1F);
  if (base >= base_sizes.size() || size == 0 || size % base_sizes[base] != 0)
    return {};
  return {offset, base, true};
}

} // namespace

boost::system::result<file_header, file_error> check_file(byte_view bytes, std::size_t at) {
  auto refused = [at](file_errc code, const std::string& what) {
    return file_error{code, at_byte(at) + what};
  };
  if (bytes.size() < header_small)
    return refused(file_errc::malformed_file, "the file is cut off in its header");
  const std::size_t size = bytes[0];
  if (size < header_small || size == header_small + 1 || load(&bytes[8], 4, true) != 0x2E464954)
    return refused(file_errc::malformed_file, "no FIT header");
  if (bytes[1] >> 4 > protocol_major_max)
    return refused(file_errc::unsupported_format, "a later version of FIT than 2");
  const auto data_size = static_cast<std::size_t>(load(&bytes[4], 4, false));
  const auto whole = size + data_size + crc_size;
  if (bytes.size() < whole)
    return refused(file_errc::malformed_file, "the header promises " + std::to_string(whole)
                                                + " bytes, there are "
                                                + std::to_string(bytes.size()));
  if (size >= header_with_crc) // Zero: not computed.
    if (const auto crc = load16(&bytes[12]); crc != 0 && crc != crc16(bytes.first(12)))
      return refused(file_errc::crc_mismatch, "the checksum of the header does not fit");
  if (crc16(bytes.first(size + data_size)) != load16(&bytes[size + data_size]))
    return refused(file_errc::crc_mismatch, "the checksum of the file does not fit");
  return file_header{size, data_size};
}

std::optional<std::uint32_t> message::timestamp() const {
  const auto x = read(layout_.timestamp);
  if (!x || *x <= 0 || *x > std::int64_t{UINT32_MAX})
    return std::nullopt;
  return static_cast<std::uint32_t>(*x);
}

std::optional<std::int64_t> message::read(const field_place& place) const {
  if (!place.is_there)
    return std::nullopt;
  const unsigned size = base_sizes[place.base_type];
  const auto x = load(data_ + place.offset, size, layout_.big_endian);
  switch (place.base_type) {
    case sint8:
    case sint16:
    case sint32:
    case sint64: return as_signed(x, size);
    case enumeration:
    case uint8:
    case byte: return as_unsigned(x, 0xFF);
    case uint16: return as_unsigned(x, 0xFFFF);
    case uint32: return as_unsigned(x, 0xFFFFFFFF);
    case uint64: return as_unsigned(x, UINT64_MAX);
    case uint8z:
    case uint16z:
    case uint32z:
    case uint64z: return as_unsigned(x, 0);
    default: return std::nullopt; // Texts and floats: nothing that is wanted.
  }
}

std::optional<message> message_reader::next() {
  while (!error_ && position_ < data_.size()) {
    const auto header = data_[position_++];
    if ((header & is_compressed) != 0 || (header & is_definition) == 0)
      return read_data(header);
    if (!read_definition(header))
      break;
  }
  return std::nullopt;
}

std::optional<message> message_reader::read_data(std::uint8_t header) {
  const auto compressed = (header & is_compressed) != 0;
  const auto& layout = layouts_[compressed ? (header >> 5) & 3 : header & 15];
  if (!layout.is_defined) {
    refuse("a message before its definition");
    return std::nullopt;
  }
  if (layout.size > data_.size() - position_) {
    refuse("a message that goes on behind the end");
    return std::nullopt;
  }
  const message x{layout, data_.data() + position_};
  position_ += layout.size;
  time_ = x.timestamp();
  if (compressed && !time_ && last_time_ != 0) // Five bits, which overflow every 32 s.
    time_ = last_time_ + ((header - last_time_) & 31);
  if (time_)
    last_time_ = *time_;
  return x;
}

bool message_reader::read_definition(std::uint8_t header) {
  auto left = [this] { return data_.size() - position_; };
  if (left() < 5)
    return refuse("a definition that goes on behind the end");
  const auto order = data_[position_ + 1];
  if (order > 1)
    return refuse("a byte order other than 0 and 1");
  message_layout layout;
  layout.is_defined = true;
  layout.big_endian = order == 1;
  layout.global = static_cast<std::uint16_t>(load(&data_[position_ + 2], 2, layout.big_endian));
  const std::size_t fields = data_[position_ + 4];
  position_ += 5;
  if (left() < 3 * fields)
    return refuse("a definition that goes on behind the end");
  const wanted_message* wanted = nullptr;
  for (const auto& x : wanted_)
    if (x.global == layout.global)
      wanted = &x;
  for (std::size_t i = 0; i < fields; ++i, position_ += 3) {
    const auto number = data_[position_];
    const auto size = data_[position_ + 1];
    const auto place = place_of(layout.size, size, data_[position_ + 2]);
    layout.size += size;
    if (number == timestamp_field && !layout.timestamp.is_there)
      layout.timestamp = place;
    for (std::size_t k = 0; wanted != nullptr && k < wanted->count; ++k)
      if (wanted->fields[k] == number && !layout.places[k].is_there)
        layout.places[k] = place;
  }
  if ((header & has_developer_fields) != 0) {
    if (left() < 1 || left() - 1 < std::size_t{3} * data_[position_])
      return refuse("a definition that goes on behind the end");
    const std::size_t developer_fields = data_[position_++];
    for (std::size_t i = 0; i < developer_fields; ++i, position_ += 3)
      layout.size += data_[position_ + 1];
  }
  layouts_[header & 15] = layout;
  return true;
}

bool message_reader::refuse(const std::string& detail) {
  error_ = file_error{file_errc::malformed_file, at_byte(at_ + position_) + detail};
  return false;
}

} // namespace fief::integrations::fit
