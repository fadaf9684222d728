#include "base/json_writer.hpp"
#include "base/rng.hpp"
#include "net/fixes_codec.hpp"
#include "net/json_reader.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

using namespace fief;

namespace {

/// The codes of all errors as `field:code`, joined by spaces.
std::string codes(const net::json_errors& errors) {
  std::string out;
  for (const auto& x : errors.to_problem().errors)
    out += (out.empty() ? "" : " ") + x.field + ":" + x.code;
  return out;
}

struct event_body {
  std::string name;
  std::int64_t fee = 0;
  std::optional<double> distance;
};

std::string read_event(std::string_view text, event_body* out = nullptr) {
  net::json_document document{4};
  net::json_errors errors;
  auto in = document.parse(text, errors);
  event_body x;
  x.name = in.string("name", {.min = 1, .max = 8});
  x.fee = in.integer("fee", 0, 100);
  x.distance = in.optional_number("distance", 0, 1e6);
  const bool ok = in.finish();
  CHECK(ok == errors.empty());
  if (out != nullptr)
    *out = x;
  return codes(errors);
}

std::string written(const std::function<void(base::json_writer&)>& f) {
  std::string out;
  base::json_writer w{out};
  f(w);
  return out;
}

constexpr std::string_view good_fixes =
  R"({"type":"fixes","run":"01890a5d-ac96-774b-bcce-b302099a8057","first_seq":7,)"
  R"("device_time":1700000000000,"fixes":[[1700000000000,45.4642035,9.189982,4.25],)"
  R"([1700000001000,-90,180,null,12,1],[1700000002000,90,-180,99999]]})";

std::string read_message(std::string_view text, net::fixes_message& out) {
  net::json_document document;
  net::json_errors errors;
  auto in = document.parse(text, errors);
  in.string("type");
  const bool ok = net::read_fixes(in, true, out);
  CHECK(ok == errors.empty());
  return codes(errors);
}

} // namespace

TEST_CASE("a body in order is read", "[net]") {
  event_body x;
  CHECK(read_event(R"({"name":"Duomo","fee":100,"distance":5e3})", &x) == "");
  CHECK(x.name == "Duomo");
  CHECK(x.fee == 100);
  CHECK(x.distance == 5000.0);
  CHECK(read_event(R"( {"fee":0,"name":"\u00e9","distance":null} )", &x) == "");
  CHECK(x.name == "é");
  CHECK_FALSE(x.distance);
}

TEST_CASE("every fault of a body has a field and a code", "[net]") {
  const auto [text, expected] = GENERATE(table<std::string, std::string>({
    {R"({})", "name:missing fee:missing"},
    {R"({"name":"a","fee":1,"x":2})", "x:unknown_field"},
    {R"({"name":"a","fee":1,"fee":2})", "fee:duplicate_field"},
    {R"({"name":1,"fee":"1"})", "name:wrong_type fee:wrong_type"},
    {R"({"name":"a","fee":1.0})", "fee:wrong_type"},
    {R"({"name":"a","fee":1e2})", "fee:wrong_type"},
    {R"({"name":"a","fee":101})", "fee:out_of_range"},
    {R"({"name":"a","fee":-1})", "fee:out_of_range"},
    {R"({"name":"a","fee":18446744073709551615})", "fee:out_of_range"},
    {R"({"name":"","fee":1})", "name:too_short"},
    {R"({"name":"123456789","fee":1})", "name:too_long"},
    {R"({"name":"a\u0000","fee":1})", "name:malformed"},
    {R"({"name":"a","fee":1,"distance":1e400})", ":malformed"},
    {R"({"name":"a","fee":1,"distance":NaN})", ":malformed"},
    {R"({"name":"a","fee":99999999999999999999})", ":malformed"},
    {R"({"name":"a","fee":null})", "fee:missing"},
    {"{\"name\":\"\xff\",\"fee\":1}", ":malformed"},
    {"{\"name\":\"\xed\xa0\x80\",\"fee\":1}", ":malformed"},
    {R"({"name":"\ud800","fee":1})", ":malformed"},
    {R"({"name":"a","fee":1} {})", ":malformed"},
    {R"({"name":"a","fee":1})"
     "x",
     ":malformed"},
    {R"({"name":"a","fee":01})", ":malformed"},
    {R"({"name":"a",})", ":malformed"},
    {R"([1])", ":wrong_type"},
    {R"("x")", ":wrong_type"},
    {"", ":malformed"},
    {R"({"name":"a","fee":1,"x":[[[[[[1]]]]]]})", ":malformed"},
  }));
  CAPTURE(text);
  CHECK(read_event(text) == expected);
}

TEST_CASE("nested objects are read with their paths", "[net]") {
  net::json_document document;
  net::json_errors errors;
  auto in = document.parse(
    R"({"area":{"lat":91,"odd":1},"list":[{"n":1},{"n":"x"},3],"pair":[1,"a"],"sport":"swim"})",
    errors);
  auto area = in.object("area");
  area.number("lat", -90, 90);
  area.finish();
  for (auto& item : in.objects("list", 1, 8)) {
    if (!item.ok())
      continue;
    item.integer("n", 0, 9);
    item.finish();
  }
  in.numbers("pair", 2, 2);
  constexpr std::array<std::string_view, 2> sports{"run", "walk"};
  in.one_of("sport", sports);
  CHECK_FALSE(in.finish());
  CHECK(codes(errors)
        == "area.lat:out_of_range area.odd:unknown_field list[2]:wrong_type "
           "list[1].n:wrong_type pair[1]:wrong_type sport:out_of_range");
}

TEST_CASE("a document that opens brackets without end neither recurses nor grows", "[net]") {
  CHECK(read_event(std::string(1'000'000, '[')) == ":malformed");
  CHECK(read_event("{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}")
        == ":malformed");
}

TEST_CASE("fixes are decoded to integers, numbered from first_seq", "[net]") {
  net::fixes_message x;
  REQUIRE(read_message(good_fixes, x) == "");
  CHECK(base::to_string(*x.run) == "01890a5d-ac96-774b-bcce-b302099a8057");
  CHECK(base::to_ms(*x.device_time) == 1'700'000'000'000);
  REQUIRE(x.fixes.size() == 3);
  CHECK(x.fixes[0].seq == 7);
  CHECK(x.fixes[0].lat_e7 == 454'642'035);
  CHECK(x.fixes[0].lon_e7 == 91'899'820);
  CHECK(x.fixes[0].acc_dm == 43); // 42.5 decimetres
  CHECK(x.fixes[0].steps == game::fix::steps_unknown);
  CHECK(x.fixes[1].lat_e7 == -900'000'000);
  CHECK(x.fixes[1].acc_dm == game::fix::acc_unknown);
  CHECK(x.fixes[1].steps == 12);
  CHECK(x.fixes[1].flags == game::fix::flag_mock);
  CHECK(x.fixes[2].seq == 9);
  CHECK(x.fixes[2].acc_dm == 65'534); // as bad as can be said, yet known
}

TEST_CASE("a fault in fixes names its index and column", "[net]") {
  const auto [fixes, expected] = GENERATE(table<std::string, std::string>({
    {"[]", "fixes:too_short"},
    {"{}", "fixes:wrong_type"},
    {"[1]", "fixes[0]:wrong_type"},
    {"[[1,2,3]]", "fixes[0]:too_short"},
    {"[[1,2,3,4,5,6,7]]", "fixes[0]:too_long"},
    {"[[1,2,3,4],[1.5,2,3,4]]", "fixes[1].t:wrong_type"},
    {"[[1,90.1,3,4]]", "fixes[0].lat:out_of_range"},
    {"[[1,2,-180.0001,4]]", "fixes[0].lon:out_of_range"},
    {"[[1,2,\"3\",4]]", "fixes[0].lon:wrong_type"},
    {"[[1,2,3,-1]]", "fixes[0].acc_m:out_of_range"},
    {"[[1,2,3,4,-1]]", "fixes[0].steps:out_of_range"},
    {"[[1,2,3,4,1,256]]", "fixes[0].flags:out_of_range"},
    {"[[99999999999999999,2,3,4]]", "fixes[0].t:out_of_range"},
  }));
  CAPTURE(fixes);
  net::fixes_message out;
  CHECK(read_message(R"({"type":"fixes","run":"01890a5d-ac96-774b-bcce-b302099a8057",)"
                     R"("first_seq":1,"fixes":)"
                       + fixes + "}",
                     out)
        == expected);
}

TEST_CASE("a batch is bounded, and so is a run", "[net]") {
  auto batch = [](std::size_t count, std::uint32_t first_seq) {
    std::string text = R"({"type":"fixes","run":"01890a5d-ac96-774b-bcce-b302099a8057",)"
                       R"("first_seq":)"
                       + std::to_string(first_seq) + R"(,"fixes":[)";
    for (std::size_t i = 0; i < count; ++i)
      text += std::string{i > 0 ? "," : ""} + "[1,2,3,4]";
    net::fixes_message out;
    return read_message(text + "]}", out);
  };
  CHECK(batch(2'000, 1) == "");
  CHECK(batch(2'001, 1) == "fixes:too_long");
  CHECK(batch(1, 50'000) == "");
  CHECK(batch(2, 50'000) == "first_seq:out_of_range");
  CHECK(batch(1, 0) == "first_seq:out_of_range");
}

TEST_CASE("random mutations of fixes are read or refused, within every bound", "[net]") {
  const auto seed = GENERATE(range<std::uint64_t>(1, 50));
  CAPTURE(seed);
  base::rng random{seed};
  constexpr std::string_view alphabet = "0123456789.-+eE[]{},:\"ntf\\u \xff";
  for (int round = 0; round < 200; ++round) {
    std::string text{good_fixes};
    for (auto n = 1 + random.below(4); n > 0; --n) {
      const auto at = random.below(text.size());
      if (random.chance(1, 2))
        text[at] = alphabet[random.below(alphabet.size())];
      else
        text.erase(at, 1 + random.below(5));
    }
    net::fixes_message out;
    if (!read_message(text, out).empty())
      continue;
    for (const auto& x : out.fixes) {
      CHECK(std::abs(x.lat_e7) <= 900'000'000);
      CHECK(std::abs(x.lon_e7) <= 1'800'000'000);
      CHECK(x.seq >= 1);
    }
  }
}

TEST_CASE("the writer places commas, escapes and numbers", "[net]") {
  CHECK(written([](base::json_writer& w) {
          w.begin_object().member("a", 1).member("b", "x\"\\\n\x01").key("c").begin_array();
          w.value(true).null().value(-5).value(0.1).end_array();
          w.key("d").begin_object().end_object().member("e", std::optional<int>{}).end_object();
        })
        == R"({"a":1,"b":"x\"\\\n\u0001","c":[true,null,-5,0.1],"d":{},"e":null})");
  CHECK(written([](base::json_writer& w) { w.value(std::numeric_limits<double>::infinity()); })
        == "null");
  CHECK(written([](base::json_writer& w) { w.value(std::nan("")); }) == "null");
  CHECK(written([](base::json_writer& w) { w.value(base::from_ms(0)); })
        == R"("1970-01-01T00:00:00.000Z")");
  CHECK(written([](base::json_writer& w) { w.value(std::numeric_limits<std::uint64_t>::max()); })
        == "18446744073709551615");
  CHECK(written([](base::json_writer& w) { w.value("a\xff\xc3\xa9"); })
        == "\"a\xef\xbf\xbd\xc3\xa9\"");
}

TEST_CASE("a whole double beyond 64 bits does not pass for an integer", "[net]") {
  for (double x :
       {123456789012345680000.0, -123456789012345680000.0, 18446744073709551616.0, 1e22}) {
    const auto json = written([x](base::json_writer& w) { w.begin_array().value(x).end_array(); });
    CAPTURE(json);
    net::json_document document;
    simdjson::dom::element root;
    REQUIRE_FALSE(document.parse_raw(json, root));
    CHECK(double(root.at(0)) == x);
  }
}

TEST_CASE("whatever is written reads back as itself", "[net]") {
  const auto seed = GENERATE(range<std::uint64_t>(1, 50));
  CAPTURE(seed);
  base::rng random{seed};
  std::string text;
  for (auto n = random.below(60); n > 0; --n) {
    const auto c = random.below(3);
    if (c == 0)
      text += static_cast<char>(1 + random.below(127));
    else
      text += c == 1 ? "é" : "😀";
  }
  const auto bits = random.next();
  double number = 0;
  static_assert(sizeof(number) == sizeof(bits));
  std::memcpy(&number, &bits, sizeof(bits));
  const auto whole = static_cast<std::int64_t>(random.next());
  const auto json = written([&](base::json_writer& w) {
    w.begin_object().member("text", text).member("number", number).member("whole", whole);
    w.end_object();
  });
  CAPTURE(json);
  net::json_document document;
  net::json_errors errors;
  auto in = document.parse(json, errors);
  constexpr auto most = std::numeric_limits<double>::max();
  CHECK(in.string("text") == text);
  CHECK(in.integer("whole", std::numeric_limits<std::int64_t>::min(),
                   std::numeric_limits<std::int64_t>::max())
        == whole);
  const auto read = in.optional_number("number", -most, most);
  CHECK(read.has_value() == std::isfinite(number));
  if (read)
    CHECK(*read == number);
  CHECK(in.finish());
}

TEST_CASE("every byte is escaped that must be, wherever it stands, in keys as in values", "[net]") {
  for (unsigned byte = 0; byte < 128; ++byte)
    for (std::size_t at = 0; at < 70; at += at < 18 ? 1 : 13) {
      std::string text(at, 'x');
      text += static_cast<char>(byte);
      text += "yyyyyyyyy";
      const auto json = written([&](base::json_writer& w) {
        w.begin_object().member("text", text).member(text, 1).member("last", base::instant{});
        w.end_object();
      });
      const bool plain = byte >= 0x20 && byte != '"' && byte != '\\';
      REQUIRE(plain == (json.find('"' + text + "\",\"" + text + "\":1,") != std::string::npos));
      if (byte == 0)
        continue; // No key of ours, and refused when read.
      net::json_document document;
      net::json_errors errors;
      auto in = document.parse(json, errors);
      CHECK(in.string("text") == text);
      CHECK(in.integer(text, 1, 1) == 1);
      CHECK(in.string("last") == "1970-01-01T00:00:00.000Z");
      CHECK(in.finish());
    }
}
