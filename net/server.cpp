#include "net/server.hpp"

#include "base/assert.hpp"
#include "base/json_writer.hpp"
#include "net/server_shared.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/system/system_error.hpp>

#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

namespace fief::net {

namespace {

/// SO_REUSEPORT would let a second server of the same user share a taken port in silence.
void refuse_taken_port(const server_config& config) {
  if (config.port == 0)
    return;
  asio::io_context io{1};
  const asio::ip::tcp::endpoint where{asio::ip::make_address(config.host), config.port};
  asio::ip::tcp::acceptor probe{io, where.protocol()};
  probe.set_option(asio::socket_base::reuse_address{true});
  probe.bind(where);
}

std::shared_ptr<const std::string> make_bye(const std::string& reason, milliseconds retry_after) {
  auto text = std::make_shared<std::string>();
  base::json_writer out{*text};
  out.begin_object().member("type", "bye").member("reason", reason);
  out.member("retry_after_ms", retry_after.count()).end_object();
  return text;
}

} // namespace

struct server::impl {
  impl(server_config config, server_parts parts) : shared(std::move(config), std::move(parts)) {}

  /// Runs `f(io)` on every I/O thread and waits for all.
  template <class F>
  void on_each(F f) {
    std::latch done{static_cast<std::ptrdiff_t>(threads.size())};
    for (auto& io : ios)
      io->post([&f, &done, x = io.get()] {
        f(*x);
        done.count_down();
      });
    done.wait();
  }

  void stop() {
    for (auto& io : ios)
      io->stop();
    for (auto& thread : threads)
      thread.join();
    threads.clear();
  }

  server_shared shared;
  std::vector<std::unique_ptr<io_thread>> ios;
  std::vector<std::thread> threads;
  std::uint16_t port = 0;
};

server::server(server_config config, server_parts parts)
  : impl_(std::make_unique<impl>(std::move(config), std::move(parts))) {
  FIEF_ASSERT(impl_->shared.config.threads > 0);
}

server::~server() {
  impl_->stop();
}

void server::start() {
  FIEF_ASSERT(impl_->ios.empty());
  const auto& config = impl_->shared.config;
  if (!config.tls_certificate.empty() || !config.tls_key.empty())
    impl_->shared.tls = make_tls_context(config);
  impl_->port = config.port;
  try {
    refuse_taken_port(config);
    for (unsigned i = 0; i < config.threads; ++i) {
      impl_->ios.push_back(std::make_unique<io_thread>(impl_->shared, i));
      impl_->port = impl_->ios.back()->listen(config.host, impl_->port);
    }
  } catch (const boost::system::system_error& e) {
    impl_->ios.clear();
    throw std::runtime_error{"cannot listen on " + config.host + " port "
                             + std::to_string(impl_->port) + ": " + e.code().message()};
  }
  for (auto& io : impl_->ios)
    impl_->threads.emplace_back([x = io.get()] { x->run(); });
}

std::uint16_t server::port() const {
  return impl_->port;
}

bool server::tls() const {
  return impl_->shared.tls != nullptr;
}

std::size_t server::drain(milliseconds deadline, const std::string& reason,
                          milliseconds retry_after) {
  if (impl_->threads.empty())
    return 0;
  impl_->shared.draining = true;
  const drain_notice notice{make_bye(reason, retry_after)};
  impl_->on_each([&](io_thread& io) { io.drain_all(notice); });
  std::size_t cut = 0;
  if (!impl_->shared.limiter.wait_for_none(deadline)) {
    cut = impl_->shared.limiter.count();
    impl_->on_each([](io_thread& io) { io.abort_all(); });
  }
  impl_->stop();
  return cut;
}

std::size_t server::connections() const {
  return impl_->shared.limiter.count();
}

} // namespace fief::net
