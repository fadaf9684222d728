// `{first_seq, device_time?, fixes}`, which phones send over REST and the socket: what is read can
// be written and read again, and survives its way to the disk.

#include "base/assert.hpp"
#include "base/json_writer.hpp"
#include "game/fix_chunk.hpp"
#include "net/fixes_codec.hpp"
#include "tests/fuzz/target.hpp"

#include <cstdlib>

namespace fief::fuzz {

namespace {

void check_ranges(const net::fixes_message& x) {
  FIEF_ASSERT(!x.fixes.empty() && x.fixes.size() <= game::fix_limits::batch_max);
  auto seq = x.first_seq;
  for (const auto& fix : x.fixes) {
    FIEF_ASSERT(fix.seq == seq++ && fix.seq <= game::fix_limits::fixes_max);
    FIEF_ASSERT(std::abs(fix.lat_e7) <= 900'000'000 && std::abs(fix.lon_e7) <= 1'800'000'000);
    FIEF_ASSERT(fix.steps >= 0 || fix.steps == game::fix::steps_unknown);
    FIEF_ASSERT(fix.alt_dm == game::fix::alt_unknown);
  }
}

void write_fix(base::json_writer& out, const game::fix& x) {
  out.begin_array().value(base::to_ms(x.t)).value(x.lat_e7 / 1e7).value(x.lon_e7 / 1e7);
  if (x.acc_dm == game::fix::acc_unknown)
    out.null();
  else
    out.value(x.acc_dm / 10.0);
  if (x.steps == game::fix::steps_unknown)
    out.null();
  else
    out.value(x.steps);
  out.value(x.flags).end_array();
}

std::string written(const net::fixes_message& x) {
  std::string text;
  base::json_writer out{text};
  out.begin_object();
  if (x.run)
    out.member("run", *x.run);
  out.member("first_seq", x.first_seq);
  if (x.device_time)
    out.member("device_time", base::to_ms(*x.device_time));
  out.key("fixes").begin_array();
  for (const auto& fix : x.fixes)
    write_fix(out, fix);
  out.end_array().end_object();
  return text;
}

void check_errors(const net::json_errors& errors) {
  FIEF_ASSERT(!errors.empty());
  const auto why = errors.to_problem();
  FIEF_ASSERT(why.code == "malformed_json" || why.code == "invalid_argument");
  for (const auto& each : why.errors)
    FIEF_ASSERT(!each.code.empty() && each.field.size() <= 96);
}

void check(std::string_view text, bool with_run) {
  static net::json_document document;
  static net::fixes_message read; // Reused, as the sessions do.
  net::json_errors errors;
  auto in = document.parse(text, errors);
  if (!net::read_fixes(in, with_run, read))
    return check_errors(errors);
  FIEF_ASSERT(errors.empty() && read.run.has_value() == with_run);
  check_ranges(read);
  net::fixes_message again;
  const auto form = written(read);
  auto second = document.parse(form, errors);
  FIEF_ASSERT(net::read_fixes(second, with_run, again));
  FIEF_ASSERT(again.run == read.run && again.first_seq == read.first_seq);
  FIEF_ASSERT(again.device_time == read.device_time && again.fixes == read.fixes);
  FIEF_ASSERT(game::decode_chunk(game::encode_chunk(read.fixes)) == read.fixes);
}

const enlist fixes{"fixes", [](bytes input) {
                     check(text_of(input), false);
                     check(text_of(input), true);
                   }};

} // namespace

} // namespace fief::fuzz
