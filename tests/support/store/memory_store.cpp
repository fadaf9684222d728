#include "tests/support/store/memory_store.hpp"

#include "tests/support/store/memory_commands.hpp"
#include "tests/support/store/memory_queries.hpp"

#include <caf/all.hpp>

namespace fief::test {

using namespace actors;

namespace {

template <class Command>
using reply_of =
  typename decltype(apply(std::declval<memory_change&>(), std::declval<Command>()))::value_type;

game::outcome<due_found> answer(const memory_database& db, const find_due& x,
                                const game::mining_rules& rules) {
  return query(db, x, rules);
}

template <class Query>
auto answer(const memory_database& db, const Query& x, const game::mining_rules&) {
  return query(db, x);
}

template <class Query>
using answer_of =
  typename decltype(answer(std::declval<const memory_database&>(), std::declval<Query>(),
                           std::declval<const game::mining_rules&>()))::value_type;

/// Answers its one `tick` after `delay`.
caf::behavior alarm(caf::event_based_actor* self, caf::timespan delay) {
  return {[=](atom::tick) {
    auto promise = self->make_response_promise();
    self->delayed_send(self, delay, atom::flush_v);
    self->become([=](atom::flush) mutable {
      promise.deliver(atom::tick_v);
      self->quit();
    });
    return promise;
  }};
}

template <class Reply>
void deliver(caf::typed_response_promise<Reply>& promise, game::outcome<Reply>& outcome) {
  if (outcome)
    promise.deliver(std::move(*outcome));
  else
    promise.deliver(caf::make_error(outcome.error()));
}

/// Does `work` unless a fault comes in between, and answers. A delayed one comes here again.
template <class Reply, class Self, class Work>
void attend(Self* self, const memory_store_config& config, const char* operation, Work work,
            caf::typed_response_promise<Reply> promise) {
  auto fault = config.fault ? config.fault(operation) : store_fault::none;
  if (fault == store_fault::delay) {
    self->request(self->spawn(alarm, config.delay), caf::infinite, atom::tick_v)
      .then([self, &config, operation, work, promise](atom::tick) {
        attend<Reply>(self, config, operation, work, promise);
      });
    return;
  }
  auto outcome = game::outcome<Reply>{game::errc::unavailable};
  if (fault == store_fault::repeat)
    work(true);
  if (fault == store_fault::none || fault == store_fault::repeat
      || fault == store_fault::late_answer)
    outcome = work(true);
  else if (fault == store_fault::lose_answer)
    work(false);
  if (fault == store_fault::late_answer)
    self->request(self->spawn(alarm, config.delay), caf::infinite, atom::tick_v)
      .then([outcome, promise](atom::tick) mutable { deliver(promise, outcome); });
  else
    deliver(promise, outcome);
}

template <class Reply, class Self, class Work>
caf::typed_response_promise<Reply> with_faults(Self* self, const memory_store_config& config,
                                               const char* operation, Work work) {
  auto promise = self->template make_response_promise<Reply>();
  attend<Reply>(self, config, operation, work, promise);
  return promise;
}

} // namespace

template <class Command>
auto memory_store_state::handler() {
  using reply = reply_of<Command>;
  return [this](const Command& x) -> caf::result<reply> {
    return with_faults<reply>(
      self_, config_, caf::type_name<Command>::value, [this, x](bool tell_feed) {
        memory_change change{*database_, config_.mining};
        auto outcome = apply(change, x);
        auto feed = change.finish();
        ++health_.operations;
        ++health_.commits;
        if (config_.committed)
          config_.committed(caf::type_name<Command>::value);
        bool is_news = !feed.accounts.empty() || !feed.notices.empty() || !feed.events.empty();
        if (tell_feed && observer_ && is_news)
          caf::send_as(caf::actor_cast<caf::actor>(self_), observer_, std::move(feed));
        return outcome;
      });
  };
}

store_actor::behavior_type
memory_store_state::make_behavior(std::shared_ptr<memory_database> database,
                                  memory_store_config config) {
  database_ = std::move(database);
  config_ = std::move(config);
  health_.connected = true;
  health_.queued_max = 1;
  return {
    handler<create_user>(),
    handler<update_user>(),
    handler<put_home_zones>(),
    handler<start_session>(),
    handler<rotate_session>(),
    handler<end_session>(),
    handler<delete_user>(),
    handler<grant_coins>(), //
    handler<create_event>(),
    handler<update_event>(),
    handler<cancel_event>(),
    handler<buy_ticket>(),
    handler<consume_ticket>(),
    handler<settle_event>(), //
    handler<create_run>(),
    handler<append_fixes>(),
    handler<finish_recording>(),
    handler<save_run>(),
    handler<revoke_run>(), //
    handler<merge_claim>(),
    handler<close_outbox>(),
    handler<create_imported_run>(),
    handler<attach_ticket>(),
    handler<forget_runs>(),
    handler<expire_fixes>(),
    handler<revoke_tiles>(), //
    handler<settle_mining>(),
    handler<claim_tokens>(),
    handler<put_notification>(),
    handler<reserve_key>(),
    handler<complete_key>(), //
    handler<connect_strava>(),
    handler<rotate_strava_tokens>(),
    handler<mark_strava>(),
    handler<disconnect_strava>(),
    handler<note_strava_event>(),
    handler<enqueue_strava_imports>(),
    handler<plan_strava_import>(),
    handler<finish_strava_import>(),
    handler<note_strava_contact>(),
    handler<put_wallet_challenge>(),
    handler<link_wallet>(),
    handler<unlink_wallet>(),
    handler<open_chain>(),
    handler<advance_chain>(),
    handler<halt_chain>(),
    handler<restart_chain>(),
    [this](const observe_commits& x) { observer_ = x.observer; },
    [this](const get_store_health&) { return health_; },
  };
}

store_actor::behavior_type memory_store(store_actor::stateful_pointer<memory_store_state> self,
                                        std::shared_ptr<memory_database> database,
                                        memory_store_config config) {
  return self->state.make_behavior(std::move(database), std::move(config));
}

template <class Query>
auto memory_reader_state::handler() {
  using reply = answer_of<Query>;
  return [this](const Query& x) -> caf::result<reply> {
    return with_faults<reply>(self_, config_, caf::type_name<Query>::value,
                              [this, x](bool) { return answer(*database_, x, config_.mining); });
  };
}

reader_actor::behavior_type
memory_reader_state::make_behavior(std::shared_ptr<const memory_database> database,
                                   memory_store_config config) {
  database_ = std::move(database);
  config_ = std::move(config);
  return {
    handler<load_user>(),          handler<load_event>(),        handler<load_area>(),
    handler<load_run>(),           handler<find_similar_runs>(), handler<find_due>(),
    handler<list_tiles_of_user>(), handler<list_runs>(),         handler<list_ledger>(),
    handler<list_notifications>(), handler<list_all_tickets>(),  handler<list_events>(),
    handler<list_tile_history>(),  handler<rank_territory>(),    handler<search_users>(),
    handler<find_login>(),         handler<find_usernames>(),    handler<export_user>(),
    handler<load_strava>(),        handler<find_strava_due>(),   handler<list_strava_imports>(),
    handler<list_wallets>(),       handler<list_deposits>(),     handler<load_chain>(),
    handler<list_flagged>(),       handler<list_actions>(),      handler<find_regions>(),
  };
}

reader_actor::behavior_type memory_reader(reader_actor::stateful_pointer<memory_reader_state> self,
                                          std::shared_ptr<const memory_database> database,
                                          memory_store_config config) {
  return self->state.make_behavior(std::move(database), std::move(config));
}

} // namespace fief::test
