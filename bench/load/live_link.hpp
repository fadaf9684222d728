#pragma once

#include "bench/load/stream.hpp"
#include "bench/load/tally.hpp"

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace fief::load {

/// A socket at `/v1/live`. Texts may be sent at once: they wait until it is open.
/// Callbacks come from the io_context, never from within a call; none comes after `cut`.
class live_link {
public:
  struct handlers {
    std::function<void(std::string_view)> on_text;
    /// It is over, also when it never opened; the server's close reason or the error. Last call.
    std::function<void(const std::string&)> on_end;
  };
  struct place {
    asio::io_context& io;
    const target& to;
    tally& counts;
    std::uint64_t& open_count;
    std::uint32_t source = 0;
  };

  live_link(const place& where, handlers to);
  ~live_link();
  live_link(const live_link&) = delete;
  live_link& operator=(const live_link&) = delete;

  void send(std::string text);
  /// As a tunnel does: without a word.
  void cut();
  /// After what waits is sent, politely.
  void close();

private:
  class session;
  std::shared_ptr<session> session_;
};

} // namespace fief::load
