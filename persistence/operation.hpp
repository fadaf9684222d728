#pragma once

#include "persistence/writes/writes.hpp"

#include <type_traits>
#include <variant>

namespace fief::persistence {

/// Every command that STORE takes, those first that come by the thousand: an actor looks for its
/// handler in this order.
using operation = std::variant<
  actors::append_fixes, actors::merge_claim, actors::create_user, actors::update_user,
  actors::put_home_zones, actors::start_session, actors::rotate_session, actors::end_session,
  actors::delete_user, actors::grant_coins, actors::create_event, actors::update_event,
  actors::cancel_event, actors::buy_ticket, actors::consume_ticket, actors::settle_event,
  actors::create_run, actors::finish_recording, actors::save_run, actors::revoke_run,
  actors::create_imported_run, actors::attach_ticket, actors::forget_runs, actors::expire_fixes,
  actors::close_outbox, actors::revoke_tiles, actors::settle_mining, actors::claim_tokens,
  actors::put_notification, actors::reserve_key, actors::complete_key, actors::connect_strava,
  actors::rotate_strava_tokens, actors::mark_strava, actors::disconnect_strava,
  actors::note_strava_event, actors::enqueue_strava_imports, actors::plan_strava_import,
  actors::finish_strava_import, actors::note_strava_contact>;

/// Kinds that come in masses: a batch sends all of one kind as one statement.
template <class Op>
inline constexpr bool is_hot =
  std::is_same_v<
    Op,
    actors::
      append_fixes> || std::is_same_v<Op, actors::merge_claim> || std::is_same_v<Op, actors::settle_mining>;

/// What `apply` answers.
template <class Op, bool = is_hot<Op>>
struct reply_of {
  using type =
    typename decltype(apply(std::declval<write_context&>(), std::declval<const Op&>()))::value_type;
};
template <class Op>
struct reply_of<Op, true> {
  using type = typename decltype(apply_all(
    std::declval<write_context&>(),
    std::declval<std::span<const Op* const>>()))::value_type::value_type;
};
template <class Op>
using reply_t = typename reply_of<Op>::type;

} // namespace fief::persistence
