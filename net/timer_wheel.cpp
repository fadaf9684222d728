#include "net/timer_wheel.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace fief::net {

void timer_wheel::link::unlink() noexcept {
  if (next == nullptr)
    return;
  prev->next = next;
  next->prev = prev;
  prev = next = nullptr;
}

timer_wheel::timer_wheel(clock::time_point start, std::chrono::milliseconds tick)
  : start_(start), tick_(tick) {
  FIEF_ASSERT(tick.count() > 0);
  for (auto& slot : slots_)
    slot.prev = slot.next = &slot;
}

timer_wheel::~timer_wheel() {
  for (auto& slot : slots_)
    while (slot.next != &slot)
      slot.next->unlink();
}

void timer_wheel::arm(timer& x, std::chrono::milliseconds after) {
  x.unlink();
  auto ms = std::max<std::int64_t>(after.count(), 0);
  auto ticks = static_cast<std::uint64_t>((ms + tick_.count() - 1) / tick_.count());
  x.due_ = now_ + ticks + 1; // The current tick has begun already.
  auto& slot = slots_[x.due_ % slot_count];
  x.prev = slot.prev;
  x.next = &slot;
  slot.prev->next = &x;
  slot.prev = &x;
}

void timer_wheel::advance(clock::time_point now) {
  auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - start_) / tick_;
  auto target = static_cast<std::uint64_t>(std::max<std::int64_t>(passed, 0));
  if (target <= now_)
    return;
  auto first = now_ + 1;
  now_ = target; // What a callback arms now is relative to the present.
  auto count = std::min<std::uint64_t>(target - first + 1, slot_count);
  for (std::uint64_t i = 0; i < count; ++i)
    fire_slot(slots_[(first + i) % slot_count]);
}

void timer_wheel::fire_slot(link& slot) {
  link due; // A callback may cancel its neighbours, so they stay linked, in a list of our own.
  due.prev = due.next = &due;
  for (auto* x = slot.next; x != &slot;) {
    auto* next = x->next;
    if (static_cast<timer*>(x)->due_ <= now_) {
      x->unlink();
      x->prev = due.prev;
      x->next = &due;
      due.prev->next = x;
      due.prev = x;
    }
    x = next;
  }
  while (due.next != &due) {
    auto* x = static_cast<timer*>(due.next);
    x->unlink();
    auto fire = x->fire_; // A copy: the callback may destroy its timer.
    fire();
  }
}

} // namespace fief::net
