#include "tests/fuzz/edge_ports.hpp"

#include "base/assert.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

namespace fief::fuzz {

namespace {

caf::actor_companion& companion_of(const caf::strong_actor_ptr& x) {
  return *static_cast<caf::actor_companion*>(caf::actor_cast<caf::abstract_actor*>(x));
}

std::vector<char> bytes_of(caf::actor_system& system, const caf::message& content) {
  auto copy = content;
  std::vector<char> bytes;
  caf::binary_serializer sink{system, bytes};
  FIEF_ASSERT(!sink(copy));
  return bytes;
}

} // namespace

void check_serializable(caf::actor_system& system, const caf::message& content) {
  const auto bytes = bytes_of(system, content);
  caf::message arrived;
  caf::binary_deserializer source{system, bytes};
  FIEF_ASSERT(!source(arrived) && source.remaining() == 0);
  FIEF_ASSERT(bytes_of(system, arrived) == bytes);
}

port::port(caf::actor_system& system)
  : system_(system),
    self_(caf::actor_cast<caf::strong_actor_ptr>(system.spawn<caf::actor_companion>())) {
  companion_of(self_).on_enqueue(
    [this](caf::mailbox_element_ptr element) { on_enqueue(std::move(element)); });
}

port::~port() {
  companion_of(self_).on_enqueue(nullptr);
  companion_of(self_).cleanup(caf::make_error(caf::exit_reason::normal), nullptr);
}

void port::on_enqueue(caf::mailbox_element_ptr element) {
  ++asked;
  const auto sender = element->sender;
  const auto id = element->mid;
  const auto content = element->move_content_to_message();
  check_serializable(system_, content);
  if (!id.is_request())
    return;
  auto reply = refusal ? caf::make_message(caf::make_error(*refusal))
               : content.match_elements<actors::deliver>()
                 ? answer(content.get_as<actors::deliver>(0).content)
                 : answer(content);
  sender->enqueue(nullptr, id.response_id(), std::move(reply), nullptr);
}

caf::message port::answer(const caf::message& asked_for) const {
  caf::message reply;
  if (asked_for.match_elements<actors::export_user>())
    return caf::make_message(actors::user_export{"{}"});
  if (asked_for.match_elements<actors::get_store_health>()) {
    actors::store_health health;
    health.connected = true;
    health.queued_max = 1;
    return caf::make_message(health);
  }
  const auto known = detail::reply_as<actors::user_actor>(asked_for, reply)
                     || detail::reply_as<actors::event_actor>(asked_for, reply)
                     || detail::reply_as<actors::area_actor>(asked_for, reply)
                     || detail::reply_as<actors::store_actor>(asked_for, reply)
                     || detail::reply_as<actors::reader_actor>(asked_for, reply)
                     || detail::reply_as<actors::auth_actor>(asked_for, reply)
                     || detail::reply_as<actors::directory_actor>(asked_for, reply)
                     || detail::reply_as<actors::monitor_actor>(asked_for, reply)
                     || detail::reply_as<actors::decoder_actor>(asked_for, reply)
                     || detail::reply_as<actors::renderer_actor>(asked_for, reply);
  FIEF_ASSERT(known); // Nobody would take this message.
  return reply;
}

} // namespace fief::fuzz
