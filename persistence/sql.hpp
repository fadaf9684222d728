#pragma once

// The seam to libpqxx: named queries, parameters, arrays and rows. Everything that is sent or read
// goes through here, so the traps of the library's version are known in one place.

#include "base/ids.hpp"
#include "base/time.hpp"
#include "persistence/plan_renewal.hpp"
#include "persistence/pulse.hpp"

#include <caf/optional.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <pqxx/pqxx>
#include <set>
#include <span>
#include <stdexcept>
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

/// A row holds what no row of ours can hold: the database was changed by other hands, or by a
/// failing disk. It concerns the operation that read it, and nobody else. The text names the row
/// and the column.
class damaged_row : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// The instants that RFC 3339 can name: the years 0000 to 9999. Sums of two of them do not
/// overflow.
inline constexpr std::int64_t at_ms_min = -62'167'219'200'000;
inline constexpr std::int64_t at_ms_max = 253'402'300'799'999;

/// Reads the fields of one row from left to right; the caller's order is the query's.
/// Errors: every member throws `damaged_row` for a field that is null or not of its type.
class row_reader {
public:
  explicit row_reader(const pqxx::row& row) : row_(row) {}

  std::int64_t integer();
  /// @throws damaged_row also outside the range.
  std::int64_t integer(std::int64_t least, std::int64_t most);
  std::optional<std::int64_t> maybe_integer();
  double real(); ///< Finite.
  bool boolean();
  std::string text();
  base::uuid uuid(); ///< Nil for NULL.
  base::instant at() { return base::from_ms(integer(at_ms_min, at_ms_max)); }
  base::milliseconds duration();
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
    return static_cast<Int>(
      integer(std::numeric_limits<Int>::min(), std::numeric_limits<Int>::max()));
  }

  /// Refuses the row, for what the field read last holds.
  [[noreturn]] void refuse(std::string_view why) const;
  /// Refuses the row as a whole.
  [[noreturn]] void refuse_all(std::string_view why) const;
  void require(bool fact, std::string_view why) const {
    if (!fact)
      refuse(why);
  }

private:
  [[nodiscard]] std::string keys() const;
  pqxx::field next();
  const pqxx::row& row_;
  pqxx::row::size_type index_ = 0;
};

/// One live connection with the statements it knows. Used by one thread. Never reconnects by
/// itself: a broken one throws, and its owner opens another.
class connection {
public:
  /// `statement_timeout_ms` 0: none. `line`: where it leaves word while it waits.
  connection(const std::string& options, std::int64_t statement_timeout_ms,
             std::shared_ptr<pulse::line> line = nullptr);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  pqxx::connection& raw() { return raw_; }
  /// For a `pulse::wait`; may be null.
  [[nodiscard]] pulse::line* line() { return line_.get(); }
  /// Its `application_name` in Postgres.
  void call_it(const std::string& name);
  /// From now on no table is read from end to end where an index will do. Postgres keeps a prepared
  /// statement's plan, and a plan that was right for a table of a hundred rows is not for a
  /// million.
  void keep_to_indexes();
  /// From now on a statement is planned once, whatever it is given. Postgres would plan those with
  /// arrays anew each time, also inside functions: 0.4 ms for each append of fixes, which itself
  /// takes 0.1.
  void plan_once();
  /// Makes sure that the server knows `q`.
  void prepare(const query& q);
  /// A run of `q` wrote or found so many rows.
  void note(const query& q, std::uint64_t rows) { plans_.note(q.name, rows); }
  /// Lets Postgres plan again what was planned for smaller tables. @pre No transaction is open.
  void renew_plans();

private:
  /// Lends the descriptor while it is open. Destroyed before the connection, which closes it.
  class lent_socket {
  public:
    lent_socket(pulse::line* to, int descriptor) : to_(to) { lend(descriptor); }
    lent_socket(const lent_socket&) = delete;
    lent_socket& operator=(const lent_socket&) = delete;
    ~lent_socket() { lend(-1); }

  private:
    void lend(int descriptor) {
      if (to_ != nullptr)
        to_->use_socket(descriptor);
    }
    pulse::line* to_;
  };

  std::shared_ptr<pulse::line> line_;
  pqxx::connection raw_;
  lent_socket lent_;
  std::set<std::string_view> prepared_;
  plan_renewal plans_;
};

/// Begins a transaction of libpqxx, which asks Postgres when it is constructed.
template <class Work>
void begin(connection& c, std::optional<Work>& work) {
  c.renew_plans();
  pulse::wait open{c.line()};
  work.emplace(c.raw());
}

/// A transaction in which named queries run.
class transaction {
public:
  transaction(connection& c, pqxx::transaction_base& tx) : connection_(c), tx_(tx) {}

  template <class... Args>
  pqxx::result run(const query& q, const Args&... args) {
    connection_.prepare(q);
    pulse::wait open{connection_.line()};
    auto rows = tx_.exec_prepared(q.name, to_param(args)...);
    connection_.note(q, 1 + static_cast<std::uint64_t>(rows.affected_rows()));
    return rows;
  }
  /// Text without parameters: savepoints, settings and cursors.
  pqxx::result command(const std::string& sql) {
    pulse::wait open{connection_.line()};
    return tx_.exec(sql);
  }

private:
  connection& connection_;
  pqxx::transaction_base& tx_;
};

} // namespace fief::persistence
