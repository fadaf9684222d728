#pragma once

// The seam to libpqxx: named queries, parameters, arrays and rows. Everything that is sent or read
// goes through here, so the traps of the library's version are known in one place.

#include "base/ids.hpp"
#include "base/time.hpp"

#include <caf/optional.hpp>
#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fief::persistence {

/// A statement with a name that is unique in the program. Prepared on first use, once per
/// connection.
struct query {
  const char* name;
  const char* sql;
};

// What may stand for `$n`. Instants and durations are milliseconds, ids their text, a nil id NULL.
inline std::int64_t to_param(std::int64_t x) {
  return x;
}
inline std::int64_t to_param(std::int32_t x) {
  return x;
}
inline std::int64_t to_param(std::uint32_t x) {
  return x;
}
inline std::int64_t to_param(std::uint16_t x) {
  return x;
}
inline std::int64_t to_param(std::uint8_t x) {
  return x;
}
inline bool to_param(bool x) {
  return x;
}
inline double to_param(double x) {
  return x;
}
inline const std::string& to_param(const std::string& x) {
  return x;
}
inline std::string to_param(std::string_view x) {
  return std::string{x};
}
inline std::string to_param(const char* x) {
  return x;
}
inline std::int64_t to_param(base::instant x) {
  return base::to_ms(x);
}
inline std::int64_t to_param(base::milliseconds x) {
  return x.count();
}
inline std::optional<std::string> to_param(const base::uuid& x) {
  return x == base::uuid{} ? std::nullopt : std::optional{base::to_string(x)};
}
template <class Tag>
std::optional<std::string> to_param(const base::strong_id<Tag>& x) {
  return to_param(x.value);
}
template <class Tag>
std::int64_t to_param(const base::strong_int<Tag>& x) {
  return static_cast<std::int64_t>(x.value);
}
template <class T>
auto to_param(const std::optional<T>& x)
  -> std::optional<std::remove_cvref_t<decltype(to_param(*x))>> {
  if (!x)
    return std::nullopt;
  return to_param(*x);
}
template <class T>
auto to_param(const caf::optional<T>& x)
  -> std::optional<std::remove_cvref_t<decltype(to_param(*x))>> {
  if (!x)
    return std::nullopt;
  return to_param(*x);
}

/// Builds the text of a Postgres array, element by element: `{1,2,3}`.
class sql_array {
public:
  sql_array& add(std::int64_t x);
  sql_array& add(base::instant x) { return add(base::to_ms(x)); }
  sql_array& add(const base::uuid& x);
  template <class Tag>
  sql_array& add(const base::strong_id<Tag>& x) {
    return add(x.value);
  }
  template <class Tag>
  sql_array& add(const base::strong_int<Tag>& x) {
    return add(static_cast<std::int64_t>(x.value));
  }
  /// Bytes as hexadecimal text, for `decode(x, 'hex')`.
  sql_array& add_hex(std::span<const std::uint8_t> bytes);
  /// Any text, quoted.
  sql_array& add_text(std::string_view text);

  [[nodiscard]] std::string str() const { return text_ + "}"; }

private:
  void separate();
  std::string text_ = "{";
};

template <class Range>
std::string array_of(const Range& range) {
  sql_array a;
  for (const auto& x : range)
    a.add(x);
  return a.str();
}

/// Reads the fields of one row from left to right; the caller's order is the query's.
class row_reader {
public:
  explicit row_reader(const pqxx::row& row) : row_(row) {}

  std::int64_t integer();
  std::optional<std::int64_t> maybe_integer();
  double real();
  bool boolean();
  std::string text();
  base::uuid uuid(); ///< Nil for NULL.
  base::instant at() { return base::from_ms(integer()); }
  base::milliseconds duration() { return base::milliseconds{integer()}; }
  caf::optional<base::instant> maybe_at();
  std::vector<std::uint8_t> bytes();
  std::vector<std::int32_t> integers(); ///< An integer[].
  [[nodiscard]] bool at_end() const { return index_ == row_.size(); }

  template <class Id>
  Id id() {
    return Id{uuid()};
  }
  template <class Int>
  Int number() {
    return Int{static_cast<std::uint64_t>(integer())};
  }
  template <class Int>
  Int small() {
    return static_cast<Int>(integer());
  }

private:
  pqxx::field next();
  const pqxx::row& row_;
  pqxx::row::size_type index_ = 0;
};

/// One live connection with the statements it knows. Used by one thread. Never reconnects by
/// itself: a broken one throws, and its owner opens another.
class connection {
public:
  /// `statement_timeout_ms` 0: none.
  connection(const std::string& options, std::int64_t statement_timeout_ms);

  pqxx::connection& raw() { return raw_; }
  /// Makes sure that the server knows `q`.
  void prepare(const query& q);

private:
  pqxx::connection raw_;
  std::set<std::string_view> prepared_;
};

/// A transaction in which named queries run.
class transaction {
public:
  transaction(connection& c, pqxx::transaction_base& tx) : connection_(c), tx_(tx) {}

  template <class... Args>
  pqxx::result run(const query& q, const Args&... args) {
    connection_.prepare(q);
    return tx_.exec_prepared(q.name, to_param(args)...);
  }
  /// Text without parameters: savepoints and settings.
  void command(const std::string& sql) { tx_.exec(sql); }

private:
  connection& connection_;
  pqxx::transaction_base& tx_;
};

} // namespace fief::persistence
