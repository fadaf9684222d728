#include "net/socket_outbox.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace fief::net {

bool socket_outbox::push_urgent(lane<payload>& to, std::size_t max, payload message) {
  // A single message over the byte bound may leave alone, or it never could.
  if (to.size() >= max
      || (urgent_bytes_ > 0 && urgent_bytes_ + message->size() > limits_.outbox_bytes_max))
    return false;
  bytes_ += message->size();
  urgent_bytes_ += message->size();
  to.push_back(std::move(message));
  return true;
}

bool socket_outbox::push_priority(payload message) {
  return push_urgent(priority_, limits_.outbox_priority_max, std::move(message));
}

bool socket_outbox::push_command(payload message) {
  return push_urgent(commands_, limits_.outbox_commands_max, std::move(message));
}

std::vector<socket_outbox::keyed>::iterator socket_outbox::find_bulk(std::uint64_t key) {
  return std::find_if(bulk_.begin(), bulk_.end(), [&](const keyed& x) { return x.key == key; });
}

bulk_result socket_outbox::push_bulk(std::uint64_t key, payload message) {
  auto at = find_bulk(key);
  const auto before = at == bulk_.end() ? 0 : at->message->size();
  // One message over the bound may leave when nothing else waits, or it never could.
  const bool alone = bytes_ == before;
  if (!alone && bytes_ - before + message->size() > limits_.outbox_bytes_max) {
    drop_bulk(key);
    behind_.push_back(key);
    return bulk_result::behind;
  }
  bytes_ += message->size() - before;
  std::erase(behind_, key);
  if (at == bulk_.end()) {
    bulk_.push_back({key, std::move(message)});
    return bulk_result::queued;
  }
  at->message = std::move(message);
  return bulk_result::replaced;
}

void socket_outbox::drop_bulk(std::uint64_t key) {
  std::erase(behind_, key);
  auto at = find_bulk(key);
  if (at == bulk_.end())
    return;
  bytes_ -= at->message->size();
  bulk_.erase(at);
}

socket_outbox::payload socket_outbox::take_urgent(lane<payload>& from) {
  auto message = from.pop_front();
  urgent_bytes_ -= message->size();
  return message;
}

socket_outbox::payload socket_outbox::pop() {
  payload message;
  if (!priority_.empty()) {
    message = take_urgent(priority_);
  } else if (!commands_.empty()) {
    message = take_urgent(commands_);
  } else if (!bulk_.empty()) {
    message = bulk_.pop_front().message;
  } else {
    return nullptr;
  }
  FIEF_ASSERT(bytes_ >= message->size());
  bytes_ -= message->size();
  return message;
}

std::vector<std::uint64_t> socket_outbox::take_caught_up() {
  if (behind_.empty() || bytes_ > limits_.outbox_bytes_max / 2)
    return {};
  return std::exchange(behind_, {});
}

void socket_outbox::clear_bulk() {
  for (const auto& x : bulk_)
    bytes_ -= x.message->size();
  bulk_.clear();
  behind_.clear();
}

void socket_outbox::clear() {
  clear_bulk();
  priority_.clear();
  commands_.clear();
  bytes_ = urgent_bytes_ = 0;
}

} // namespace fief::net
