#pragma once

#include "actors/messages/user.hpp"
#include "base/json_writer.hpp"
#include "game/mining.hpp"
#include "net/json_reader.hpp"
#include "net/socket.hpp"

#include "game/tiling.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fief::net {

// The messages of the socket, both ways, as `x-socket` in net/openapi.yaml has them. Fixes are read
// by net/fixes_codec.

struct hello_message {
  std::optional<std::string_view> token;
  game::run_id run; ///< Nil: none.
  caf::optional<game::instant> device_time;
};

struct finish_message {
  game::run_id run;
  std::uint32_t total_seq = 0;
};

struct subscribe_message {
  std::string_view id;
  game::bbox box;
  std::optional<std::uint64_t> since;
};

// Readers of what follows `type`, which has been read. Errors: false, and the reason in `in`.
// Views are valid as long as the document.
bool read_hello(json_object& in, hello_message& out);
bool read_finish(json_object& in, finish_message& out);
bool read_subscribe(json_object& in, subscribe_message& out);
bool read_unsubscribe(json_object& in, std::string_view& id);
bool read_ping(json_object& in, std::int64_t& n);

/// What a refused message is about: its `id`, else its `run`, else its `type`; empty when it has
/// none that could be read. Parses anew, so what was read from `document` before is gone.
std::string ref_of(json_document& document, std::string_view text);

/// One sentence of everything that is wrong.
std::string sentence_of(const problem& x);

/// What an `error` message says.
struct live_error {
  std::string code;
  std::string detail;
  std::string ref;                               ///< Empty: left out.
  const actors::run_finished* missing = nullptr; ///< Adds `ack` and `want`.
};

socket::payload write_error(const live_error& x);
socket::payload write_bye(std::string_view reason);
socket::payload write_pong(std::int64_t n);
/// To a socket that is nobody's.
socket::payload write_welcome(game::instant now);
/// `run` is nil when none was resumed.
socket::payload write_welcome(const actors::session_attached& x, game::run_id run);
socket::payload write_ack(const actors::fixes_stored& x);
socket::payload write_tiles(const actors::tiles_passed& x);
socket::payload write_run(const actors::run_record& x);
socket::payload write_event(const actors::event_record& x, game::instant now);
socket::payload write_mining(const game::account& x, game::instant now,
                             const game::mining_rules& rules);
socket::payload write_notice(const actors::notification& x);

} // namespace fief::net
