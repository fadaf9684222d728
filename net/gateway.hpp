#pragma once

#include "net/timer_wheel.hpp"

#include <caf/actor_system.hpp>
#include <caf/error.hpp>
#include <caf/message.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

namespace fief::net {

class gauge;

/// How much may wait for a gateway's thread, and who hears of it.
struct gateway_limits {
  /// Messages of actors that it has not looked at yet. Beyond it hints are dropped, and found again
  /// by loading; answers never are, and there is one for each question at most.
  std::size_t inbox_max = 65'536;
  gauge* inbox = nullptr;     ///< Messages waiting.
  gauge* questions = nullptr; ///< Asked and not answered.
  std::function<void()> dropped{};
};

/// Runs a function on the gateway's thread; callable from any thread.
using poster = std::function<void(std::function<void()>)>;

/// The answer to a question: exactly one of a message, an error or the deadline.
struct reply {
  caf::message* message = nullptr;
  const caf::error* error = nullptr;
  const caf::strong_actor_ptr* sender = nullptr; ///< Of the message; may be null inside.

  [[nodiscard]] bool timed_out() const { return message == nullptr && error == nullptr; }
  /// The answer when it is one `T`, else null.
  template <class T>
  [[nodiscard]] const T* get() const {
    return message != nullptr && message->match_elements<T>() ? &message->get_as<T>(0) : nullptr;
  }
};

/// The bridge from an I/O thread to the actors: asks them without blocking, with a deadline from
/// the thread's wheel, and hands replies and messages to code of that thread. Many messages cost
/// one wake-up of the thread: they gather in an inbox while it is busy.
/// Owner: one I/O thread; `self` and actors' messages come from anywhere.
/// Cost: `ask` allocates CAF's message and one map node.
class gateway {
public:
  using reply_handler = std::function<void(reply)>;
  using message_handler = std::function<void(const caf::strong_actor_ptr& sender, caf::message&)>;

  /// An address of its own for one session: what actors send to it reaches `handler` on this
  /// thread until it is destroyed, which monitoring actors see as a normal exit.
  class mailbox {
  public:
    mailbox(const mailbox&) = delete;
    mailbox& operator=(const mailbox&) = delete;
    ~mailbox();
    [[nodiscard]] const caf::strong_actor_ptr& self() const { return self_; }

  private:
    friend class gateway;
    mailbox(gateway& owner, std::uint64_t id, caf::strong_actor_ptr self)
      : owner_(owner), id_(id), self_(std::move(self)) {}
    gateway& owner_;
    std::uint64_t id_;
    caf::strong_actor_ptr self_;
  };

  gateway(caf::actor_system& system, timer_wheel& wheel, poster post,
          gateway_limits limits = gateway_limits{});
  gateway(const gateway&) = delete;
  gateway& operator=(const gateway&) = delete;
  /// Destroys waiting handlers without calling them. @pre Its mailboxes are gone.
  ~gateway();

  /// Sends `content` as a request. `handler` is called once, never before `ask` returns; what
  /// arrives after the deadline is dropped. A dead target answers with an error at once, one on a
  /// lost node only by the deadline.
  void ask(const caf::strong_actor_ptr& target, caf::message content,
           std::chrono::milliseconds deadline, reply_handler handler);

  /// Sends `content` without expecting anything.
  void tell(const caf::strong_actor_ptr& target, caf::message content);

  /// Where messages go that answer no question. Without a handler they are dropped.
  void on_message(message_handler handler) { on_message_ = std::move(handler); }

  [[nodiscard]] std::unique_ptr<mailbox> open_mailbox(message_handler handler);

  [[nodiscard]] const caf::strong_actor_ptr& self() const { return self_; }
  [[nodiscard]] std::size_t waiting() const { return asked_.size(); }

private:
  struct inbox;
  struct question {
    question(std::function<void()> missed, reply_handler handler_)
      : deadline(std::move(missed)), handler(std::move(handler_)) {}
    timer_wheel::timer deadline;
    reply_handler handler;
  };

  caf::strong_actor_ptr spawn_companion(std::uint64_t id);
  void drain();
  void deliver_reply(std::uint64_t id, reply answer);
  void close_mailbox(mailbox& x);

  caf::actor_system& system_;
  timer_wheel& wheel_;
  gauge* questions_;
  std::shared_ptr<inbox> inbox_;
  caf::strong_actor_ptr self_;
  message_handler on_message_;
  std::unordered_map<std::uint64_t, question> asked_;
  std::unordered_map<std::uint64_t, std::shared_ptr<message_handler>> mailboxes_;
  std::uint64_t next_request_ = 1;
  std::uint64_t next_mailbox_ = 1;
};

} // namespace fief::net
