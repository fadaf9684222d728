#pragma once

#include "actors/convert.hpp"
#include "actors/interfaces.hpp"
#include "base/queue_gauge.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <functional>
#include <memory>

namespace fief::actors {

struct worker_config {
  std::size_t queue_max = 32; ///< Jobs that wait or are being done; one more is `overloaded`.
  std::shared_ptr<base::queue_gauge> gauge = std::make_shared<base::queue_gauge>();
};

template <class Job, class Done>
using worker_actor = caf::typed_actor<typename caf::replies_to<Job>::template with<Done>>;

/// State of an actor that has long jobs done one after another by a thread of its own, so that they
/// hold up nobody who serves everybody.
template <class Job, class Done>
class worker_state {
public:
  using handle = worker_actor<Job, Done>;
  /// A pure function, called on the worker's thread.
  using work = std::function<Done(const Job&)>;

  static inline const char* name = "worker";
  explicit worker_state(typename handle::pointer self) : self_(self) {}

  typename handle::behavior_type make_behavior(worker_config config, work does) {
    config_ = std::move(config);
    thread_ = self_->template spawn<caf::detached + caf::linked>(
      [](typename handle::pointer, work job) -> typename handle::behavior_type {
        return {[job = std::move(job)](const Job& x) { return job(x); }};
      },
      std::move(does));
    return {[this](Job& x) { return on_job(x); }};
  }

private:
  caf::result<Done> on_job(Job& x) {
    if (config_.gauge->waiting >= config_.queue_max) {
      config_.gauge->refused += 1;
      return caf::make_error(game::errc::overloaded);
    }
    config_.gauge->waiting += 1;
    auto reply = self_->template make_response_promise<Done>();
    self_->request(thread_, caf::infinite, std::move(x))
      .then(
        [this, reply](Done& done) mutable {
          config_.gauge->waiting -= 1;
          reply.deliver(std::move(done));
        },
        [this, reply](caf::error& why) mutable {
          config_.gauge->waiting -= 1;
          reply.deliver(std::move(why));
        });
    return reply;
  }

  typename handle::pointer self_;
  worker_config config_;
  handle thread_;
};

/// Spawn entry: `sys.spawn(actors::worker<decode_file, file_decoded>, config, decode)`. Ends on
/// exit messages, and with an error if a job throws.
template <class Job, class Done>
typename worker_actor<Job, Done>::behavior_type
worker(typename worker_actor<Job, Done>::template stateful_pointer<worker_state<Job, Done>> self,
       worker_config config, typename worker_state<Job, Done>::work does) {
  return self->state.make_behavior(std::move(config), std::move(does));
}

} // namespace fief::actors
