#include "bench/load/preparation.hpp"

#include "base/time.hpp"
#include "bench/load/accounts.hpp"
#include "bench/load/event_setup.hpp"
#include "bench/load/messages.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <exception>

namespace fief::load {

namespace {

constexpr std::size_t at_once = 24; // A server hashes a few passwords at a time anyway.
constexpr std::chrono::seconds clock_patience{20};
constexpr std::chrono::milliseconds baseline{1'500}; // Between two readings of the clock.
constexpr std::int64_t finish_least_ms = 240'000;    // Less is no run that takes territory.
constexpr std::int64_t finish_most_ms = 45 * 60'000;

/// Everything that happens before the load, in one io_context.
class stage {
public:
  stage(const target& to, const scenario& plan, const preparation_options& options,
        const std::function<void(const std::string&)>& say)
    : in_(to, plan), options_(options), say_(say) {
    in_.clock = server_clock{options.clock_speed};
  }

  prepared run() {
    asio::co_spawn(in_.io, everything(), [this](std::exception_ptr error) {
      failed_ = error;
      in_.io.stop();
    });
    in_.io.run();
    if (failed_)
      std::rethrow_exception(failed_);
    prepared out;
    out.people = std::move(in_.people);
    out.spare = std::move(spare_);
    out.events = std::move(in_.events);
    out.clock = in_.clock;
    out.finish_at_ms = finish_at_ms_;
    out.seconds = in_.plan.duration_s;
    if (finish_at_ms_) {
      auto left_ms = static_cast<double>(*finish_at_ms_ - in_.clock.now_ms(steady::now()));
      out.seconds = left_ms / 1'000 / in_.clock.speed();
    }
    return out;
  }

private:
  asio::awaitable<void> everything() {
    co_await knock();
    if (!options_.accounts_file.empty())
      in_.people = read_accounts(options_.accounts_file, in_.to);
    auto kept = in_.people.size();
    name_people(in_.people, in_.plan.people(), fresh_names());
    co_await sign_in_first();
    co_await read_clock();
    choose_people();
    say_(std::to_string(in_.people.size()) + " people; " + std::to_string(kept) + " accounts kept, "
         + std::to_string(spare_.size()) + " of them not used");
    if (in_.plan.runners.finish_at_s)
      set_finish();
    co_await sign_in_others();
    co_await set_up_events(in_, options_.boss, finish_at_ms_, say_);
    if (finish_at_ms_)
      set_finish(); // Signing in takes time too.
  }

  /// Nobody runs twice at one time: runs that begin in the past are for those who did not run then.
  void choose_people() {
    auto back_s = std::max(0.0, in_.plan.speed - in_.clock.speed()) * in_.plan.duration_s;
    auto first_ms = in_.clock.now_ms(steady::now()) - static_cast<std::int64_t>(back_s * 1'000);
    std::vector<person> chosen;
    for (auto& each : in_.people) {
      auto is_free = each.ran_until_ms <= first_ms;
      (is_free && chosen.size() < in_.plan.people() ? chosen : spare_).push_back(std::move(each));
    }
    in_.people = std::move(chosen);
    name_people(in_.people, in_.plan.people(), fresh_names());
  }

  asio::awaitable<void> knock() {
    request what{op::operate, "GET", "/readyz", steady::now()};
    auto got = co_await in_.http.ask(std::move(what));
    if (got.status == 0)
      throw cannot_begin{in_.to.url() + " does not answer: " + got.code};
    if (!got.ok())
      throw cannot_begin{in_.to.url() + " is not ready: " + std::to_string(got.status) + " "
                         + got.code};
  }

  asio::awaitable<void> sign_in_one(person& who) {
    std::string why;
    auto done = co_await sign_in(in_, who, why);
    if (!done)
      throw cannot_begin{why};
  }

  asio::awaitable<void> sign_in_first() {
    auto& first = in_.people.front();
    first.access.clear(); // Whether it is still valid is not known before the clock is.
    co_await sign_in_one(first);
  }

  asio::awaitable<void> read_clock() {
    auto& first = in_.people.front();
    auto lasts_ms = first.access_until_ms;
    alarm arrived{in_.io};
    auto readings = 0;
    std::string why;
    live_link::handlers handlers;
    handlers.on_text = [&](std::string_view text) {
      auto x = in_.json.parse(text);
      if (text_of(x, "type") == "welcome") {
        in_.clock.learn(integer_of(x, "server_time", 0), steady::now());
        ++readings;
        arrived.ring();
      }
    };
    handlers.on_end = [&](const std::string& told) {
      why = told;
      arrived.ring();
    };
    live_link link{in_.place_of(first), std::move(handlers)};
    for (int wanted = 1; wanted <= 2; ++wanted) {
      link.send(R"({"type":"hello","token":")" + first.access + R"("})");
      auto until = steady::now() + clock_patience;
      while (readings < wanted && why.empty() && steady::now() < until)
        co_await arrived.until(until);
      if (readings < wanted)
        throw cannot_begin{"the socket does not say welcome: " + (why.empty() ? "silence" : why)};
      arrived.forget();
      if (wanted == 1 && !options_.clock_speed)
        co_await arrived.until(steady::now() + baseline);
    }
    auto now_ms = in_.clock.now_ms(steady::now());
    first.access_until_ms = now_ms + std::min<std::int64_t>(lasts_ms, 86'400'000);
    char speed[32];
    std::snprintf(speed, sizeof speed, "%.4g", in_.clock.speed());
    say_("the server's clock says " + base::to_rfc3339(base::from_ms(now_ms)) + " and runs at "
         + speed + " x");
  }

  void set_finish() {
    auto now_ms = in_.clock.now_ms(steady::now());
    const auto& tz = in_.plan.where.tz;
    finish_at_ms_ = local_instant(tz, now_ms, *in_.plan.runners.finish_at_s);
    if (!finish_at_ms_)
      throw cannot_begin{"the time zone " + tz + " is not known"};
    auto left_ms = *finish_at_ms_ - now_ms;
    if (left_ms >= finish_least_ms && left_ms <= finish_most_ms)
      return;
    throw cannot_begin{
      "everybody is to finish at " + local_time(tz, *finish_at_ms_) + " in " + tz
      + ", and the server's clock says " + local_time(tz, now_ms)
      + " there; it has to be 4 to 45 minutes earlier. Start a server for it:\n  fief serve --dev "
        "--clock-start "
      + base::to_rfc3339(base::from_ms(*finish_at_ms_ - 600'000 - 30'000))};
  }

  asio::awaitable<void> sign_in_others() {
    next_ = 0;
    alarm done{in_.io};
    auto began = steady::now();
    for (std::size_t i = 0; i < at_once; ++i) {
      ++busy_;
      asio::co_spawn(in_.io, sign_in_some(), [this, &done](std::exception_ptr error) {
        if (error && !worker_failed_)
          worker_failed_ = error;
        if (--busy_ == 0)
          done.ring();
      });
    }
    while (busy_ > 0) {
      co_await done.until(steady::now() + std::chrono::seconds{5});
      if (busy_ > 0)
        say_("signed in: " + std::to_string(std::min(next_, in_.people.size())) + " of "
             + std::to_string(in_.people.size()));
    }
    if (worker_failed_)
      std::rethrow_exception(worker_failed_);
    auto took = std::chrono::duration<double>(steady::now() - began).count();
    char text[64];
    std::snprintf(text, sizeof text, "everybody is signed in after %.1f s", took);
    say_(text);
  }

  asio::awaitable<void> sign_in_some() {
    while (next_ < in_.people.size() && !worker_failed_) {
      auto mine = next_++;
      co_await sign_in_one(in_.people[mine]);
    }
  }

  world in_;
  const preparation_options& options_;
  const std::function<void(const std::string&)>& say_;
  std::optional<std::int64_t> finish_at_ms_;
  std::exception_ptr failed_;
  std::exception_ptr worker_failed_;
  std::vector<person> spare_;
  std::size_t next_ = 0;
  std::size_t busy_ = 0;
};

} // namespace

void keep_accounts(const prepared& from, const target& to, const preparation_options& options) {
  auto all = from.people;
  for (auto& each : all)
    each.ran_until_ms = from.clock.now_ms(steady::now());
  all.insert(all.end(), from.spare.begin(), from.spare.end());
  write_accounts(options.accounts_file, to, all);
}

prepared prepare(const target& to, const scenario& plan, const preparation_options& options,
                 const std::function<void(const std::string&)>& say) {
  return stage{to, plan, options, say}.run();
}

} // namespace fief::load
