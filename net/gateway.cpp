#include "net/gateway.hpp"

#include "base/assert.hpp"
#include "net/metrics.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_companion.hpp>
#include <caf/exit_reason.hpp>
#include <caf/make_message.hpp>
#include <caf/send.hpp>

#include <mutex>
#include <utility>
#include <vector>

namespace fief::net {

namespace {

void add_to(gauge* x, std::int64_t n) {
  if (x != nullptr)
    x->add(n);
}

/// `actor_companion::disconnect` is declared but missing from Debian's library.
void disconnect(const caf::strong_actor_ptr& self) {
  auto* companion = static_cast<caf::actor_companion*>(caf::actor_cast<caf::abstract_actor*>(self));
  companion->on_enqueue(nullptr);
  companion->cleanup(caf::make_error(caf::exit_reason::normal), nullptr);
}

} // namespace

/// Where companions put what they get, from any thread. It outlives the gateway as long as an
/// actor still sends.
struct gateway::inbox : std::enable_shared_from_this<inbox> {
  struct entry {
    std::uint64_t mailbox;
    caf::mailbox_element_ptr element;
  };

  std::mutex mutex;
  std::vector<entry> entries;
  poster post;
  gateway_limits limits;
  gateway* owner; // null once the gateway is gone; read and written on its thread only

  void put(std::uint64_t mailbox, caf::mailbox_element_ptr element) {
    std::lock_guard lock{mutex};
    if (!post)
      return;
    if (entries.size() >= limits.inbox_max && !element->mid.is_response()) {
      if (limits.dropped)
        limits.dropped();
      return;
    }
    add_to(limits.inbox, 1);
    entries.push_back({mailbox, std::move(element)});
    if (entries.size() == 1)
      post([self = shared_from_this()] {
        if (self->owner != nullptr)
          self->owner->drain();
      });
  }

  std::vector<entry> take() {
    std::lock_guard lock{mutex};
    add_to(limits.inbox, -static_cast<std::int64_t>(entries.size()));
    return std::exchange(entries, {});
  }

  void close() {
    std::vector<entry> dropped; // destroyed after the lock: a bounced request may send
    std::lock_guard lock{mutex};
    post = nullptr;
    owner = nullptr;
    add_to(limits.inbox, -static_cast<std::int64_t>(entries.size()));
    limits = {}; // What it names may go before the last actor does.
    dropped.swap(entries);
  }
};

gateway::gateway(caf::actor_system& system, timer_wheel& wheel, poster post, gateway_limits limits)
  : system_(system), wheel_(wheel), questions_(limits.questions),
    inbox_(std::make_shared<inbox>()) {
  inbox_->post = std::move(post);
  inbox_->limits = std::move(limits);
  inbox_->owner = this;
  self_ = spawn_companion(0);
}

gateway::~gateway() {
  FIEF_ASSERT(mailboxes_.empty());
  disconnect(self_);
  inbox_->close();
  // A handler may own a responder, whose last words must find this object whole.
  auto asked = std::exchange(asked_, {});
  add_to(questions_, -static_cast<std::int64_t>(asked.size()));
  asked.clear();
}

caf::strong_actor_ptr gateway::spawn_companion(std::uint64_t id) {
  auto self = caf::actor_cast<caf::strong_actor_ptr>(system_.spawn<caf::actor_companion>());
  auto* companion = static_cast<caf::actor_companion*>(caf::actor_cast<caf::abstract_actor*>(self));
  companion->on_enqueue(
    [in = inbox_, id](caf::mailbox_element_ptr element) { in->put(id, std::move(element)); });
  return self;
}

void gateway::ask(const caf::strong_actor_ptr& target, caf::message content,
                  std::chrono::milliseconds deadline, reply_handler handler) {
  const auto id = next_request_++;
  auto [at, fresh] = asked_.try_emplace(
    id, [this, id] { deliver_reply(id, {}); }, std::move(handler));
  FIEF_ASSERT(fresh);
  add_to(questions_, 1);
  wheel_.arm(at->second.deadline, deadline);
  if (!target) { // As a dead actor would answer, and as late.
    wheel_.arm(at->second.deadline, std::chrono::milliseconds{0});
    return;
  }
  const auto mid = caf::make_message_id(id).with_normal_priority();
  target->enqueue(self_, mid, std::move(content), nullptr);
}

void gateway::tell(const caf::strong_actor_ptr& target, caf::message content) {
  if (target)
    target->enqueue(self_, caf::make_message_id(), std::move(content), nullptr);
}

std::unique_ptr<gateway::mailbox> gateway::open_mailbox(message_handler handler) {
  const auto id = next_mailbox_++;
  mailboxes_.emplace(id, std::make_shared<message_handler>(std::move(handler)));
  return std::unique_ptr<mailbox>{new mailbox{*this, id, spawn_companion(id)}};
}

gateway::mailbox::~mailbox() {
  owner_.close_mailbox(*this);
}

void gateway::close_mailbox(mailbox& x) {
  disconnect(x.self_);
  mailboxes_.erase(x.id_);
}

void gateway::drain() {
  for (auto& [id, element] : inbox_->take()) {
    auto content = element->move_content_to_message();
    if (id != 0) {
      if (auto at = mailboxes_.find(id); at != mailboxes_.end()) {
        auto handler = at->second; // It may close its own mailbox.
        (*handler)(element->sender, content);
      }
    } else if (element->mid.is_response()) {
      const auto asked = element->mid.request_id().integer_value();
      if (content.match_elements<caf::error>())
        deliver_reply(asked, {nullptr, &content.get_as<caf::error>(0)});
      else
        deliver_reply(asked, {&content, nullptr, &element->sender});
    } else if (on_message_) {
      on_message_(element->sender, content);
    }
  }
}

void gateway::deliver_reply(std::uint64_t id, reply answer) {
  auto at = asked_.find(id);
  if (at == asked_.end())
    return; // Its deadline has passed.
  auto handler = std::move(at->second.handler);
  asked_.erase(at);
  add_to(questions_, -1);
  handler(answer);
}

} // namespace fief::net
