#include "persistence/reader.hpp"

#include "base/assert.hpp"
#include "persistence/connection_options.hpp"
#include "persistence/errc.hpp"
#include "persistence/logger.hpp"
#include "persistence/reads/reads.hpp"

#include <algorithm>

namespace fief::persistence {

namespace {

constexpr int connect_timeout_s = 5;
constexpr base::milliseconds answer_slack{10'000}; // Beyond Postgres's own limit for a statement.
constexpr int attempts_max = 2;

using read_work = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;

template <class Query>
using answer_t = typename decltype(answer(std::declval<read_context&>(),
                                          std::declval<const Query&>()))::value_type;

caf::behavior read_worker(caf::stateful_actor<read_worker_state>* self, reader_config config,
                          std::shared_ptr<read_queue> queue,
                          std::shared_ptr<base::log_limiter> lines) {
  return self->state.make_behavior(std::move(config), std::move(queue), std::move(lines));
}

} // namespace

void read_queue::push(clock::time_point at) {
  std::lock_guard hold{mutex_};
  came_.push_back(at);
  size_ += 1;
}

read_queue::clock::time_point read_queue::pop() {
  std::lock_guard hold{mutex_};
  FIEF_ASSERT(!came_.empty());
  const auto first = came_.front();
  came_.pop_front();
  return first;
}

void read_worker_state::complain(const std::string& why) {
  if (const auto left_out = lines_->admit(read_queue::clock::now()))
    logger()->warn("READER has no answer: {} ({} such lines left out)", one_line(why), *left_out);
}

template <class Query>
auto read_worker_state::ask_postgres(const Query& x) {
  for (auto attempt = 1;; ++attempt) {
    try {
      if (!connection_) {
        pulse::wait open{line_.get()};
        connection_.emplace(with_connect_timeout(config_.options, connect_timeout_s),
                            config_.statement_timeout_ms, line_);
        connection_->keep_to_indexes();
      }
      std::optional<read_work> work;
      begin(*connection_, work);
      transaction tx{*connection_, *work};
      read_context context{tx, config_.store_max, damage_, config_.tiling};
      auto result = answer(context, x);
      pulse::wait open{line_.get()};
      work->commit();
      return result;
    } catch (const damaged_row& e) {
      damage_.report(e.what());
      return outcome<answer_t<Query>>{game::errc::unavailable};
    } catch (const std::exception& e) {
      auto why = fault_of(e);
      if (why.kind != errc::statement_refused && why.kind != errc::contention)
        connection_.reset();
      if (connection_ || attempt == attempts_max) {
        complain(why.text);
        return outcome<answer_t<Query>>{connection_ ? answer_of(why) : game::errc::unavailable};
      }
    }
  }
}

template <class Query>
caf::response_promise read_worker_state::on_query(const Query& x) {
  auto asker = self_->make_response_promise();
  if (read_queue::clock::now() - queue_->pop() > config_.patience) {
    queue_->done();
    config_.gauge->waiting -= 1;
    config_.gauge->expired += 1;
    asker.deliver(caf::make_error(game::errc::unavailable)); // Nobody waits for it any more.
    return asker;
  }
  auto result = ask_postgres(x);
  queue_->done();
  config_.gauge->waiting -= 1;
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
                                               std::shared_ptr<read_queue> queue,
                                               std::shared_ptr<base::log_limiter> lines) {
  config_ = std::move(config);
  queue_ = std::move(queue);
  lines_ = std::move(lines);
  line_ = config_.pulse->add_line(base::milliseconds{config_.statement_timeout_ms} + answer_slack);
  return handlers(static_cast<read_query*>(nullptr));
}

template <class Query>
auto reader_state::on_query(const Query& x) {
  auto asker = self_->make_response_promise<answer_t<Query>>();
  if (is_full()) {
    config_.gauge->refused += 1;
    return asker.deliver(caf::make_error(game::errc::overloaded));
  }
  auto to = std::min_element(workers_.begin(), workers_.end(), [](const auto& a, const auto& b) {
    return a.queue->size() < b.queue->size();
  });
  to->queue->push(read_queue::clock::now());
  config_.gauge->waiting += 1;
  asker.delegate(to->actor, x);
  return asker;
}

bool reader_state::is_full() const {
  return config_.gauge->waiting >= config_.queue_max
         || config_.pulse->silent_for(pulse::clock::now()) > config_.silence_max;
}

template <class... Queries>
actors::reader_actor::behavior_type reader_state::handlers(std::variant<Queries...>*) {
  return {[this](const Queries& x) { return on_query(x); }...};
}

actors::reader_actor::behavior_type reader_state::make_behavior(const reader_config& config) {
  FIEF_ASSERT(config.pool_size > 0);
  config_ = config;
  if (!config_.gauge)
    config_.gauge = std::make_shared<base::queue_gauge>();
  if (!config_.pulse)
    config_.pulse = std::make_shared<pulse>();
  auto lines = std::make_shared<base::log_limiter>();
  for (std::uint32_t i = 0; i < config.pool_size; ++i) {
    auto queue = std::make_shared<read_queue>();
    workers_.push_back(
      {self_->spawn<caf::detached + caf::linked>(read_worker, config_, queue, lines), queue});
  }
  return handlers(static_cast<read_query*>(nullptr));
}

actors::reader_actor::behavior_type
reader(actors::reader_actor::stateful_pointer<reader_state> self, reader_config config) {
  return self->state.make_behavior(config);
}

} // namespace fief::persistence
