#include "net/entity_routes.hpp"

#include <caf/make_message.hpp>
#include <caf/sec.hpp>

namespace fief::net {

namespace {

/// Whether the question came back unread, as from an actor that has ended.
bool is_gone(const reply& got) {
  return got.error != nullptr && *got.error == caf::sec::request_receiver_down;
}

} // namespace

void entity_routes::ask(const caf::strong_actor_ptr& directory, const actors::entity_key& to,
                        caf::message content, std::chrono::milliseconds deadline,
                        clock::time_point now, gateway::reply_handler handler) {
  if (to.kind == actors::entity_kind::event) {
    auto asked = caf::make_message(actors::deliver{to, std::move(content), false});
    return actors_.ask(directory, std::move(asked), deadline, std::move(handler));
  }
  auto at = routes_.find(to);
  if (at == routes_.end()
      || (at->second.asked == 0 && now - at->second.learned >= limits_.fresh_for))
    return ask_directory(directory, to, std::move(content), deadline, now, std::move(handler));
  auto entity = at->second.entity;
  ++at->second.asked;
  auto again = [this, directory, to, entity, content, deadline, now,
                handler = std::move(handler)](reply got) mutable {
    if (auto known = routes_.find(to); known != routes_.end() && known->second.entity == entity)
      --known->second.asked;
    if (!is_gone(got))
      return handler(got);
    forget(to, entity);
    ask_directory(directory, to, std::move(content), deadline, now, std::move(handler));
  };
  actors_.ask(entity, std::move(content), deadline, std::move(again));
}

void entity_routes::ask_directory(const caf::strong_actor_ptr& directory,
                                  const actors::entity_key& to, caf::message content,
                                  std::chrono::milliseconds deadline, clock::time_point now,
                                  gateway::reply_handler handler) {
  auto then = [this, to, now, handler = std::move(handler)](reply got) {
    // An error may be DIRECTORY's own; an answer is the entity's, unless it is nobody's.
    if (got.message != nullptr && got.sender != nullptr && *got.sender)
      learn(to, *got.sender, now);
    handler(got);
  };
  actors_.ask(directory, caf::make_message(actors::deliver{to, std::move(content), false}),
              deadline, std::move(then));
}

void entity_routes::learn(const actors::entity_key& to, const caf::strong_actor_ptr& entity,
                          clock::time_point now) {
  if (limits_.entries_max == 0)
    return;
  if (routes_.size() >= limits_.entries_max && !routes_.contains(to))
    std::erase_if(routes_, [](const auto& x) { return x.second.asked == 0; });
  if (routes_.size() >= limits_.entries_max && !routes_.contains(to))
    return;
  auto& known = routes_[to];
  if (known.entity != entity)
    known = {entity, now, 0};
  known.learned = now;
}

void entity_routes::forget(const actors::entity_key& to, const caf::strong_actor_ptr& entity) {
  if (auto at = routes_.find(to); at != routes_.end() && at->second.entity == entity)
    routes_.erase(at);
}

} // namespace fief::net
