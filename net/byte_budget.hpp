#pragma once

#include "net/metrics.hpp"

#include <atomic>
#include <cstddef>
#include <utility>

namespace fief::net {

/// Memory that many share: what all of them hold together stays below one bound, whatever each may
/// hold by itself. Threads: any.
class byte_budget {
public:
  /// `level` shows what is used.
  byte_budget(std::size_t max, gauge& level) : max_(max), level_(level) {}

  [[nodiscard]] std::size_t used() const { return used_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t max() const { return max_; }

  /// A share of the budget; gives itself back when destroyed.
  class share {
  public:
    share() = default;
    share(share&& other) noexcept
      : of_(std::exchange(other.of_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    share& operator=(share&& other) noexcept {
      std::swap(of_, other.of_);
      std::swap(size_, other.size_);
      return *this;
    }
    ~share() { release(); }

    /// False, and nothing changes, when the budget has no room for the difference.
    [[nodiscard]] bool grow_to(byte_budget& of, std::size_t size) {
      if (size <= size_)
        return true;
      const auto more = size - size_;
      if (of.used_.fetch_add(more) + more > of.max_) {
        of.used_.fetch_sub(more);
        return false;
      }
      of.level_.add(static_cast<std::int64_t>(more));
      of_ = &of;
      size_ = size;
      return true;
    }

    void release() {
      if (of_ != nullptr) {
        of_->used_.fetch_sub(size_);
        of_->level_.add(-static_cast<std::int64_t>(size_));
      }
      of_ = nullptr;
      size_ = 0;
    }

  private:
    byte_budget* of_ = nullptr;
    std::size_t size_ = 0;
  };

private:
  std::size_t max_;
  gauge& level_;
  std::atomic<std::size_t> used_{0};
};

} // namespace fief::net
