#pragma once

#include "game/errc.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fief::fuzz {

/// One answer as it left for the peer.
struct sent_answer {
  std::string head; ///< Status line and headers, with the empty line.
  std::string body;
};

/// The server's edge without sockets, threads or entities: the real connections, gate, endpoints
/// and live sessions of one I/O thread, which moves only when told. Behind it the ports answer at
/// once, with an empty reply of the right type or with a refusal; each message that reaches one is
/// held against CAF's serializer.
///
/// Tokens: `runner` has one role, `boss` all; any other is refused.
class edge {
public:
  /// Made on first use, and kept: inputs come by the million.
  static edge& here();

  edge(const edge&) = delete;
  edge& operator=(const edge&) = delete;

  /// What the ports answer from now on; nothing: replies.
  void refuse_with(std::optional<game::errc> why);

  /// What a connection answers to `stream`, which comes in pieces of at most `piece` bytes and then
  /// ends. Asserts that the connection has ended by then.
  std::vector<sent_answer> serve(std::string_view stream, std::size_t piece);

  /// What a socket of the live API sends, after an `Authorization` header or none.
  struct talk {
    std::vector<std::string> sent;
    bool closed = false; ///< By the server, before all messages were read.
  };
  talk converse(std::string_view authorization, const std::vector<std::string_view>& messages);

  /// Messages that reached a port so far.
  [[nodiscard]] std::uint64_t asked() const;

private:
  edge();
  ~edge();
  struct parts;
  std::unique_ptr<parts> parts_;
};

/// Asserts what holds for every answer: HTTP that a client can parse, JSON where it says so, a
/// refusal with a stable code. Gives the status.
int check_answer(const sent_answer& x);

/// Whether it is one JSON value.
bool is_json(std::string_view text);

/// Whether it could be the code of a refusal: lower case and underscores, short.
bool is_code(std::string_view text);

} // namespace fief::fuzz
