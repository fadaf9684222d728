#include "tests/support/files/fit_writer.hpp"

#include <cmath>

namespace fief::test {

namespace {

constexpr auto fit_epoch = game::instant{std::chrono::sys_days{std::chrono::year{1989} / 12 / 31}};

std::uint32_t fit_time(game::instant t) {
  return static_cast<std::uint32_t>(
    std::chrono::duration_cast<std::chrono::seconds>(t - fit_epoch).count());
}

std::uint32_t semicircles(std::int32_t e7) {
  const auto exact = static_cast<long double>(e7) * 2147483648.0L / 1800000000.0L;
  return static_cast<std::uint32_t>(static_cast<std::int32_t>(std::llround(exact)));
}

void put_order(std::string& to, std::uint64_t value, unsigned size, bool big_endian) {
  for (unsigned i = 0; i < size; ++i)
    to += static_cast<char>(value >> 8 * (big_endian ? size - 1 - i : i));
}

/// The record message and what goes round it.
class activity {
public:
  activity(std::span<const game::fix> fixes, const fit_shape& shape)
    : fixes_(fixes), shape_(shape), out_(shape) {}

  std::string write() {
    write_file_id();
    define_record();
    std::uint32_t written = 0;
    for (const auto& x : fixes_) {
      if (shape_.redefined != 0 && written != 0 && written % shape_.redefined == 0)
        define_record();
      write_record(x, written++);
      for (std::uint32_t i = 0; i < shape_.placeless; ++i)
        write_placeless(x);
    }
    if (shape_.session)
      write_session();
    return out_.file();
  }

private:
  void write_file_id() {
    const std::array<fit_writer::field, 3> fields{{{0, 1, 0x00}, {1, 2, 0x84}, {4, 4, 0x86}}};
    out_.define(0, 0, fields);
    out_.begin(0);
    out_.put(shape_.file_type, 1);
    out_.put(1, 2);
    out_.put(fixes_.empty() ? 1'000'000'000 : fit_time(fixes_.front().t), 4);
  }

  void define_record() {
    std::vector<fit_writer::field> fields;
    if (shape_.strange_fields) {
      fields.push_back({3, 1, 0x02});    // Heart rate.
      fields.push_back({200, 6, 0x84});  // An array of three.
      fields.push_back({201, 11, 0x07}); // A text.
      fields.push_back({202, 8, 0x89});  // A double.
      fields.push_back({203, 5, 0x86});  // Of no whole number of values.
      fields.push_back({204, 3, 0x1E});  // Of a type that does not exist.
    }
    if (!shape_.compressed_times)
      fields.push_back({253, 4, 0x86});
    fields.push_back({0, 4, 0x85});
    fields.push_back({1, 4, 0x85});
    fields.push_back({31, 1, 0x02});
    if (shape_.enhanced_altitude)
      fields.push_back({78, 4, 0x86});
    else
      fields.push_back({2, 2, 0x84});
    std::vector<fit_writer::field> developer;
    if (shape_.developer_fields)
      developer = {{0, 4, 0}, {1, 9, 0}};
    out_.define(shape_.record_local, 20, fields, developer);
  }

  void begin_record(game::instant t) {
    if (shape_.compressed_times)
      out_.begin_compressed(shape_.record_local, fit_time(t));
    else
      out_.begin(shape_.record_local);
    if (shape_.strange_fields)
      out_.raw(std::string(1 + 6 + 11 + 8 + 5 + 3, '\x40'));
    if (!shape_.compressed_times)
      out_.put(fit_time(t), 4);
  }

  void write_record(const game::fix& x, std::uint32_t) {
    if (shape_.compressed_times
        && (last_ == 0 || fit_time(x.t) - last_ > 31 || fit_time(x.t) < last_))
      write_time(x.t);
    last_ = fit_time(x.t);
    begin_record(x.t);
    out_.put(semicircles(x.lat_e7), 4);
    out_.put(semicircles(x.lon_e7), 4);
    out_.put(x.acc_dm == game::fix::acc_unknown ? 0xFF : x.acc_dm / 10, 1);
    const auto known = x.alt_dm != game::fix::alt_unknown;
    const auto height = static_cast<std::uint32_t>(known ? x.alt_dm / 2 + 2500 : -1);
    out_.put(height, shape_.enhanced_altitude ? 4 : 2);
    end_record();
  }

  void write_placeless(const game::fix& x) {
    begin_record(x.t);
    out_.put(0x7FFFFFFF, 4);
    out_.put(0x7FFFFFFF, 4);
    out_.put(0xFF, 1);
    out_.put(0xFFFFFFFF, shape_.enhanced_altitude ? 4 : 2);
    end_record();
  }

  void end_record() {
    if (shape_.developer_fields)
      out_.raw(std::string(13, '\x5A'));
  }

  /// An event message, whose whole time the compressed ones after it count from.
  void write_time(game::instant t) {
    const std::array<fit_writer::field, 2> fields{{{253, 4, 0x86}, {0, 1, 0x00}}};
    out_.define(5, 21, fields);
    out_.begin(5);
    out_.put(fit_time(t), 4);
    out_.put(0, 1);
  }

  void write_session() {
    const std::array<fit_writer::field, 5> fields{
      {{253, 4, 0x86}, {5, 1, 0x00}, {6, 1, 0x00}, {8, 4, 0x86}, {9, 4, 0x86}}};
    out_.define(1, 18, fields);
    out_.begin(1);
    out_.put(fixes_.empty() ? 1'000'000'000 : fit_time(fixes_.back().t), 4);
    out_.put(shape_.sport, 1);
    out_.put(shape_.sub_sport, 1);
    out_.put(1'234'500, 4);
    out_.put(567'800, 4);
  }

  std::span<const game::fix> fixes_;
  fit_shape shape_;
  fit_writer out_;
  std::uint32_t last_ = 0;
};

} // namespace

fit_shape any_fit_shape(base::rng& random) {
  auto flip = [&] { return random.below(2) == 1; };
  fit_shape x;
  x.header_size = flip() ? 14 : 12;
  x.header_crc = flip();
  x.protocol = flip() ? 0x20 : 0x10;
  x.big_endian = flip();
  x.compressed_times = flip();
  x.developer_fields = flip();
  x.strange_fields = flip();
  x.redefined = flip() ? static_cast<std::uint32_t>(1 + random.below(9)) : 0;
  x.placeless = flip() ? static_cast<std::uint32_t>(random.below(3)) : 0;
  x.enhanced_altitude = flip();
  x.session = flip();
  x.record_local = static_cast<std::uint8_t>(random.below(4));
  return x;
}

void fit_writer::define(std::uint8_t local, std::uint16_t global, std::span<const field> fields,
                        std::span<const field> developer_fields) {
  put(0x40U | (developer_fields.empty() ? 0U : 0x20U) | local, 1);
  put(0, 1);
  put(shape_.big_endian ? 1 : 0, 1);
  put(global, 2);
  auto list = [this](std::span<const field> some) {
    put(some.size(), 1);
    for (const auto& x : some) {
      put(x.number, 1);
      put(x.size, 1);
      put(x.base_type, 1);
    }
  };
  list(fields);
  if (!developer_fields.empty())
    list(developer_fields);
}

void fit_writer::begin_compressed(std::uint8_t local, std::uint32_t time) {
  put(0x80U | static_cast<unsigned>(local) << 5 | (time & 31), 1);
}

void fit_writer::put(std::uint64_t value, unsigned size) {
  put_order(data_, value, size, shape_.big_endian);
}

std::string fit_writer::file() const {
  std::string x;
  put_order(x, shape_.header_size, 1, false);
  put_order(x, shape_.protocol, 1, false);
  put_order(x, 2105, 2, false);
  put_order(x, data_.size(), 4, false);
  x += ".FIT";
  if (shape_.header_size >= 14)
    put_order(x, shape_.header_crc ? fit_crc(x) : 0, 2, false);
  x.resize(shape_.header_size);
  x += data_;
  put_order(x, fit_crc(x), 2, false);
  return x;
}

/// CRC-16/ARC bit by bit.
std::uint16_t fit_crc(std::string_view bytes) {
  unsigned crc = 0;
  for (auto c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xA001U : 0U);
  }
  return static_cast<std::uint16_t>(crc);
}

std::string with_fit_crcs(std::string file) {
  auto put_at = [&file](std::size_t at, std::uint16_t crc) {
    file[at] = static_cast<char>(crc & 0xFF);
    file[at + 1] = static_cast<char>(crc >> 8);
  };
  if (file.size() < 14)
    return file;
  if (static_cast<unsigned char>(file[0]) >= 14)
    put_at(12, fit_crc(std::string_view{file}.substr(0, 12)));
  put_at(file.size() - 2, fit_crc(std::string_view{file}.substr(0, file.size() - 2)));
  return file;
}

game::fix as_in_fit(game::fix x) {
  x.t = std::chrono::floor<std::chrono::seconds>(x.t);
  if (x.acc_dm != game::fix::acc_unknown)
    x.acc_dm = static_cast<std::uint16_t>(x.acc_dm / 10 * 10);
  if (x.alt_dm != game::fix::alt_unknown)
    x.alt_dm = x.alt_dm / 2 * 2;
  return x;
}

std::string fit_of(std::span<const game::fix> fixes, const fit_shape& shape) {
  return activity{fixes, shape}.write();
}

} // namespace fief::test
