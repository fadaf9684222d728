#include "net/fixes_codec.hpp"

#include <array>
#include <cmath>

namespace fief::net {

namespace dom = simdjson::dom;

namespace {

enum column : std::size_t { col_t, col_lat, col_lon, col_acc, col_steps, col_flags, col_count };
constexpr std::array<std::string_view, col_count> names{"t",     "lat",   "lon",
                                                        "acc_m", "steps", "flags"};
constexpr double acc_m_max = 6'553.4; // the last value that is not `acc_unknown`
// Milliseconds of the years 0000 and 9999; times beyond could not be written again.
constexpr std::int64_t t_min = -62'167'219'200'000;
constexpr std::int64_t t_max = 253'402'300'799'999;

/// What is wrong with one fix: the column, and the code.
struct flaw {
  column where = col_t;
  std::string_view code;
};

bool read_integer(const dom::element& x, std::int64_t min, std::int64_t max, std::int64_t& out,
                  flaw& why) {
  if (x.type() == dom::element_type::INT64 && !x.get(out) && out >= min && out <= max)
    return true;
  const bool integer =
    x.type() == dom::element_type::INT64 || x.type() == dom::element_type::UINT64;
  why.code = integer ? "out_of_range" : "wrong_type";
  return false;
}

bool read_degrees(const dom::element& x, double max, std::int32_t& out, flaw& why) {
  double degrees = 0;
  if (x.get(degrees)) {
    why.code = "wrong_type";
    return false;
  }
  if (!(std::abs(degrees) <= max)) { // also when it is no number
    why.code = "out_of_range";
    return false;
  }
  out = static_cast<std::int32_t>(std::lround(degrees * 1e7));
  return true;
}

bool read_accuracy(const dom::element& x, std::uint16_t& out, flaw& why) {
  double metres = 0;
  if (x.is_null())
    return true;
  if (x.get(metres)) {
    why.code = "wrong_type";
    return false;
  }
  if (!(metres >= 0)) {
    why.code = "out_of_range";
    return false;
  }
  out = static_cast<std::uint16_t>(std::lround(std::min(metres, acc_m_max) * 10));
  return true;
}

bool read_column(column at, const dom::element& x, game::fix& out, flaw& why) {
  std::int64_t value = 0;
  why.where = at;
  switch (at) {
    case col_t:
      if (!read_integer(x, t_min, t_max, value, why))
        return false;
      out.t = base::from_ms(value);
      return true;
    case col_lat: return read_degrees(x, 90, out.lat_e7, why);
    case col_lon: return read_degrees(x, 180, out.lon_e7, why);
    case col_acc: return read_accuracy(x, out.acc_dm, why);
    case col_steps:
      if (x.is_null())
        return true;
      if (!read_integer(x, 0, std::numeric_limits<std::int32_t>::max(), value, why))
        return false;
      out.steps = static_cast<std::int32_t>(value);
      return true;
    case col_flags:
      if (x.is_null())
        return true;
      if (!read_integer(x, 0, 255, value, why))
        return false;
      out.flags = static_cast<std::uint8_t>(value);
      return true;
    case col_count: break;
  }
  why = {col_t, "too_long"};
  return false;
}

bool read_fix(const dom::element& x, game::fix& out, flaw& why) {
  dom::array columns;
  if (x.get(columns)) {
    why = {col_count, "wrong_type"};
    return false;
  }
  std::size_t count = 0;
  for (auto value : columns) {
    if (count == col_count) {
      why = {col_count, "too_long"};
      return false;
    }
    if (!read_column(static_cast<column>(count), value, out, why))
      return false;
    ++count;
  }
  why = {col_count, "too_short"};
  return count >= col_steps;
}

void refuse(json_object& in, std::size_t index, const flaw& why) {
  auto field = "fixes[" + std::to_string(index) + "]";
  if (why.where != col_count)
    field.append(".").append(names[why.where]);
  in.refuse(field, why.code, "A fix is [t, lat, lon, acc_m, steps?, flags?].");
}

bool read_list(json_object& in, const dom::element& x, fixes_message& out) {
  dom::array list;
  if (x.get(list)) {
    in.refuse("fixes", "wrong_type", "This must be an array of fixes.");
    return false;
  }
  const auto count = list.size();
  if (count > game::fix_limits::batch_max || count == 0) {
    in.refuse("fixes", count == 0 ? "too_short" : "too_long",
              "This may have 1 to " + std::to_string(game::fix_limits::batch_max) + " fixes.");
    return false;
  }
  if (out.first_seq + count - 1 > game::fix_limits::fixes_max) {
    in.refuse("first_seq", "out_of_range", "A run has at most 50000 fixes.");
    return false;
  }
  out.fixes.reserve(count);
  for (auto item : list) {
    auto& fix = out.fixes.emplace_back();
    fix.seq = out.first_seq + static_cast<std::uint32_t>(out.fixes.size() - 1);
    flaw why;
    if (!read_fix(item, fix, why)) {
      refuse(in, out.fixes.size() - 1, why);
      return false;
    }
  }
  return true;
}

} // namespace

bool read_fixes(json_object& in, bool with_run, fixes_message& out) {
  out.fixes.clear();
  out.run.reset();
  if (with_run)
    out.run = game::run_id{in.uuid("run")};
  out.first_seq =
    static_cast<std::uint32_t>(in.integer("first_seq", 1, game::fix_limits::fixes_max));
  out.device_time.reset();
  if (const auto ms = in.optional_integer("device_time", t_min, t_max))
    out.device_time = base::from_ms(*ms);
  const auto list = in.raw("fixes");
  if (!list)
    in.refuse("fixes", "missing", "This field is required.");
  else if (in.ok())
    read_list(in, *list, out);
  return in.finish() && in.ok();
}

} // namespace fief::net
