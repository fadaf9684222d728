#pragma once

// What the log of actions tells of each command: the JSON objects of `action_record::detail`, the
// same from every STORE. Their members are described at `Action` in net/openapi.yaml. They hold ids
// and amounts, and free text only where its author is the one who acts: no names, no addresses.

#include "actors/messages/store_write.hpp"

#include <string>
#include <vector>

namespace fief::actors {

std::string created_detail(const event_record& x);
/// The fields that differ, each as `[old, new]`. Empty: none does.
std::string edited_detail(const event_record& before, const event_record& after);
std::string cancelled_detail(std::int64_t tickets, std::int64_t refunded_cents);
std::string granted_detail(const buy_ticket& x);
std::string granted_detail(const grant_coins& x);
/// Roles and ban where they differ, each as `[old, new]`. Empty: neither does.
std::string rights_detail(const user_record& before, const user_record& after);
/// `before`: the run as it was judged.
std::string verdict_detail(const run_record& before, const std::string& note);

} // namespace fief::actors
