#include "net/connection_limiter.hpp"

#include "base/assert.hpp"

#include <utility>

namespace fief::net {

connection_permit::connection_permit(connection_permit&& other) noexcept
  : owner_(std::exchange(other.owner_, nullptr)), address_(std::move(other.address_)) {}

connection_permit& connection_permit::operator=(connection_permit&& other) noexcept {
  std::swap(owner_, other.owner_);
  std::swap(address_, other.address_);
  return *this;
}

connection_permit::~connection_permit() {
  if (owner_ != nullptr)
    owner_->release(address_);
}

admission connection_limiter::admit(const std::string& address, connection_permit& permit) {
  std::lock_guard lock{mutex_};
  if (total_max_ > 0 && total_ >= total_max_)
    return admission::full;
  auto& here = by_address_[address];
  if (address_max_ > 0 && here >= address_max_)
    return admission::address_full; // `here` is over zero, so no entry was made for nothing.
  ++here;
  ++total_;
  permit = connection_permit{*this, address};
  return admission::admitted;
}

void connection_limiter::release(const std::string& address) {
  std::lock_guard lock{mutex_};
  auto at = by_address_.find(address);
  FIEF_ASSERT(at != by_address_.end() && total_ > 0);
  if (--at->second == 0)
    by_address_.erase(at);
  if (--total_ == 0)
    none_.notify_all();
}

std::size_t connection_limiter::count() const {
  std::lock_guard lock{mutex_};
  return total_;
}

bool connection_limiter::wait_for_none(std::chrono::milliseconds deadline) {
  std::unique_lock lock{mutex_};
  return none_.wait_for(lock, deadline, [&] { return total_ == 0; });
}

} // namespace fief::net
