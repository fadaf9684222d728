#include "game/names.hpp"

#include "base/rng.hpp"

#include <catch2/catch.hpp>

using namespace fief;
using namespace std::string_literals;
using game::text_fault;

namespace {

std::string utf8(char32_t c) {
  auto byte = [](char32_t x) { return static_cast<char>(static_cast<unsigned char>(x)); };
  if (c < 0x80)
    return {byte(c)};
  if (c < 0x800)
    return {byte(0xc0 | c >> 6), byte(0x80 | (c & 0x3f))};
  if (c < 0x10000)
    return {byte(0xe0 | c >> 12), byte(0x80 | (c >> 6 & 0x3f)), byte(0x80 | (c & 0x3f))};
  return {byte(0xf0 | c >> 18), byte(0x80 | (c >> 12 & 0x3f)), byte(0x80 | (c >> 6 & 0x3f)),
          byte(0x80 | (c & 0x3f))};
}

std::string times(std::string_view part, std::size_t count) {
  std::string text;
  for (; count > 0; --count)
    text += part;
  return text;
}

constexpr auto lines = {game::check_event_name, game::check_city, game::check_reason};

} // namespace

TEST_CASE("every code point is one character, and a surrogate is none", "[game][names]") {
  for (char32_t c = 0; c <= 0x10ffff; ++c) {
    auto length = game::utf8_length(utf8(c));
    if (c >= 0xd800 && c <= 0xdfff) {
      if (length)
        FAIL("a surrogate was taken: " << static_cast<std::uint32_t>(c));
    } else if (length != 1) {
      FAIL("a code point was refused: " << static_cast<std::uint32_t>(c));
    }
  }
  SUCCEED();
}

TEST_CASE("bytes that are no UTF-8 are refused everywhere", "[game][names]") {
  for (const auto& bad :
       {"\x80"s, "\xbf"s, "\xc0\x80"s, "\xc1\xbf"s, "\xc3"s, "\xc3("s, "\xe0\x80\x80"s,
        "\xe0\x9f\xbf"s, "\xe2\x82"s, "\xed\xa0\x80"s, "\xf0\x80\x80\x80"s, "\xf0\x9f\x98"s,
        "\xf4\x90\x80\x80"s, "\xf5\x80\x80\x80"s, "\xff"s, "\xfe"s}) {
    CAPTURE(bad);
    CHECK_FALSE(game::utf8_length(bad));
    auto text = "abcdefgh" + bad;
    CHECK(game::check_username(text) == text_fault::not_utf8);
    CHECK(game::check_password(text) == text_fault::not_utf8);
    CHECK(game::check_email(text + "@example.com") == text_fault::not_utf8);
    for (auto check : lines)
      CHECK(check(text) == text_fault::not_utf8);
  }
}

TEST_CASE("control and invisible characters are refused everywhere", "[game][names]") {
  for (char32_t c : {0x00, 0x09, 0x0a, 0x0d, 0x1b, 0x7f, 0x85, 0x9f, 0xad, 0x200b, 0x200f, 0x2028,
                     0x202e, 0x2066, 0xfeff, 0xfffe, 0x1ffff, 0xe0041}) {
    CAPTURE(static_cast<std::uint32_t>(c));
    auto text = "abcdef" + utf8(c) + "gh";
    CHECK(game::check_username(text) == text_fault::control_character);
    CHECK(game::check_password(text) == text_fault::control_character);
    CHECK(game::check_email(text + "@example.com") == text_fault::control_character);
    for (auto check : lines)
      CHECK(check(text) == text_fault::control_character);
  }
}

TEST_CASE("no text at all makes a check fail in another way than with a fault", "[game][names]") {
  base::rng random{1};
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    for (auto size = random.below(40); size > 0; --size)
      text += static_cast<char>(random.chance(1, 3) ? random.below(256) : 32 + random.below(95));
    CAPTURE(text);
    auto is_utf8 = game::utf8_length(text).has_value();
    for (auto check : {game::check_username, game::check_password, game::check_email,
                       game::check_event_name, game::check_reason}) {
      auto fault = check(text);
      if (!is_utf8)
        REQUIRE((fault == text_fault::not_utf8 || fault == text_fault::too_long));
    }
  }
}

TEST_CASE("e-mail addresses as the web takes them", "[game][names]") {
  for (const auto& good :
       {"ana@example.com"s, "a.b+c@sub.example.co.uk"s, "A_1-x@localhost"s, "o'neil@x-y.example"s,
        "#!$%&'*+/=?^_`{|}~-@a.b"s, times("a", 64).append("@b.c"),
        "a@"s.append(times("b", 63)).append(".c")}) {
    CAPTURE(good);
    CHECK_FALSE(game::check_email(good));
  }
  for (const auto& bad : {"ana"s,
                          "@example.com"s,
                          "ana@"s,
                          "ana@@example.com"s,
                          "a@b@c"s,
                          ".ana@example.com"s,
                          "ana.@example.com"s,
                          "a..b@example.com"s,
                          "ana@example..com"s,
                          "ana@.com"s,
                          "ana@com."s,
                          "ana@-x.com"s,
                          "ana@x-.com"s,
                          "an a@example.com"s,
                          "ana@exa mple.com"s,
                          "ana@x_y.com"s,
                          "\"ana\"@example.com"s,
                          "ana@[127.0.0.1]"s,
                          "an\xc3\xa4@example.com"s,
                          " ana@example.com"s,
                          "ana@example.com "s,
                          "<ana@example.com>"s,
                          times("a", 65).append("@b.c"),
                          "a@"s.append(times("b", 64)).append(".c")}) {
    CAPTURE(bad);
    CHECK(game::check_email(bad) == text_fault::malformed);
  }
  CHECK(game::check_email("") == text_fault::too_short);
  auto longest = "a@" + times("bbbbbbb.", 31) + "cccc";
  REQUIRE(longest.size() == 254);
  CHECK_FALSE(game::check_email(longest));
  CHECK(game::check_email(longest + "c") == text_fault::too_long);
}

TEST_CASE("user names have 3 to 24 visible characters of any script and no space",
          "[game][names]") {
  for (const auto& good :
       {"ana"s, "Ana_B-2.x"s,
        "\xc5\xbd"
        "eljko"s,
        times("\xe8\xb5\xb0", 24), times("\xf0\x9f\x8f\x83", 24), std::string(24, 'a')}) {
    CAPTURE(good);
    CHECK_FALSE(game::check_username(good));
  }
  CHECK(game::check_username("") == text_fault::too_short);
  CHECK(game::check_username("ab") == text_fault::too_short);
  CHECK(game::check_username("\xc5\xbd\xc5\xbd") == text_fault::too_short);
  CHECK(game::check_username(std::string(25, 'a')) == text_fault::too_long);
  CHECK(game::check_username(times("\xf0\x9f\x8f\x83", 25)) == text_fault::too_long);
  CHECK(game::check_username(std::string(10'000'000, 'a')) == text_fault::too_long);
  for (const auto& bad : {"a b"s, " ana"s, "ana "s, "a@b"s, "a/b"s, "a:b"s, "<b>"s, "a\"b"s,
                          "a\xc2\xa0"
                          "b"s,
                          "a\xe3\x80\x80"
                          "b"s,
                          "a\xe2\x80\x8d"
                          "b"s}) {
    CAPTURE(bad);
    CHECK(game::check_username(bad) == text_fault::malformed);
  }
}

TEST_CASE("passwords have 8 characters to 256 bytes, spaces and all", "[game][names]") {
  CHECK_FALSE(game::check_password("12345678"));
  CHECK_FALSE(game::check_password(" correct horse "));
  CHECK_FALSE(game::check_password(times("\xc5\xbd", 8)));
  CHECK_FALSE(game::check_password(std::string(256, 'x')));
  CHECK(game::check_password("1234567") == text_fault::too_short);
  CHECK(game::check_password(times("\xc5\xbd", 7)) == text_fault::too_short);
  CHECK(game::check_password("") == text_fault::too_short);
  CHECK(game::check_password(std::string(257, 'x')) == text_fault::too_long);
}

TEST_CASE("event names, cities and reasons are one line without spaces at its ends",
          "[game][names]") {
  for (auto check : lines) {
    for (const auto& good : {"x"s,
                             "Ve\xc4\x8d"
                             "ernja utrka, 10 km!"s,
                             std::string(100, 'x'), times("\xf0\x9f\x8f\x83", 100)})
      CHECK_FALSE(check(good));
    CHECK(check("") == text_fault::too_short);
    for (const auto& bad : {" "s, "   "s, " x"s, "x "s, "\xc2\xa0x"s, "x\xe3\x80\x80"s})
      CHECK(check(bad) == text_fault::malformed);
    CHECK(check(std::string(501, 'x')) == text_fault::too_long);
    CHECK(check(times("\xf0\x9f\x8f\x83", 501)) == text_fault::too_long);
  }
  CHECK(game::check_event_name(std::string(101, 'x')) == text_fault::too_long);
  CHECK(game::check_city(std::string(101, 'x')) == text_fault::too_long);
  CHECK_FALSE(game::check_reason(std::string(500, 'x')));
}

TEST_CASE("names are unique without regard to the case of ASCII letters", "[game][names]") {
  CHECK(game::fold_case("Ana.B@Example.COM") == "ana.b@example.com");
  CHECK(game::fold_case("\xc5\xbd"
                        "ELJKO@[`{")
        == "\xc5\xbd"
           "eljko@[`{");
  CHECK(game::fold_case("") == "");
}
