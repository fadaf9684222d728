#include "persistence/sql.hpp"

#include "base/assert.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>

namespace fief::persistence {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

std::int64_t parse_integer(std::string_view text) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  FIEF_ASSERT(error == std::errc{} && end == text.data() + text.size());
  return value;
}

std::uint8_t nibble(char c) {
  return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
}

} // namespace

void sql_array::separate() {
  if (text_.size() > 1)
    text_ += ',';
}

sql_array& sql_array::add(std::int64_t x) {
  separate();
  char buffer[24];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, x);
  FIEF_ASSERT(error == std::errc{});
  text_.append(buffer, end);
  return *this;
}

sql_array& sql_array::add(const base::uuid& x) {
  separate();
  text_ += x == base::uuid{} ? std::string{"NULL"} : base::to_string(x);
  return *this;
}

sql_array& sql_array::add_hex(std::span<const std::uint8_t> bytes) {
  separate();
  text_ += '"'; // An empty text needs the quotes.
  for (auto byte : bytes) {
    text_ += digits[byte >> 4];
    text_ += digits[byte & 0xf];
  }
  text_ += '"';
  return *this;
}

sql_array& sql_array::add_text(std::string_view text) {
  separate();
  text_ += '"';
  for (auto c : text) {
    if (c == '"' || c == '\\')
      text_ += '\\';
    text_ += c;
  }
  text_ += '"';
  return *this;
}

pqxx::field row_reader::next() {
  FIEF_ASSERT(!at_end());
  return row_[index_++];
}

std::int64_t row_reader::integer() {
  auto field = next();
  FIEF_ASSERT(!field.is_null());
  return parse_integer({field.c_str(), field.size()});
}

std::optional<std::int64_t> row_reader::maybe_integer() {
  auto field = next();
  if (field.is_null())
    return std::nullopt;
  return parse_integer({field.c_str(), field.size()});
}

double row_reader::real() {
  auto field = next();
  FIEF_ASSERT(!field.is_null());
  return std::strtod(field.c_str(), nullptr);
}

bool row_reader::boolean() {
  auto field = next();
  FIEF_ASSERT(!field.is_null());
  return field.c_str()[0] == 't';
}

std::string row_reader::text() {
  auto field = next();
  return field.is_null() ? std::string{} : std::string{field.c_str(), field.size()};
}

base::uuid row_reader::uuid() {
  auto field = next();
  if (field.is_null())
    return {};
  auto id = base::parse_uuid({field.c_str(), field.size()});
  FIEF_ASSERT(id.has_value());
  return *id;
}

caf::optional<base::instant> row_reader::maybe_at() {
  auto ms = maybe_integer();
  if (!ms)
    return caf::none;
  return base::from_ms(*ms);
}

std::vector<std::uint8_t> row_reader::bytes() {
  auto field = next();
  std::string_view text{field.c_str(), field.size()};
  FIEF_ASSERT(text.starts_with("\\x"));
  std::vector<std::uint8_t> bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 2; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(nibble(text[i]) << 4 | nibble(text[i + 1])));
  return bytes;
}

std::vector<std::int32_t> row_reader::integers() {
  auto field = next();
  std::string_view text{field.c_str(), field.size()};
  FIEF_ASSERT(text.size() >= 2 && text.front() == '{');
  text = text.substr(1, text.size() - 2);
  std::vector<std::int32_t> numbers;
  while (!text.empty()) {
    auto comma = text.find(',');
    numbers.push_back(static_cast<std::int32_t>(parse_integer(text.substr(0, comma))));
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return numbers;
}

connection::connection(const std::string& options, std::int64_t statement_timeout_ms)
  : raw_(options) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations" // Deprecated as it is the next default.
  raw_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
  pqxx::nontransaction tx{raw_};
  tx.exec("set client_min_messages = warning; set extra_float_digits = 3; set bytea_output = hex;"
          "set statement_timeout = "
          + std::to_string(statement_timeout_ms));
}

void connection::prepare(const query& q) {
  if (prepared_.insert(q.name).second)
    raw_.prepare(q.name, q.sql);
}

} // namespace fief::persistence
