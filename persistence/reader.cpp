#include "persistence/reader.hpp"

#include "base/assert.hpp"
#include "persistence/connection_options.hpp"
#include "persistence/errc.hpp"
#include "persistence/logger.hpp"
#include "persistence/reads/reads.hpp"

#include <algorithm>

namespace fief::persistence {

namespace {

constexpr int connect_timeout_s = 2;
constexpr int attempts_max = 2;

using read_work = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;

template <class Query>
using answer_t = typename decltype(answer(std::declval<read_context&>(),
                                          std::declval<const Query&>()))::value_type;

caf::behavior read_worker(caf::stateful_actor<read_worker_state>* self, reader_config config,
                          std::shared_ptr<std::atomic<std::uint64_t>> queued) {
  return self->state.make_behavior(std::move(config), std::move(queued));
}

} // namespace

template <class Query>
auto read_worker_state::ask_postgres(const Query& x) {
  for (auto attempt = 1;; ++attempt) {
    try {
      if (!connection_)
        connection_.emplace(with_connect_timeout(config_.options, connect_timeout_s),
                            config_.statement_timeout_ms);
      read_work work{connection_->raw()};
      transaction tx{*connection_, work};
      read_context context{tx, config_.store_max};
      auto result = answer(context, x);
      work.commit();
      return result;
    } catch (const std::exception& e) {
      auto why = fault_of(e);
      if (why.kind != errc::statement_refused && why.kind != errc::contention)
        connection_.reset();
      if (connection_ || attempt == attempts_max) {
        logger()->warn("READER has no answer: {}", why.text);
        return outcome<answer_t<Query>>{connection_ ? answer_of(why) : game::errc::unavailable};
      }
    }
  }
}

template <class Query>
caf::response_promise read_worker_state::on_query(const Query& x) {
  auto asker = self_->make_response_promise();
  auto result = ask_postgres(x);
  *queued_ -= 1;
  if (result)
    asker.deliver(std::move(*result));
  else
    asker.deliver(caf::make_error(result.error()));
  return asker;
}

template <class... Queries>
caf::behavior read_worker_state::handlers(std::variant<Queries...>*) {
  return {[this](const Queries& x) { return on_query(x); }...};
}

caf::behavior read_worker_state::make_behavior(reader_config config,
                                               std::shared_ptr<std::atomic<std::uint64_t>> queued) {
  config_ = std::move(config);
  queued_ = std::move(queued);
  return handlers(static_cast<read_query*>(nullptr));
}

template <class Query>
auto reader_state::on_query(const Query& x) {
  auto asker = self_->make_response_promise<answer_t<Query>>();
  std::uint64_t all = 0;
  for (const auto& each : workers_)
    all += *each.queued;
  if (all >= config_.queue_max)
    return asker.deliver(caf::make_error(game::errc::overloaded));
  auto to = std::min_element(workers_.begin(), workers_.end(), [](const auto& a, const auto& b) {
    return a.queued->load() < b.queued->load();
  });
  *to->queued += 1;
  asker.delegate(to->actor, x);
  return asker;
}

template <class... Queries>
actors::reader_actor::behavior_type reader_state::handlers(std::variant<Queries...>*) {
  return {[this](const Queries& x) { return on_query(x); }...};
}

actors::reader_actor::behavior_type reader_state::make_behavior(const reader_config& config) {
  FIEF_ASSERT(config.pool_size > 0);
  config_ = config;
  for (std::uint32_t i = 0; i < config.pool_size; ++i) {
    auto queued = std::make_shared<std::atomic<std::uint64_t>>(0);
    workers_.push_back(
      {self_->spawn<caf::detached + caf::linked>(read_worker, config, queued), queued});
  }
  return handlers(static_cast<read_query*>(nullptr));
}

actors::reader_actor::behavior_type
reader(actors::reader_actor::stateful_pointer<reader_state> self, reader_config config) {
  return self->state.make_behavior(config);
}

} // namespace fief::persistence
