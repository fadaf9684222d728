#include "persistence/sql.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace fief::persistence {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

constexpr std::int64_t duration_ms_max = 2 * at_ms_max; // Between any two instants.
constexpr std::size_t shown_max = 60;

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

/// Whether a column of this name may tell which row it is; names and addresses of people may not.
bool is_key(std::string_view column) {
  return column == "id" || column == "tile" || column == "owner" || column == "first_seq"
         || column.ends_with("_id");
}

std::string shown(const pqxx::field& x) {
  if (x.is_null())
    return "null";
  std::string_view text{x.c_str(), x.size()};
  std::string out{text.substr(0, shown_max)};
  if (text.size() > shown_max)
    out.append("...");
  return out;
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

std::string row_reader::keys() const {
  std::string text;
  for (pqxx::row::size_type i = 0; i < std::min<pqxx::row::size_type>(row_.size(), 3); ++i)
    if (is_key(row_[i].name()))
      text += std::string{row_[i].name()} + ' ' + shown(row_[i]) + ", ";
  return text;
}

void row_reader::refuse(std::string_view why) const {
  const auto field = row_[index_ - 1];
  throw damaged_row{"a row is damaged: " + keys() + "where " + field.name() + " is " + shown(field)
                    + ": " + std::string{why}};
}

void row_reader::refuse_all(std::string_view why) const {
  throw damaged_row{"a row is damaged: " + keys() + std::string{why}};
}

std::int64_t row_reader::integer() {
  auto field = next();
  require(!field.is_null(), "it must not be null");
  auto value = parse_integer({field.c_str(), field.size()});
  require(value.has_value(), "it must be an integer");
  return *value;
}

std::int64_t row_reader::integer(std::int64_t least, std::int64_t most) {
  auto value = integer();
  require(value >= least && value <= most, "it is out of its range");
  return value;
}

std::optional<std::int64_t> row_reader::maybe_integer() {
  if (row_[index_].is_null()) {
    next();
    return std::nullopt;
  }
  return integer();
}

double row_reader::real() {
  auto field = next();
  require(!field.is_null(), "it must not be null");
  auto value = std::strtod(field.c_str(), nullptr);
  require(std::isfinite(value), "it must be a finite number");
  return value;
}

bool row_reader::boolean() {
  auto field = next();
  require(!field.is_null(), "it must not be null");
  return field.c_str()[0] == 't';
}

base::milliseconds row_reader::duration() {
  return base::milliseconds{integer(-duration_ms_max, duration_ms_max)};
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
  require(id.has_value(), "it must be a UUID");
  return *id;
}

caf::optional<base::instant> row_reader::maybe_at() {
  auto ms = maybe_integer();
  if (!ms)
    return caf::none;
  require(*ms >= at_ms_min && *ms <= at_ms_max, "it is out of its range");
  return base::from_ms(*ms);
}

std::vector<std::uint8_t> row_reader::bytes() {
  auto field = next();
  std::string_view text{field.c_str(), field.size()};
  require(text.starts_with("\\x"), "it must be bytes");
  std::vector<std::uint8_t> bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 2; i + 1 < text.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(nibble(text[i]) << 4 | nibble(text[i + 1])));
  return bytes;
}

std::vector<std::int32_t> row_reader::integers() {
  auto field = next();
  std::string_view text{field.c_str(), field.size()};
  require(text.size() >= 2 && text.front() == '{', "it must be a list");
  text = text.substr(1, text.size() - 2);
  std::vector<std::int32_t> numbers;
  while (!text.empty()) {
    auto comma = text.find(',');
    auto number = parse_integer(text.substr(0, comma));
    require(number.has_value(), "it must be a flat list of integers");
    require(*number >= INT32_MIN && *number <= INT32_MAX, "it is out of its range");
    numbers.push_back(static_cast<std::int32_t>(*number));
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return numbers;
}

connection::connection(const std::string& options, std::int64_t statement_timeout_ms,
                       std::shared_ptr<pulse::line> line)
  : line_(std::move(line)), raw_(options), lent_(line_.get(), raw_.sock()) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations" // Deprecated as it is the next default.
  raw_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
  // An error's details quote the row or the key: e-mails and hashes, which no log is to hold.
  raw_.set_verbosity(pqxx::connection_base::terse);
  pqxx::nontransaction tx{raw_};
  tx.exec("set client_min_messages = warning; set extra_float_digits = 3; set bytea_output = hex;"
          "set statement_timeout = "
          + std::to_string(statement_timeout_ms));
}

void connection::call_it(const std::string& name) {
  pulse::wait open{line()};
  pqxx::nontransaction tx{raw_};
  tx.exec("set application_name = " + tx.quote(name));
}

void connection::keep_to_indexes() {
  pulse::wait open{line()};
  pqxx::nontransaction tx{raw_};
  tx.exec("set enable_seqscan = off");
}

void connection::plan_once() {
  pulse::wait open{line()};
  pqxx::nontransaction tx{raw_};
  tx.exec("set plan_cache_mode = force_generic_plan");
}

void connection::renew_plans() {
  if (!plans_.take_due())
    return;
  pulse::wait open{line()};
  pqxx::nontransaction tx{raw_};
  tx.exec("discard plans");
}

void connection::prepare(const query& q) {
  if (!prepared_.insert(q.name).second)
    return;
  pulse::wait open{line()};
  raw_.prepare(q.name, q.sql);
  raw_.prepare_now(q.name);
}

} // namespace fief::persistence
