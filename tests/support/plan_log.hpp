#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace fief::test {

/// How Postgres ran one statement.
struct logged_plan {
  std::string name;           ///< Of the prepared statement; empty inside a function.
  std::string text;           ///< What was run.
  std::string plan;           ///< As `explain` shows it.
  std::set<std::string> read; ///< Tables that it read from end to end, also along an index.
};

/// The plans of everything that connections run which are opened after it: what was chosen for the
/// prepared statements themselves, also those inside of functions, whether for the values at hand
/// or once for all. Needs the module `auto_explain`, which comes with Debian's Postgres.
class plan_log {
public:
  /// `log` is where the server of this database writes to.
  plan_log(const std::string& url, std::filesystem::path log);

  /// The plans since the last call, each different one once. Connections that are busy meanwhile
  /// may be in the middle of theirs.
  std::vector<logged_plan> take();

private:
  std::filesystem::path log_;
  std::set<std::string> partial_; ///< Indexes.
  std::streamoff from_ = 0;
};

/// Tables of this database with at least `rows` rows, as `analyze` counted them.
std::set<std::string> big_tables(const std::string& url, double rows);

} // namespace fief::test
