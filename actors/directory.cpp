#include "actors/directory.hpp"

#include "actors/convert.hpp"
#include "base/assert.hpp"

#include <algorithm>

namespace fief::actors {

directory_actor::behavior_type directory_state::make_behavior(directory_config config) {
  config_ = std::move(config);
  auto shared = std::make_shared<context>();
  shared->store = config_.store;
  shared->reader = config_.reader;
  shared->directory = caf::actor_cast<caf::actor>(self_);
  shared->time = config_.time;
  shared->rules = config_.rules;
  shared->gauges = config_.gauges;
  context_ = std::move(shared);
  self_->set_down_handler([this](const caf::down_msg& x) { on_down(x); });
  self_->set_exit_handler([this](const caf::exit_msg& x) { on_exit(x); });
  self_->send(config_.store, observe_commits{context_->directory});
  self_->delayed_send(self_, std::chrono::seconds{1}, atom::tick_v);
  return {
    [this](const deliver& x) { on_deliver(x); },
    [this](const entity_stays& x) { on_stays(x.who); },
    [this](atom::tick) { on_tick(); },
    [this](const committed& x) { on_committed(x); },
    [this](const get_directory_status&) {
      tell_gauges();
      return status_;
    },
  };
}

// -- forwarding -----------------------------------------------------------------------------------

void directory_state::forward(const caf::actor& to, const caf::strong_actor_ptr& sender,
                              caf::message_id mid, const caf::message& content) {
  auto* target = caf::actor_cast<caf::abstract_actor*>(to);
  target->enqueue(caf::make_mailbox_element(sender, mid, {}, content), self_->context());
}

void directory_state::on_deliver(const deliver& x) {
  auto* element = self_->current_mailbox_element();
  auto mid = element->mid;
  element->mid.mark_as_answered(); // The entity answers, not we.
  auto it = entries_.find(x.to);
  if (it != entries_.end() && it->second.at == phase::live) {
    touch(x.to, it->second);
    forward(it->second.actor, element->sender, mid, x.content);
    return;
  }
  stashed waiting{element->sender, mid, x.content, x.live_only};
  if (it != entries_.end()) {
    stash(it->second, std::move(waiting));
    return;
  }
  if (x.live_only)
    return;
  if (queue_.size() >= config_.rules->loading_queue_max) {
    config_.gauges->entities.refused += 1;
    refuse(waiting, game::errc::overloaded);
    return;
  }
  auto& fresh = entries_[x.to];
  stash(fresh, std::move(waiting));
  queue_.push_back(x.to);
  load_next();
}

void directory_state::stash(entry& e, stashed x) {
  if (e.stash.size() >= config_.rules->stash_max || status_.stashed >= config_.rules->stashed_max) {
    config_.gauges->stash.refused += 1;
    refuse(x, game::errc::overloaded);
    return;
  }
  ++status_.stashed;
  e.stash.push_back(std::move(x));
}

void directory_state::refuse(const stashed& x, game::errc why) {
  ++status_.refused;
  if (!x.sender || !x.mid.is_request())
    return;
  x.sender->enqueue(caf::make_mailbox_element(caf::actor_cast<caf::strong_actor_ptr>(self_),
                                              x.mid.response_id(), {}, caf::make_error(why)),
                    self_->context());
}

void directory_state::touch(const entity_key&, entry& e) {
  e.used = self_->clock().now();
  by_use_.splice(by_use_.end(), by_use_, e.place);
}

// -- activation -----------------------------------------------------------------------------------

void directory_state::load_next() {
  while (loading_ < config_.rules->loading_max && !queue_.empty()) {
    auto key = queue_.front();
    queue_.pop_front();
    start_loading(key);
  }
  tell_gauges();
}

void directory_state::tell_gauges() {
  config_.gauges->entities.waiting = queue_.size();
  config_.gauges->stash.waiting = status_.stashed;
}

template <class Request, class Loaded>
void directory_state::load(const entity_key& key, Request request) {
  self_->request(config_.reader, caf::infinite, std::move(request))
    .then(
      [this, key](Loaded& loaded) {
        --loading_;
        if constexpr (std::is_same_v<Loaded, user_loaded>) {
          // A token outlives its account by minutes; what is left of the account does nothing.
          if (loaded.user.deleted)
            fail_loading(key, caf::make_error(game::errc::not_found));
          else
            become_live(key, config_.factory.user(self_, context_, std::move(loaded)));
        } else if constexpr (std::is_same_v<Loaded, event_loaded>)
          become_live(key, config_.factory.event(self_, context_, std::move(loaded)));
        else
          become_live(key, config_.factory.area(self_, context_, std::move(loaded),
                                                game::area_id{key.id.lo}));
        load_next();
      },
      [this, key](const caf::error& why) {
        --loading_;
        fail_loading(key, why);
        load_next();
      });
}

void directory_state::start_loading(const entity_key& key) {
  auto it = entries_.find(key);
  FIEF_ASSERT(it != entries_.end() && it->second.at == phase::waiting);
  it->second.at = phase::loading;
  ++loading_;
  ++status_.loading;
  switch (key.kind) {
    case entity_kind::user: return load<load_user, user_loaded>(key, {game::user_id{key.id}});
    case entity_kind::event: return load<load_event, event_loaded>(key, {game::event_id{key.id}});
    case entity_kind::area: return load<load_area, area_loaded>(key, {game::area_id{key.id.lo}});
  }
}

void directory_state::become_live(const entity_key& key, caf::actor actor) {
  auto it = entries_.find(key);
  FIEF_ASSERT(it != entries_.end() && it->second.at == phase::loading);
  auto& e = it->second;
  e.at = phase::live;
  e.actor = std::move(actor);
  e.used = self_->clock().now();
  e.place = by_use_.insert(by_use_.end(), key);
  by_address_[e.actor.address()] = key;
  self_->monitor(e.actor);
  --status_.loading;
  ++status_.activations;
  ++live_count(key.kind);
  auto stash = std::move(e.stash);
  status_.stashed -= stash.size();
  for (const auto& x : stash)
    forward(e.actor, x.sender, x.mid, x.content);
}

void directory_state::fail_loading(const entity_key& key, const caf::error& why) {
  auto it = entries_.find(key);
  FIEF_ASSERT(it != entries_.end());
  --status_.loading;
  status_.stashed -= it->second.stash.size();
  for (const auto& x : it->second.stash)
    refuse(x, errc_of(why));
  entries_.erase(it);
}

// -- passivation and death ------------------------------------------------------------------------

void directory_state::on_tick() {
  self_->delayed_send(self_, std::chrono::seconds{1}, atom::tick_v);
  auto now = self_->clock().now();
  while (!by_use_.empty()) {
    auto it = entries_.find(by_use_.front());
    FIEF_ASSERT(it != entries_.end() && it->second.at == phase::live);
    if (now - it->second.used < config_.rules->passivate_after)
      break;
    it->second.at = phase::retiring;
    by_use_.pop_front();
    forward(it->second.actor, caf::actor_cast<caf::strong_actor_ptr>(self_), caf::make_message_id(),
            caf::make_message(atom::retire_v));
  }
}

void directory_state::on_stays(const entity_key& who) {
  auto it = entries_.find(who);
  if (it == entries_.end() || it->second.at != phase::retiring)
    return;
  auto& e = it->second;
  e.at = phase::live;
  e.used = self_->clock().now();
  e.place = by_use_.insert(by_use_.end(), who);
  auto stash = std::move(e.stash);
  e.stash.clear();
  status_.stashed -= stash.size();
  for (const auto& x : stash)
    forward(e.actor, x.sender, x.mid, x.content);
}

void directory_state::on_down(const caf::down_msg& x) {
  auto address = by_address_.find(x.source);
  if (address == by_address_.end())
    return;
  auto it = entries_.find(address->second);
  by_address_.erase(address);
  FIEF_ASSERT(it != entries_.end());
  remove(it);
}

void directory_state::on_exit(const caf::exit_msg& x) {
  for (auto& [key, e] : entries_)
    if (e.actor)
      caf::anon_send_exit(e.actor, caf::exit_reason::user_shutdown);
  self_->quit(x.reason);
}

void directory_state::remove(entries::iterator it) {
  auto key = it->first;
  auto& e = it->second;
  if (e.at == phase::live)
    by_use_.erase(e.place);
  else
    ++status_.passivations;
  --live_count(key.kind);
  // Who wrote while it was leaving wanted it here: activate it again.
  std::erase_if(e.stash, [&](const stashed& x) {
    status_.stashed -= x.hint ? 1 : 0;
    return x.hint;
  });
  if (e.stash.empty()) {
    entries_.erase(it);
    return;
  }
  e.at = phase::waiting;
  e.actor = {};
  queue_.push_back(key);
  load_next();
}

std::uint64_t& directory_state::live_count(entity_kind kind) {
  switch (kind) {
    case entity_kind::user: return status_.users;
    case entity_kind::event: return status_.events;
    case entity_kind::area: break;
  }
  return status_.areas;
}

// -- the commit feed ------------------------------------------------------------------------------

void directory_state::hint_live(const entity_key& to, caf::message content) {
  auto it = entries_.find(to);
  if (it == entries_.end())
    return;
  if (it->second.at == phase::live)
    forward(it->second.actor, nullptr, caf::make_message_id(), content);
  else
    stash(it->second, {nullptr, caf::make_message_id(), std::move(content), true});
}

void directory_state::on_committed(const committed& x) {
  for (const auto& account : x.accounts)
    hint_live(key_of(account.user), caf::make_message(account_changed{account}));
  for (const auto& notice : x.notices)
    hint_live(key_of(notice.user), caf::make_message(notice_stored{notice}));
  for (const auto& event : x.events)
    hint_live(key_of(event.id), caf::make_message(event_row_changed{event}));
}

directory_actor::behavior_type directory(directory_actor::stateful_pointer<directory_state> self,
                                         directory_config config) {
  return self->state.make_behavior(std::move(config));
}

} // namespace fief::actors
