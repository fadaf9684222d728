#include "net/api/map_feed.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace fief::net {

namespace {

constexpr std::size_t small_bytes = 16 * 1024;

struct paid_text {
  socket::payload text;
  byte_budget::share share;
};

/// The message with its share of the memory for all such messages, until the last socket has sent
/// it; null when there is none left.
socket::payload paid(live_metrics& metrics, socket::payload text) {
  if (!text || text->size() <= small_bytes)
    return text;
  auto with = std::make_shared<paid_text>();
  if (!with->share.grow_to(metrics.texts, text->size())) {
    metrics.texts_full.add();
    return nullptr;
  }
  with->text = std::move(text);
  return {with, with->text.get()};
}

} // namespace

// -- one subscription -----------------------------------------------------------------------------

map_subscription::map_subscription(map_feed& feed, socket& to, std::uint64_t key, std::string id,
                                   std::optional<std::uint64_t> since)
  : feed_(feed), to_(to), key_(key), id_(std::move(id)), since_(since) {
  feed_.enter(*this);
}

map_subscription::~map_subscription() {
  to_.drop_bulk(key_);
  feed_.leave(*this);
}

void map_subscription::begin() {
  FIEF_ASSERT(at_ == phase::waiting);
  if (const auto message = paid(feed_.metrics_, feed_.first_for(*this))) {
    at_ = phase::live;
    send_delta(message);
  } else {
    send_whole();
  }
  since_.reset();
}

void map_subscription::send_whole() {
  const auto whole = feed_.whole_for(id_);
  if (!whole) {
    at_ = phase::unpaid;
    feed_.unpaid_ = true;
    return;
  }
  feed_.metrics_.snapshots.add();
  const auto result = to_.send_bulk(key_, whole);
  at_ = result == bulk_result::behind ? phase::behind : phase::live;
}

void map_subscription::send_delta(const socket::payload& message) {
  if (at_ != phase::live)
    return;
  feed_.metrics_.deltas.add();
  switch (to_.send_bulk(key_, message)) {
    case bulk_result::queued: break;
    case bulk_result::replaced: send_whole(); break; // An earlier change would be missed.
    case bulk_result::behind: at_ = phase::behind; break;
  }
}

void map_subscription::caught_up() {
  if (at_ == phase::behind)
    send_whole();
}

// -- all of a box ---------------------------------------------------------------------------------

map_feed::map_feed(const game::bbox& box, const std::vector<map_view::area>& areas,
                   timer_wheel& wheel, std::function<game::instant()> now, live_metrics& metrics,
                   std::function<void()> deserted)
  : view_(box, areas), wheel_(wheel), now_(std::move(now)), metrics_(metrics),
    deserted_(std::move(deserted)), rest_([this] { on_rested(); }) {
  metrics_.views.add(1);
}

map_feed::~map_feed() {
  FIEF_ASSERT(groups_.empty());
  metrics_.views.add(-1);
}

void map_feed::enter(map_subscription& x) {
  groups_[x.id()].members.push_back(&x);
  metrics_.subscriptions.add(1);
  if (started_)
    x.begin();
  else
    changed(); // Its areas may all be there already.
}

void map_feed::leave(map_subscription& x) {
  metrics_.subscriptions.add(-1);
  auto at = groups_.find(x.id());
  FIEF_ASSERT(at != groups_.end());
  std::erase(at->second.members, &x);
  if (at->second.members.empty())
    groups_.erase(at);
  if (groups_.empty()) {
    auto deserted = deserted_; // Which destroys this.
    deserted();
  }
}

void map_feed::changed() {
  if (started_) {
    dirty_ = true;
    if (!rest_.armed())
      flush();
    return;
  }
  if (!view_.ready())
    return;
  started_ = true;
  view_.mark_told();
  for (auto& [id, each] : groups_)
    for (auto* x : each.members)
      x->begin();
}

void map_feed::rest() {
  if (!rest_.armed())
    wheel_.arm(rest_, period);
}

void map_feed::send_unpaid() {
  if (!std::exchange(unpaid_, false))
    return;
  for (auto& [id, each] : groups_)
    for (auto* x : each.members)
      if (x->at_ == map_subscription::phase::unpaid)
        x->send_whole();
  rest(); // Some may be so still.
}

void map_feed::on_rested() {
  if (dirty_)
    flush();
  else
    forget_whole();
  send_unpaid();
}

void map_feed::forget_whole() {
  whole_.reset(); // Nobody has asked for a while; it may be large.
  for (auto& [id, each] : groups_)
    each.whole.reset();
}

void map_feed::flush() {
  dirty_ = false;
  whole_.reset();
  for (auto& [id, each] : groups_)
    each.whole.reset();
  const auto text = view_.take_delta();
  if (!text)
    return;
  metrics_.encodings.add();
  rest();
  for (auto& [id, each] : groups_) {
    const auto message = paid(metrics_, map_message("delta", id, *text));
    for (auto* x : each.members) {
      if (message) {
        x->send_delta(message);
      } else if (x->at_ == map_subscription::phase::live) {
        x->at_ = map_subscription::phase::unpaid; // A snapshot holds what it misses now.
        unpaid_ = true;
      }
    }
  }
}

socket::payload map_feed::whole_for(const std::string& id) {
  auto at = groups_.find(id);
  FIEF_ASSERT(at != groups_.end());
  auto& message = at->second.whole;
  if (message)
    return message;
  if (!whole_) {
    metrics_.encodings.add();
    whole_ = view_.snapshot();
    rest();
  }
  message = paid(metrics_, map_message("snapshot", id, *whole_));
  rest();
  return message;
}

socket::payload map_feed::first_for(const map_subscription& x) {
  if (!x.since_)
    return nullptr;
  const auto text = view_.changes_after(*x.since_, now_());
  if (!text)
    return nullptr;
  metrics_.encodings.add();
  return map_message("delta", x.id(), *text);
}

} // namespace fief::net
