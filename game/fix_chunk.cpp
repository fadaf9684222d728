#include "game/fix_chunk.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace fief::game {

namespace {

constexpr std::uint8_t format_version = 1;
constexpr std::size_t column_count = 8;
constexpr std::size_t checksum_size = 4;
constexpr std::size_t modes_size = 2;
constexpr std::size_t varint_size_max = 10;
static_assert(2 * column_count == 8 * modes_size);

enum class mode : std::uint8_t { same_value = 0, same_step = 1, even_steps = 2 };

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    auto crc = i;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78U : 0U);
    table[i] = crc;
  }
  return table;
}

/// CRC-32C, Castagnoli's polynomial reflected. Source: RFC 3720 section 12.1.
constexpr std::uint32_t crc32c(std::span<const std::uint8_t> bytes) {
  constexpr auto table = make_crc_table();
  auto crc = 0xffff'ffffU;
  for (auto byte : bytes)
    crc = (crc >> 8) ^ table[(crc ^ byte) & 0xff];
  return ~crc;
}

constexpr std::array<std::uint8_t, 9> crc_sample{'1', '2', '3', '4', '5', '6', '7', '8', '9'};
static_assert(crc32c(crc_sample) == 0xe3069283U);

/// Small magnitudes of either sign to small numbers: 0, -1, 1, -2 ... to 0, 1, 2, 3 ...
constexpr std::uint64_t zigzag(std::uint64_t x) {
  return (x << 1) ^ ((x >> 63) != 0 ? ~std::uint64_t{0} : 0);
}

constexpr std::uint64_t unzigzag(std::uint64_t x) {
  return (x >> 1) ^ ((x & 1) != 0 ? ~std::uint64_t{0} : 0);
}

constexpr std::size_t varint_size(std::uint64_t x) {
  std::size_t size = 1;
  for (; x >= 0x80; x >>= 7)
    ++size;
  return size;
}

void put_varint(std::vector<std::uint8_t>& out, std::uint64_t x) {
  for (; x >= 0x80; x >>= 7)
    out.push_back(static_cast<std::uint8_t>(x | 0x80));
  out.push_back(static_cast<std::uint8_t>(x));
}

/// Takes a LEB128 number off the front. Errors: nothing if it is cut short, over 64 bits or longer
/// than it need be, so that every number has one form.
std::optional<std::uint64_t> take_varint(std::span<const std::uint8_t>& in) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < in.size() && i < varint_size_max; ++i) {
    auto part = static_cast<std::uint64_t>(in[i] & 0x7f);
    if (i + 1 == varint_size_max && part > 1)
      return std::nullopt;
    value |= part << (7 * i);
    if ((in[i] & 0x80) != 0)
      continue;
    if (i > 0 && part == 0)
      return std::nullopt;
    in = in.subspan(i + 1);
    return value;
  }
  return std::nullopt;
}

constexpr std::uint64_t field(const fix& x, std::size_t column) {
  switch (column) {
    case 0: return x.seq;
    case 1: return static_cast<std::uint64_t>(base::to_ms(x.t));
    case 2: return static_cast<std::uint64_t>(std::int64_t{x.lat_e7});
    case 3: return static_cast<std::uint64_t>(std::int64_t{x.lon_e7});
    case 4: return x.acc_dm;
    case 5: return static_cast<std::uint64_t>(std::int64_t{x.alt_dm});
    case 6: return static_cast<std::uint64_t>(std::int64_t{x.steps});
    default: return x.flags;
  }
}

template <class T>
bool store(T& place, std::int64_t value) {
  if (value < std::numeric_limits<T>::min()
      || value > static_cast<std::int64_t>(std::numeric_limits<T>::max()))
    return false;
  place = static_cast<T>(value);
  return true;
}

/// Whether `bits` was a value of that column; then it is one again.
bool set_field(fix& x, std::size_t column, std::uint64_t bits) {
  auto value = static_cast<std::int64_t>(bits);
  switch (column) {
    case 0: return store(x.seq, value);
    case 1: x.t = base::from_ms(value); return true;
    case 2: return store(x.lat_e7, value);
    case 3: return store(x.lon_e7, value);
    case 4: return store(x.acc_dm, value);
    case 5: return store(x.alt_dm, value);
    case 6: return store(x.steps, value);
    default: return store(x.flags, value);
  }
}

/// What the next value of a column is expected to be, given those before it.
class predictor {
public:
  explicit predictor(mode m) : mode_(m) {}

  [[nodiscard]] std::uint64_t expected() const {
    return count_ >= 2 && mode_ != mode::same_value ? last_ + step_ : last_;
  }

  /// Whether the value at this position was stored, not only expected.
  [[nodiscard]] bool is_stored() const { return count_ < 2 || mode_ != mode::even_steps; }

  void push(std::uint64_t value) {
    step_ = value - last_;
    last_ = value;
    ++count_;
  }

private:
  mode mode_;
  std::size_t count_ = 0;
  std::uint64_t last_ = 0;
  std::uint64_t step_ = 0;
};

/// The mode that stores the column in the fewest bytes.
mode best_mode(std::span<const fix> fixes, std::size_t column) {
  predictor value{mode::same_value};
  predictor step{mode::same_step};
  std::size_t value_size = 0;
  std::size_t step_size = 0;
  auto even = true;
  for (std::size_t i = 0; i < fixes.size(); ++i) {
    auto x = field(fixes[i], column);
    even = even && (i < 2 || step.expected() == x);
    value_size += varint_size(zigzag(x - value.expected()));
    step_size += varint_size(zigzag(x - step.expected()));
    value.push(x);
    step.push(x);
  }
  if (even)
    return mode::even_steps;
  return step_size < value_size ? mode::same_step : mode::same_value;
}

void put_column(std::vector<std::uint8_t>& out, std::span<const fix> fixes, std::size_t column,
                mode m) {
  predictor next{m};
  for (const auto& x : fixes) {
    auto value = field(x, column);
    if (next.is_stored())
      put_varint(out, zigzag(value - next.expected()));
    next.push(value);
  }
}

bool take_column(std::span<const std::uint8_t>& in, std::vector<fix>& fixes, std::size_t column,
                 mode m) {
  predictor next{m};
  for (auto& x : fixes) {
    auto value = next.expected();
    if (next.is_stored()) {
      auto miss = take_varint(in);
      if (!miss)
        return false;
      value += unzigzag(*miss);
    }
    if (!set_field(x, column, value))
      return false;
    next.push(value);
  }
  return true;
}

/// `bytes` without its checksum, or nothing if that is wrong.
std::optional<std::span<const std::uint8_t>> checked(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < checksum_size)
    return std::nullopt;
  auto body = bytes.first(bytes.size() - checksum_size);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < checksum_size; ++i)
    sum |= static_cast<std::uint32_t>(bytes[body.size() + i]) << (8 * i);
  if (sum != crc32c(body))
    return std::nullopt;
  return body;
}

} // namespace

std::vector<std::uint8_t> encode_chunk(std::span<const fix> fixes) {
  FIEF_ASSERT(fixes.size() <= fix_limits::batch_max);
  std::vector<std::uint8_t> out;
  out.reserve(16 + 10 * fixes.size());
  out.push_back(format_version);
  put_varint(out, fixes.size());
  std::array<mode, column_count> modes{};
  std::uint32_t packed = 0;
  for (std::size_t column = 0; column < column_count; ++column) {
    modes[column] = best_mode(fixes, column);
    packed |= static_cast<std::uint32_t>(modes[column]) << (2 * column);
  }
  out.push_back(static_cast<std::uint8_t>(packed));
  out.push_back(static_cast<std::uint8_t>(packed >> 8));
  for (std::size_t column = 0; column < column_count; ++column)
    put_column(out, fixes, column, modes[column]);
  auto sum = crc32c(out);
  for (std::size_t i = 0; i < checksum_size; ++i)
    out.push_back(static_cast<std::uint8_t>(sum >> (8 * i)));
  return out;
}

std::optional<std::vector<fix>> decode_chunk(std::span<const std::uint8_t> bytes) {
  auto body = checked(bytes);
  if (!body || body->empty() || body->front() != format_version)
    return std::nullopt;
  auto in = body->subspan(1);
  auto count = take_varint(in);
  if (!count || *count > fix_limits::batch_max || in.size() < modes_size)
    return std::nullopt;
  auto packed = static_cast<std::uint32_t>(in[0] | (in[1] << 8));
  in = in.subspan(modes_size);
  std::vector<fix> fixes(static_cast<std::size_t>(*count));
  for (std::size_t column = 0; column < column_count; ++column) {
    auto m = (packed >> (2 * column)) & 3;
    if (m > static_cast<std::uint32_t>(mode::even_steps)
        || !take_column(in, fixes, column, static_cast<mode>(m)))
      return std::nullopt;
  }
  if (!in.empty())
    return std::nullopt;
  return fixes;
}

} // namespace fief::game
