#pragma once

#include "tests/sim/city.hpp"

namespace fief::test {

/// Every acknowledgement that anybody got. Each is held against the tables when it arrives, so that
/// an early one is seen even if its commit follows, and once more at the end.
class promises {
public:
  explicit promises(city& of) : w_(of) {}

  void bought(const actors::ticket_bought& x);
  void started(const actors::run_started& x);
  /// `recorded` is what the phone has, every fix up to `ack` durable.
  void stored(game::user_id user, const actors::fixes_stored& x,
              const std::vector<game::fix>& recorded);
  void finished(game::user_id user, const actors::run_finished& x);
  void claimed(const actors::collect_tokens& asked, const actors::tokens_claimed& x);
  void granted(const actors::give_coins& x);
  void hosted(const actors::event_record& x);
  void called_off(game::event_id event);
  void reviewed(game::run_id run, bool accepted);
  void closed(game::user_id user);

  void check_again() const;
  [[nodiscard]] std::size_t count() const { return all_.size(); }
  [[nodiscard]] bool is_closed(game::user_id user) const {
    return w_.db->users.at(user).user.deleted;
  }

  /// Whether somebody was told that he has this ticket.
  [[nodiscard]] bool knows(game::ticket_id ticket) const { return tickets_.contains(ticket); }

private:
  void keep(std::function<void()> holds);
  /// What was acknowledged is in the log of actions, once.
  void expect_logged(actors::action_kind kind, const base::uuid& target) const;
  void expect_booked(const std::string& cause, game::user_id user, game::currency in,
                     std::int64_t amount) const;

  city& w_;
  std::vector<std::function<void()>> all_;
  std::set<game::ticket_id> tickets_;
  std::map<game::user_id, std::map<base::uuid, std::int64_t>> claims_; // micro-tokens told
};

} // namespace fief::test
