#pragma once

#include "base/assert.hpp"

#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace fief::net {

/// First in, first out, without memory while nothing waits: a server holds thousands of these and
/// hardly one of them is in use. An empty `std::deque` takes 576 bytes.
/// Cost: as a vector's; `pop_front` moves what is left once for as many as were popped.
template <class T>
class lane {
public:
  [[nodiscard]] bool empty() const { return first_ == items_.size(); }
  [[nodiscard]] std::size_t size() const { return items_.size() - first_; }

  void push_back(T x) {
    if (items_.capacity() == 0)
      items_.reserve(at_first);
    items_.push_back(std::move(x));
  }

  /// @pre Not empty.
  T pop_front() {
    FIEF_ASSERT(!empty());
    auto out = std::move(items_[first_++]);
    if (empty())
      clear();
    else if (first_ * 2 >= items_.size())
      drop_popped();
    return out;
  }

  auto begin() { return items_.begin() + offset(); }
  auto end() { return items_.end(); }
  auto begin() const { return items_.begin() + offset(); }
  auto end() const { return items_.end(); }

  void erase(typename std::vector<T>::iterator at) {
    items_.erase(at);
    if (empty())
      clear();
  }

  /// Also gives the memory back.
  void clear() {
    items_ = {};
    first_ = 0;
  }

private:
  static constexpr std::size_t at_first = 4;

  [[nodiscard]] std::ptrdiff_t offset() const { return static_cast<std::ptrdiff_t>(first_); }

  void drop_popped() {
    items_.erase(items_.begin(), items_.begin() + offset());
    first_ = 0;
  }

  std::vector<T> items_;
  std::size_t first_ = 0; ///< Those before it were popped.
};

} // namespace fief::net
