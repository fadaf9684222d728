#pragma once

// How the steps of STRAVA's jobs ask its ports. For `actors/strava_*.cpp` alone.

#include "actors/convert.hpp"
#include "actors/strava.hpp"

#include <caf/all.hpp>
#include <chrono>
#include <utility>

namespace fief::actors {

/// STRAVA_API has a deadline of its own, which is shorter.
inline constexpr std::chrono::seconds strava_api_deadline{60};

template <class Port, class Message, class Then>
void strava_duty::ask_rows(const job_ptr& j, const Port& port, Message x, Then then) {
  self_->request(port, caf::infinite, std::move(x))
    .then(std::move(then), [this, j](const caf::error& why) {
      // `stale` and `not_found`: it changed under us, and whatever is due now will be found.
      const auto code = errc_of(why);
      end(j, code != game::errc::stale && code != game::errc::not_found);
    });
}

template <class Reply, class Message, class Then>
void strava_duty::ask_strava(const job_ptr& j, Message x, Then then) {
  if (auto until = budget_.wait(now(), j->lane)) {
    end(j);
    look_again_at(*until);
    return;
  }
  const auto began = budget_.begin(now());
  auto heard = [this, began, then](const Reply& reply) {
    budget_.end(began, now(), reply.rates, reply.outcome == strava_outcome::rate_limited);
    then(reply);
  };
  self_->request(ports_.api, strava_api_deadline, std::move(x))
    .then(heard, [heard](const caf::error&) { heard(Reply{}); });
}

} // namespace fief::actors
