#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace fief::net {

class connection_limiter;

/// The right of one connection to exist; gives its place back when destroyed.
class connection_permit {
public:
  connection_permit() = default;
  connection_permit(connection_permit&& other) noexcept;
  connection_permit& operator=(connection_permit&& other) noexcept;
  ~connection_permit();

private:
  friend class connection_limiter;
  connection_permit(connection_limiter& owner, std::string address)
    : owner_(&owner), address_(std::move(address)) {}
  connection_limiter* owner_ = nullptr;
  std::string address_;
};

enum class admission : std::uint8_t { admitted, full, address_full };

/// Counts connections over all threads, in total and per address. Locks, once per connection.
class connection_limiter {
public:
  /// 0 is unbounded.
  connection_limiter(std::size_t total_max, std::size_t address_max)
    : total_max_(total_max), address_max_(address_max) {}

  admission admit(const std::string& address, connection_permit& permit);
  [[nodiscard]] std::size_t count() const;
  /// Waits until no connection is left, at most `deadline`; whether none is.
  bool wait_for_none(std::chrono::milliseconds deadline);

private:
  friend class connection_permit;
  void release(const std::string& address);

  mutable std::mutex mutex_;
  std::condition_variable none_;
  std::unordered_map<std::string, std::size_t> by_address_;
  std::size_t total_ = 0;
  std::size_t total_max_;
  std::size_t address_max_;
};

} // namespace fief::net
