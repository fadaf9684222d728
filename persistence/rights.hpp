#pragma once

#include "actors/messages/records.hpp"

#include <map>
#include <string>

namespace fief::persistence {

/// The roles of all users who are not just runners: organisers, operators, and with 0 those who are
/// banned or deleted. For the start of a server, to judge tokens that are older than it.
/// Errors: throws what libpqxx throws.
std::map<game::user_id, std::uint8_t> special_rights(const std::string& options);

} // namespace fief::persistence
