#pragma once

#include <cstddef>
#include <string>

namespace fief::persistence {

/// Ends the connections by which an earlier server of this name wrote, so that nothing of it can
/// commit any more: a transaction that it left open, or one that the network still holds back. Only
/// then may the next server read what it goes on from. A server names its connections by
/// `store_config::name`. Waits until they are gone. Returns how many there were.
/// @pre That server is dead, and `name` is not empty.
/// Errors: throws `std::runtime_error` when one does not end within 10 s, and what libpqxx throws.
std::size_t fence_off(const std::string& options, const std::string& name);

} // namespace fief::persistence
