#pragma once

#include "bench/load/world.hpp"

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace fief::load {

struct operator_account {
  std::string email;
  std::string password;
};

struct preparation_options {
  std::optional<double> clock_speed; ///< Of the server; else it is measured.
  std::optional<operator_account> boss;
  std::string accounts_file; ///< Or none.
};

/// What the processes of the load begin with.
struct prepared {
  std::vector<person> people;
  std::vector<person> spare; ///< Accounts of the file that do not play.
  std::vector<event_known> events;
  server_clock clock;
  /// Of a scenario with `finish_at`: the instant, by the server's clock.
  std::optional<std::int64_t> finish_at_ms;
  double seconds = 0; ///< How long the load takes.
};

/// Writes the file of accounts, with the time until which they ran. @pre There is one.
void keep_accounts(const prepared& from, const target& to, const preparation_options& options);

/// The load cannot begin: the server is not there, or not as the scenario needs it.
struct cannot_begin : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Reads the server's clock, signs everybody in, and creates the events of the scenario if there is
/// an operator. `say` gets a line now and then. Throws `cannot_begin`.
prepared prepare(const target& to, const scenario& plan, const preparation_options& options,
                 const std::function<void(const std::string&)>& say);

/// The instant of `second` of the local day in which `now_ms` lies. Nothing for an unknown zone.
std::optional<std::int64_t> local_instant(const std::string& tz, std::int64_t now_ms,
                                          std::int32_t second);
/// `21:59:30`, there.
std::string local_time(const std::string& tz, std::int64_t ms);

} // namespace fief::load
