#pragma once

#include "actors/interfaces.hpp"
#include "game/errc.hpp"

#include <caf/actor_companion.hpp>
#include <caf/all.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace fief::fuzz {

/// Asserts that a message arrives at another node as it left: bytes of bytes are the same bytes.
void check_serializable(caf::actor_system& system, const caf::message& content);

namespace detail {

inline void end_after_start(actors::event_record& x) {
  x.cut_at = x.settle_at = x.starts_at + std::chrono::hours{12};
}

/// A reply that could have come: an event ends after it began.
template <class T>
T sound() {
  T x{};
  if constexpr (std::is_same_v<T, actors::event_record>)
    end_after_start(x);
  else if constexpr (requires { x.event.starts_at; })
    end_after_start(x.event);
  else if constexpr (requires { x.held.event.starts_at; })
    end_after_start(x.held.event);
  return x;
}

template <class In, class Out>
bool reply_to(const caf::typed_mpi<caf::detail::type_list<In>, caf::output_tuple<Out>>&,
              const caf::message& asked, caf::message& reply) {
  if (!asked.match_elements<In>())
    return false;
  if constexpr (!std::is_void_v<Out>)
    reply = caf::make_message(sound<Out>());
  return true;
}

template <class... Signatures>
bool reply_to_any(caf::detail::type_list<Signatures...>, const caf::message& asked,
                  caf::message& reply) {
  return (reply_to(Signatures{}, asked, reply) || ...);
}

template <class Handle>
bool reply_as(const caf::message& asked, caf::message& reply) {
  return reply_to_any(typename Handle::signatures{}, asked, reply);
}

} // namespace detail

/// An actor that answers on the asker's thread, before `enqueue` returns: every message of its
/// interface with the default of its reply, or with a refusal.
class port {
public:
  explicit port(caf::actor_system& system);
  ~port();
  port(const port&) = delete;
  port& operator=(const port&) = delete;

  [[nodiscard]] const caf::strong_actor_ptr& self() const { return self_; }

  std::optional<game::errc> refusal;
  std::uint64_t asked = 0;

private:
  void on_enqueue(caf::mailbox_element_ptr element);
  caf::message answer(const caf::message& asked_for) const;

  caf::actor_system& system_;
  caf::strong_actor_ptr self_;
};

} // namespace fief::fuzz
