#include "net/api/live_sockets.hpp"

#include "net/api/live_session.hpp"
#include "net/io_thread.hpp"

#include <map>
#include <mutex>

namespace fief::net {

namespace {

/// A hub for each I/O thread, made when its first socket comes. The server's parts hold it, so the
/// hubs outlive the threads.
class live_hubs {
public:
  live_hubs(const api_context& api, metrics_registry& metrics) : api_(api), metrics_(metrics) {}

  live_hub& of(io_thread& thread) {
    std::lock_guard lock{mutex_};
    auto& hub = hubs_[thread.index()];
    if (!hub)
      hub = std::make_unique<live_hub>(thread, api_, metrics_);
    return *hub;
  }

private:
  const api_context& api_;
  live_metrics metrics_;
  std::mutex mutex_;
  std::map<unsigned, std::unique_ptr<live_hub>> hubs_;
};

} // namespace

socket_factory make_live_sockets(const api_context& context, metrics_registry& metrics) {
  auto hubs = std::make_shared<live_hubs>(context, metrics);
  return [hubs](io_thread& thread, const http_request&) -> std::unique_ptr<socket_handler> {
    return std::make_unique<live_session>(hubs->of(thread));
  };
}

} // namespace fief::net
