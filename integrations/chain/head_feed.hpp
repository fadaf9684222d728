#pragma once

#include <functional>
#include <memory>
#include <string>

namespace fief::integrations {

/// Hears of new blocks over WebSocket (`eth_subscribe`), on a thread of its own. A prompt and
/// nothing more: what it says is not looked at, and without it polling finds the same.
class head_feed {
public:
  /// Connects to a `ws://` or `wss://` URL, and again whenever the connection ends. Calls `prompt`
  /// on its own thread after each message. Errors: `std::runtime_error` for another URL.
  head_feed(const std::string& url, std::function<void()> prompt);
  head_feed(head_feed&&) noexcept;
  ~head_feed();

private:
  class worker;
  std::unique_ptr<worker> worker_;
};

} // namespace fief::integrations
