#include "net/io_thread.hpp"

#include "base/assert.hpp"
#include "net/entity_routes.hpp"
#include "net/gateway.hpp"
#include "net/server_shared.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/socket.h>

#include <ctime>
#include <random>

namespace fief::net {

namespace {

using boost::system::error_code;
using tcp = asio::ip::tcp;
using io_executor = asio::io_context::executor_type;

std::uint64_t seed_from_system() {
  std::random_device source;
  return (static_cast<std::uint64_t>(source()) << 32) ^ source();
}

/// What a client over the limit gets, when the socket takes it at once.
constexpr std::string_view full_answer =
  "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 5\r\n"
  "Connection: close\r\n\r\n";

} // namespace

connection::connection(io_thread& thread) : enlisted_at_(thread) {
  place_ = thread.connections_.insert(thread.connections_.end(), this);
}

connection::~connection() {
  enlisted_at_.connections_.erase(place_);
}

// The order is that of destruction: first the gateway, whose handlers may own responders, then the
// loop with everything that waits in it, last the wheel that connections disarm.
struct io_thread::impl {
  impl(io_thread& owner, milliseconds tick_period)
    : wheel(timer_wheel::clock::now(), tick_period), retry([&owner] { owner.accept(); }) {}

  timer_wheel wheel;
  timer_wheel::timer retry; // accepting again after the descriptors ran out
  asio::io_context io{1};
  asio::executor_work_guard<io_executor> work{io.get_executor()};
  asio::basic_waitable_timer<timer_wheel::clock, asio::wait_traits<timer_wheel::clock>, io_executor>
    tick{io.get_executor()};
  asio::basic_socket_acceptor<tcp, io_executor> acceptor{io.get_executor()};
  plain_stream accepted{io.get_executor()};
  std::unique_ptr<gateway> actors;
  std::unique_ptr<entity_routes> entities;
};

io_thread::io_thread(server_shared& shared, unsigned index)
  : shared_(shared), index_(index), random_(seed_from_system()),
    impl_(std::make_unique<impl>(*this, shared.config.limits.wheel_tick)) {
  if (shared.parts.actors != nullptr)
    impl_->actors = std::make_unique<gateway>(
      *shared.parts.actors, impl_->wheel, [this](std::function<void()> f) { post(std::move(f)); },
      gateway_limits{.inbox = &shared.metrics.inbox,
                     .questions = &shared.metrics.questions,
                     .dropped = [&shared] { shared.refusals.note(refusal::inbox_full, {}); }});
  if (impl_->actors)
    impl_->entities = std::make_unique<entity_routes>(
      *impl_->actors, entity_routes_limits{.entries_max = shared.config.limits.entity_routes_max});
  renew_date();
}

io_thread::~io_thread() {
  abort_all(); // The loop has stopped; this frees what owns itself.
  impl_->actors.reset();
  impl_.reset();
  FIEF_ASSERT(connections_.empty());
}

timer_wheel& io_thread::wheel() {
  return impl_->wheel;
}

gateway& io_thread::actors() {
  FIEF_ASSERT(impl_->actors != nullptr);
  return *impl_->actors;
}

void io_thread::post(std::function<void()> f) {
  asio::post(impl_->io, std::move(f));
}

entity_routes& io_thread::entities() {
  FIEF_ASSERT(impl_->entities != nullptr);
  return *impl_->entities;
}

void io_thread::post_after(std::chrono::milliseconds delay, std::function<void()> f) {
  using timer = asio::basic_waitable_timer<timer_wheel::clock,
                                           asio::wait_traits<timer_wheel::clock>, io_executor>;
  auto after = std::make_shared<timer>(impl_->io.get_executor(), delay);
  after->async_wait([after, f = std::move(f)](error_code ec) {
    if (!ec)
      f();
  });
}

asio::io_context& io_thread::context() {
  return impl_->io;
}

std::uint16_t io_thread::listen(const std::string& host, std::uint16_t port) {
  auto& acceptor = impl_->acceptor;
  const tcp::endpoint where{asio::ip::make_address(host), port};
  acceptor.open(where.protocol());
  acceptor.set_option(asio::socket_base::reuse_address{true});
  const int on = 1;
  if (setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) != 0)
    throw boost::system::system_error{errno, boost::system::system_category()};
  acceptor.set_option( // Accepted sockets inherit it.
    asio::socket_base::receive_buffer_size{shared_.config.limits.receive_buffer_bytes});
  acceptor.bind(where);
  acceptor.listen();
  return acceptor.local_endpoint().port();
}

void io_thread::run() {
  schedule_tick();
  accept();
  impl_->io.run();
}

void io_thread::accept() {
  if (!impl_->acceptor.is_open())
    return;
  impl_->acceptor.async_accept(impl_->accepted, [this](error_code ec) {
    if (ec == asio::error::operation_aborted)
      return;
    if (ec) { // Out of descriptors, mostly: not again before some may have been closed.
      shared_.refusals.note(refusal::descriptors_out, {}, [&] { return ec.message(); });
      impl_->wheel.arm(impl_->retry, milliseconds{0});
      return;
    }
    on_accepted();
    accept();
  });
}

void io_thread::on_accepted() {
  plain_stream stream = std::exchange(impl_->accepted, plain_stream{impl_->io.get_executor()});
  error_code ec;
  const auto peer = stream.remote_endpoint(ec);
  if (ec)
    return; // It has gone already.
  auto address = peer.address().to_string();
  shared_.metrics.accepted.add();
  connection_permit permit;
  const auto verdict = shared_.limiter.admit(address, permit);
  if (verdict != admission::admitted) {
    const bool full = verdict == admission::full;
    (full ? shared_.metrics.refused_full : shared_.metrics.refused_address).add();
    shared_.refusals.note(full ? refusal::connections_full : refusal::address_full, address);
    stream.non_blocking(true, ec);
    if (!shared_.tls)
      stream.write_some(asio::buffer(full_answer), ec);
    return;
  }
  stream.set_option(tcp::no_delay{true}, ec);
  if (shared_.tls)
    serve_tls(*this, std::move(stream), std::move(permit), std::move(address));
  else
    serve_plain(*this, std::move(stream), std::move(permit), std::move(address));
}

void io_thread::schedule_tick() {
  impl_->tick.expires_after(impl_->wheel.tick());
  impl_->tick.async_wait([this](error_code ec) {
    if (ec)
      return;
    renew_date();
    impl_->wheel.advance(timer_wheel::clock::now());
    schedule_tick();
  });
}

void io_thread::renew_date() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[40];
  date_.assign(text, std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &utc));
}

void io_thread::stop_accepting() {
  error_code ec;
  impl_->acceptor.close(ec);
}

void io_thread::drain_all(const drain_notice& notice) {
  stop_accepting();
  for (auto at = connections_.begin(); at != connections_.end();) {
    auto* x = *at++; // It may end at once.
    x->drain(notice);
  }
}

void io_thread::abort_all() {
  for (auto at = connections_.begin(); at != connections_.end();) {
    auto* x = *at++;
    x->abort();
  }
}

void io_thread::stop() {
  impl_->work.reset();
  impl_->io.stop();
}

} // namespace fief::net
