#include "actors/user.hpp"

#include "actors/address.hpp"
#include "actors/convert.hpp"
#include "base/assert.hpp"

#include <algorithm>

namespace fief::actors {

user_actor::behavior_type user_state::make_behavior(context_ptr ctx, user_loaded loaded) {
  ctx_ = std::move(ctx);
  user_ = std::move(loaded.user);
  account_ = loaded.account;
  for (auto& held : loaded.tickets)
    tickets_.emplace(held.ticket.id, std::move(held));
  if (loaded.recording) {
    recording_.emplace(std::move(*loaded.recording), *ctx_->rules, user_.home_zones);
    recording_->restore(std::move(loaded.chunks));
  }
  self_->set_down_handler([this](const caf::down_msg& x) {
    std::erase_if(sessions_, [&](const auto& s) { return s.gateway.address() == x.source; });
    if (recorder_ && recorder_->gateway.address() == x.source)
      recorder_.reset();
  });
  for (const auto& run : loaded.unfinished)
    load_and_process(run.id);
  for (auto run : loaded.outbox)
    load_and_merge(run);
  return {
    // CAF looks for a message's case from the first on: those that come by the thousand lead.
    [this](const add_fixes& x) { return on_add_fixes(x); },
    [this](const list_active_tickets&) { return on_list_tickets(); },
    [this](const get_profile&) { return on_get_profile(); },
    [this](const rename_user& x) { return on_rename(x); },
    [this](const set_rights& x) { return on_set_rights(x); },
    [this](const set_home_zones& x) { return on_set_home_zones(x); },
    [this](const close_account&) { return on_close_account(); },
    [this](const give_coins& x) { return on_give_coins(x); },
    [this](const host_event& x) { return on_host_event(x); },
    [this](const acquire_ticket& x) { return on_acquire(x); },
    [this](const spend_ticket& x) { return on_spend_ticket(x); },
    [this](const start_run& x) { return on_start_run(x); },
    [this](const get_recording_run&) { return on_get_recording(); },
    [this](const finish_run& x) { return on_finish(x); },
    [this](const review_run& x) { return on_review(x); },
    [this](const import_run& x) { return on_import(x); },
    [this](const attach_run& x) { return on_attach_run(x); },
    [this](const forget_runs& x) { return on_forget_runs(x); },
    [this](const resume_unfinished&) { on_resume(); },
    [this](const attach_session& x) { return on_attach(x); },
    [this](const detach_session& x) { on_detach(x.session); },
    [this](const get_mining&) { return on_get_mining(); },
    [this](const collect_tokens& x) { return on_collect(x); },
    [this](const account_changed& x) { on_account_changed(x.account); },
    [this](const notice_stored& x) { on_notice(x.notice); },
    [this](const ticket_event_changed& x) { on_event_changed(x.event); },
    [this](atom::retire) { on_retire(); },
  };
}

// -- profile --------------------------------------------------------------------------------------

caf::result<profile> user_state::on_get_profile() {
  auto reply = self_->make_response_promise<profile>();
  when_settled([this, reply](const caf::error* why) mutable {
    if (why != nullptr)
      reply.deliver(*why);
    else
      reply.deliver(profile{user_, settled_account()});
  });
  return reply;
}

caf::result<profile> user_state::on_rename(const rename_user& x) {
  auto reply = self_->make_response_promise<profile>();
  update_user change;
  change.user = user_.id;
  change.username = x.username;
  self_->request(ctx_->store, caf::infinite, std::move(change))
    .then(
      [this, reply](const user_record& stored) mutable {
        user_ = stored;
        reply.deliver(profile{user_, settled_account()});
      },
      [reply](const caf::error& why) mutable { reply.deliver(why); });
  return reply;
}

caf::result<user_record> user_state::on_set_rights(const set_rights& x) {
  auto reply = self_->make_response_promise<user_record>();
  update_user change;
  change.user = user_.id;
  change.roles = x.roles;
  change.banned = x.banned;
  change.action = x.action;
  change.now = ctx_->now();
  self_->request(ctx_->store, caf::infinite, std::move(change))
    .then(
      [this, reply](const user_record& stored) mutable {
        user_ = stored;
        if (user_.banned)
          end_sessions("banned");
        reply.deliver(user_);
      },
      [reply](const caf::error& why) mutable { reply.deliver(why); });
  return reply;
}

caf::result<user_record> user_state::on_set_home_zones(const set_home_zones& x) {
  auto reply = self_->make_response_promise<user_record>();
  auto fail = [reply](const caf::error& why) mutable { reply.deliver(why); };
  // Also what was given up before: the answer to that, which tells the map, may have been lost.
  auto give_up = [this, reply, fail, zones = x.zones](const tiles_of_user& claimed) mutable {
    revoke_tiles revoke{user_.id, {}, ctx_->now()};
    for (auto tile : claimed.tiles)
      if (game::inside_any(zones, tile))
        revoke.tiles.push_back(tile);
    if (revoke.tiles.empty()) {
      reply.deliver(user_);
      return;
    }
    self_->request(ctx_->store, caf::infinite, std::move(revoke))
      .then(
        [this, reply](const tiles_changed& changed) mutable {
          refresh_areas(changed.tiles, [this, reply]() mutable { reply.deliver(user_); });
        },
        fail);
  };
  // The zones first: a run saved meanwhile must respect them already.
  self_->request(ctx_->store, caf::infinite, put_home_zones{user_.id, x.zones})
    .then(
      [this, give_up, fail](const user_record& stored) mutable {
        user_ = stored;
        self_->request(ctx_->reader, caf::infinite, list_tiles_of_user{user_.id})
          .then(give_up, fail);
      },
      fail);
  return reply;
}

caf::result<account_closed> user_state::on_close_account() {
  auto reply = self_->make_response_promise<account_closed>();
  closed_ = true;
  self_->request(ctx_->store, caf::infinite, delete_user{user_.id, ctx_->now()})
    .then(
      [this, reply](const tiles_changed& changed) mutable {
        end_sessions("account_closed");
        refresh_areas(changed.tiles, [this, reply]() mutable {
          reply.deliver(account_closed{});
          self_->quit(); // Nothing here is true any more; the next message loads what is left.
        });
      },
      [this, reply](const caf::error& why) mutable {
        closed_ = false;
        reply.deliver(why);
      });
  return reply;
}

caf::result<game::account> user_state::on_give_coins(const give_coins& x) {
  auto reply = self_->make_response_promise<game::account>();
  grant_coins grant{x.grant, user_.id, x.by, x.coins_cents, x.reason, ctx_->now()};
  self_->request(ctx_->store, caf::infinite, std::move(grant))
    .then(
      [this, reply](const game::account& account) mutable {
        on_account_changed(account);
        reply.deliver(account);
      },
      [reply](const caf::error& why) mutable { reply.deliver(why); });
  return reply;
}

void user_state::on_account_changed(const game::account& x) {
  FIEF_ASSERT(x.user == user_.id);
  if (x.version <= account_.version)
    return;
  auto mined_differently = x.mining != account_.mining;
  account_ = x;
  if (mined_differently)
    tell_sessions(mining_changed{0, settled_account()});
}

void user_state::on_notice(const notification& x) {
  tell_sessions(notice_raised{0, x});
}

void user_state::end_sessions(const std::string& reason) {
  tell_sessions(session_ended{0, reason});
}

void user_state::refresh_areas(const std::vector<tile_record>& tiles, std::function<void()> then) {
  std::map<game::area_id, refresh_tiles> by_area;
  for (const auto& row : tiles)
    if (ctx_->rules->tiling.is_tile(
          row.top.tile)) // Stored claims may be damaged: no map has those.
      by_area[ctx_->rules->tiling.area_of(row.top.tile)].tiles.push_back(row);
  if (by_area.empty()) {
    then();
    return;
  }
  find_usernames names;
  for (const auto& row : tiles)
    if (!row.top.user.is_nil())
      names.users.push_back(row.top.user);
  auto send = [this, by_area, then](const usernames_found& found) mutable {
    for (auto& [area, refresh] : by_area) {
      refresh.area = area;
      refresh.owners = found.users;
      refresh.usernames = found.usernames;
      hint(ctx_->directory, key_of(area), refresh);
    }
    then();
  };
  self_->request(ctx_->reader, caf::infinite, std::move(names))
    .then(send, [send](const caf::error&) mutable { send(usernames_found{}); });
}

void user_state::on_retire() {
  auto idle = pending_ == 0 && sessions_.empty() && processing_.empty() && merging_.empty()
              && finishing_.empty() && reviewing_.empty()
              && (!recording_ || recording_->is_quiet());
  if (idle)
    self_->quit();
  else
    self_->send(caf::actor_cast<directory_actor>(ctx_->directory), entity_stays{key_of(user_.id)});
}

// -- sessions -------------------------------------------------------------------------------------

template <class T>
void user_state::tell_sessions(T message) {
  for (const auto& s : sessions_) {
    message.session = s.session;
    caf::anon_send(s.gateway, message);
  }
}

template void user_state::tell_sessions(run_changed);
template void user_state::tell_sessions(event_changed);

caf::result<session_attached> user_state::on_attach(const attach_session& x) {
  if (user_.banned || user_.deleted)
    return caf::make_error(game::errc::user_banned);
  auto known = std::ranges::find(sessions_, x.session) != sessions_.end();
  if (!known && sessions_.size() >= ctx_->rules->sessions_max) {
    ctx_->gauges->sessions.refused += 1;
    return caf::make_error(game::errc::overloaded);
  }
  auto now = ctx_->now();
  if (!x.run.is_nil()) {
    if (!recording_ || recording_->run().id != x.run) {
      auto reply = self_->make_response_promise<session_attached>();
      refuse_other_run(x.run, reply);
      return reply;
    }
    if (x.device_time)
      recording_->observe_clock(*x.device_time, now);
    if (recorder_ && !(*recorder_ == x.session))
      caf::anon_send(recorder_->gateway, session_superseded{recorder_->session, x.run});
    recorder_ = x.session;
  }
  if (!known)
    sessions_.push_back(x.session);
  self_->monitor(x.session.gateway);
  if (recorder_ && *recorder_ == x.session && !recording_->passed().empty())
    caf::anon_send(x.session.gateway, tiles_passed{x.session.session, x.run, recording_->passed()});
  return session_attached{now, user_, on_get_recording()};
}

void user_state::on_detach(const session_ref& session) {
  std::erase(sessions_, session);
  if (recorder_ && *recorder_ == session)
    recorder_.reset();
  auto same_gateway = [&](const session_ref& s) { return s.gateway == session.gateway; };
  if (std::ranges::none_of(sessions_, same_gateway))
    self_->demonitor(session.gateway);
}

// -- mining ---------------------------------------------------------------------------------------

game::account user_state::settled_account() const {
  auto out = account_;
  game::settle(out.mining, ctx_->now(), ctx_->rules->mining);
  return out;
}

void user_state::when_settled(std::function<void(const caf::error*)> then) {
  auto now = ctx_->now();
  if (account_.next_expiry > now) {
    then(nullptr);
    return;
  }
  self_->request(ctx_->store, caf::infinite, settle_mining{user_.id, now})
    .then(
      [this, then](const game::account& account) {
        on_account_changed(account);
        then(nullptr);
      },
      [then](const caf::error& why) { then(&why); });
}

caf::result<mining_view> user_state::on_get_mining() {
  auto reply = self_->make_response_promise<mining_view>();
  when_settled([this, reply](const caf::error* why) mutable {
    if (why != nullptr)
      reply.deliver(*why);
    else
      reply.deliver(mining_view{settled_account(), ctx_->now()});
  });
  return reply;
}

caf::result<tokens_claimed> user_state::on_collect(const collect_tokens& asked) {
  auto now = ctx_->now();
  auto reply = self_->make_response_promise<tokens_claimed>();
  self_->request(ctx_->store, caf::infinite, claim_tokens{user_.id, asked.claim, now})
    .then(
      [this, reply](const tokens_claimed& x) mutable {
        on_account_changed(x.account);
        reply.deliver(x);
      },
      [this, reply, now](const caf::error& why) mutable {
        if (errc_of(why) != game::errc::claim_too_soon) {
          reply.deliver(why);
          return;
        }
        auto wait = game::claimable_at(account_.mining, ctx_->rules->mining) - now;
        reply.deliver(
          caf::make_error(game::errc::claim_too_soon, std::max<std::int64_t>(wait.count(), 1)));
      });
  return reply;
}

user_actor::behavior_type user(user_actor::stateful_pointer<user_state> self, context_ptr ctx,
                               user_loaded loaded) {
  return self->state.make_behavior(std::move(ctx), std::move(loaded));
}

} // namespace fief::actors
