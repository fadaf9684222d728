#pragma once

#include "security/vault.hpp"

#include <optional>
#include <string>

namespace fief::security {

/// argon2id with a fresh salt as a PHC string. Errors: nothing when memory does not suffice.
/// Cost: tens of milliseconds, by design.
std::optional<std::string> hash_of(const std::string& password, const password_cost& cost);

/// Compares in constant time. An empty `hash` matches nothing, after as much work as a real one.
/// Errors: nothing when memory does not suffice.
std::optional<bool> matches(const std::string& password, const std::string& hash,
                            const password_cost& cost);

/// Whether the PHC string was made with less memory or fewer passes than `cost`, or in a way that
/// is not ours at all.
bool is_weaker(const std::string& hash, const password_cost& cost);

/// The body of one worker's thread. Wipes each password when it is done with it.
password_worker::behavior_type password_thread(password_worker::pointer self, password_cost cost);

} // namespace fief::security
