#pragma once

#include "bench/load/world.hpp"

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

namespace fief::load {

/// Of one invocation: no other may use the same names.
struct account_names {
  std::string prefix;
  std::string password;
};
account_names fresh_names();

/// So many register from one address at most: the server lets 100 at once.
constexpr std::uint32_t people_per_source = 90;

/// The people of a scenario that are not in `known` yet, with names but without an account.
void name_people(std::vector<person>& people, std::size_t count, const account_names& names);

/// Gives `who` valid tokens: the ones kept, refreshed ones, a login, or a new account. Waits as
/// long as the server says when it is asked too often. Whether it worked; else `why` says.
asio::awaitable<bool> sign_in(world& in, person& who, std::string& why);

/// New tokens if the old ones end soon.
asio::awaitable<void> keep_signed_in(world& in, person& who);

/// A file of accounts that is kept between runs: one JSON object a line, readable by its owner
/// alone. A missing file is no people. Throws `std::runtime_error`.
std::vector<person> read_accounts(const std::string& file, const target& to);
void write_accounts(const std::string& file, const target& to, const std::vector<person>& people);

} // namespace fief::load
