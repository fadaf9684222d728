#include "actors/system.hpp"

#include "actors/area.hpp"
#include "actors/event.hpp"
#include "actors/user.hpp"

#include <caf/deep_to_string.hpp>
#include <string>

namespace fief::actors {

void configure(caf::actor_system_config& config) {
  config.add_message_types<caf::id_block::fief>();
  config.add_error_category(caf::atom("game"),
                            [](std::uint8_t code, caf::atom_value, const caf::message& context) {
                              std::string text{game::to_string(static_cast<game::errc>(code))};
                              return context.empty() ? text : text + caf::deep_to_string(context);
                            });
  // A worker without work soon waits to be woken. By default it sleeps 50 us at a time, 500 times
  // over: more than a quarter of the CPU of a server that is half busy.
  config.set("work-stealing.moderate-poll-attempts", std::size_t{0});
}

entity_factory make_entities() {
  entity_factory out;
  out.user = [](caf::local_actor* parent, const context_ptr& ctx, user_loaded loaded) {
    auto spawned = parent->home_system().spawn(user, ctx, std::move(loaded));
    return caf::actor_cast<caf::actor>(spawned);
  };
  out.event = [](caf::local_actor* parent, const context_ptr& ctx, event_loaded loaded) {
    auto spawned = parent->home_system().spawn(event, ctx, std::move(loaded));
    return caf::actor_cast<caf::actor>(spawned);
  };
  out.area = [](caf::local_actor* parent, const context_ptr& ctx, area_loaded loaded,
                game::area_id id) {
    auto spawned = parent->home_system().spawn(area, ctx, std::move(loaded), id);
    return caf::actor_cast<caf::actor>(spawned);
  };
  return out;
}

} // namespace fief::actors
