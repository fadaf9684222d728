#include "tests/fuzz/edge.hpp"

#include "base/assert.hpp"
#include "net/api/api.hpp"
#include "net/api/gate.hpp"
#include "net/api/live_sockets.hpp"
#include "net/http_connection.hpp"
#include "tests/fuzz/edge_ports.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <limits>

namespace fief::fuzz {

namespace {

const game::user_id runner{{1, 1}};
const game::user_id boss{{1, 2}};
const auto noon = base::from_ms(1'778'414'400'000);

class known_tokens final : public net::access_port {
public:
  std::optional<net::caller> verify(unsigned, std::string_view token) override {
    if (token == "runner")
      return net::caller{runner, actors::role_runner};
    if (token == "boss")
      return net::caller{boss, 0xff};
    return std::nullopt;
  }
  [[nodiscard]] std::string issue(const net::caller&) const override { return "issued"; }
  [[nodiscard]] std::chrono::seconds ttl() const override { return std::chrono::seconds{900}; }
};

/// A connection whose transport is two strings.
class memory_connection final : public net::http_connection {
public:
  explicit memory_connection(net::io_thread& thread)
    : http_connection(thread, net::connection_permit{}, "127.0.0.1") {}

  void start() {
    start_deadline(std::chrono::seconds{10});
    on_ready();
  }

  /// One step of the transport; false when there is nothing to do for it.
  bool step(std::string_view& stream, std::size_t piece) {
    if (std::exchange(writing_, false)) {
      on_written({});
      return true;
    }
    if (closed_ || wanted_.size() == 0)
      return false;
    const auto into = std::exchange(wanted_, {});
    const auto size = std::min({stream.size(), piece, into.size()});
    const auto error = size > 0 ? net::error_code{} : net::asio::error::eof;
    std::copy_n(stream.begin(), size, static_cast<char*>(into.data()));
    stream.remove_prefix(size);
    if (finishing_)
      on_finish_progress(error, size);
    else
      on_read(error, size);
    return true;
  }

  [[nodiscard]] bool ended() const { return closed_ && !writing_; }
  std::vector<sent_answer> sent;

private:
  void read_some(net::asio::mutable_buffer into) override {
    FIEF_ASSERT(wanted_.size() == 0 && into.size() > 0);
    wanted_ = into;
  }
  void write_all(std::array<net::asio::const_buffer, 2> from) override {
    FIEF_ASSERT(!writing_ && !closed_);
    writing_ = true;
    auto text = [](net::asio::const_buffer x) {
      return std::string{static_cast<const char*>(x.data()), x.size()};
    };
    sent.push_back({text(from[0]), text(from[1])});
  }
  void finish(net::asio::mutable_buffer scrap) override {
    finishing_ = true;
    wanted_ = scrap;
  }
  void close_transport() override { closed_ = true; }
  void upgrade(std::unique_ptr<net::socket_handler>, net::request_parser::value_type&&,
               net::connection_permit, std::string, std::string) override {
    closed_ = true;
  }

  net::asio::mutable_buffer wanted_;
  bool writing_ = false;
  bool finishing_ = false;
  bool closed_ = false;
};

/// A socket whose peer takes everything at once.
class memory_socket final : public net::socket {
public:
  memory_socket(net::io_thread& thread, std::string_view authorization)
    : thread_(thread), authorization_(authorization) {}

  void send_priority(payload message) override { take(*message); }
  bool send_command(payload message) override {
    take(*message);
    return open_;
  }
  net::bulk_result send_bulk(std::uint64_t, payload message) override {
    take(*message);
    return open_ ? net::bulk_result::queued : net::bulk_result::behind;
  }
  void drop_bulk(std::uint64_t) override {}
  void close(net::close_code, std::string_view reason) override {
    FIEF_ASSERT(reason.size() <= 123); // RFC 6455 section 5.5.
    open_ = false;
  }
  void pause_reading() override { paused = true; }
  void resume_reading() override { paused = false; }
  [[nodiscard]] bool open() const override { return open_; }
  [[nodiscard]] std::size_t bytes_queued() const override { return 0; }
  [[nodiscard]] std::string_view authorization() const override { return authorization_; }
  [[nodiscard]] std::string_view remote_address() const override { return "127.0.0.1"; }
  [[nodiscard]] std::string_view request_id() const override { return "request"; }
  [[nodiscard]] net::io_thread& thread() override { return thread_; }

  bool paused = false;
  std::vector<std::string> sent;

private:
  void take(const std::string& message) {
    if (open_)
      sent.push_back(message);
  }

  net::io_thread& thread_;
  std::string authorization_;
  bool open_ = true;
};

net::server_config quiet_config() {
  net::server_config config;
  config.threads = 1;
  config.slow_request = std::chrono::hours{1};
  config.cors.origins = {"https://map.example"};
  return config;
}

net::api_limits no_rate_limits() {
  net::api_limits limits;
  constexpr auto enough = std::numeric_limits<decltype(limits.per_user.burst)>::max() / 2;
  limits.per_user.burst = limits.per_address.burst = limits.auth_per_address.burst = enough;
  return limits;
}

caf::actor_system_config& configured(caf::actor_system_config& config) {
  config.add_message_types<caf::id_block::fief>();
  config.set("scheduler.max-threads", std::size_t{1});
  return config;
}

} // namespace

struct edge::parts {
  parts() : system(configured(config)), everybody(system) {
    context.directory = context.store = context.reader = context.auth = everybody.self();
    context.monitor = context.decoder = context.renderer = everybody.self();
    context.simulated_runs = true;
    context.now = [] { return noon; };
    context.access = &tokens;
    context.limits = no_rate_limits();
    context.metrics_text = [this](const auto&, const auto&) { return metrics.to_text(); };
    gate.emplace(context, metrics, 1);
    endpoints.emplace(context, 1U);
    endpoints->add_routes(routes);
    net::server_parts serves{routes, metrics, &system, net::make_live_sockets(context, metrics)};
    serves.gate = [this](net::io_thread& at, const net::route& to, net::http_request& request,
                         net::responder& answer) { return gate->admit(at, to, request, answer); };
    shared.emplace(quiet_config(), std::move(serves));
    thread.emplace(*shared, 0U);
  }

  /// What waits on the thread, and no more.
  void run() { thread->context().poll(); }

  /// Lets every deadline of what has ended pass: lingering map areas, unanswered questions.
  void pass_time() {
    clock += std::chrono::minutes{2};
    thread->wheel().advance(clock);
    run();
  }

  caf::actor_system_config config;
  caf::actor_system system;
  port everybody;
  known_tokens tokens;
  net::metrics_registry metrics;
  net::api_context context;
  std::optional<net::api_gate> gate;
  std::optional<net::api> endpoints;
  net::router routes;
  std::optional<net::server_shared> shared;
  std::optional<net::io_thread> thread;
  net::timer_wheel::clock::time_point clock = net::timer_wheel::clock::now();
};

edge::edge() : parts_(std::make_unique<parts>()) {}
edge::~edge() = default;

edge& edge::here() {
  static edge* const made = new edge; // Never destroyed: reachable, so no leak.
  return *made;
}

void edge::refuse_with(std::optional<game::errc> why) {
  parts_->everybody.refusal = why;
}

std::uint64_t edge::asked() const {
  return parts_->everybody.asked;
}

std::vector<sent_answer> edge::serve(std::string_view stream, std::size_t piece) {
  auto connection = std::make_shared<memory_connection>(*parts_->thread);
  connection->start();
  do
    parts_->run();
  while (connection->step(stream, std::max<std::size_t>(piece, 1)));
  FIEF_ASSERT(connection->ended());
  auto sent = std::move(connection->sent);
  connection.reset();
  parts_->pass_time();
  return sent;
}

edge::talk edge::converse(std::string_view authorization,
                          const std::vector<std::string_view>& messages) {
  auto& thread = *parts_->thread;
  auto handler = parts_->shared->parts.sockets(thread, net::http_request{});
  auto socket = std::make_shared<memory_socket>(thread, authorization);
  handler->on_open(*socket);
  parts_->run();
  for (auto message : messages) {
    if (!socket->open())
      break;
    FIEF_ASSERT(!socket->paused); // Every question has been answered.
    handler->on_text(*socket, message);
    parts_->run();
  }
  talk result{std::move(socket->sent), !socket->open()};
  handler->on_close(*socket);
  handler.reset();
  parts_->pass_time();
  return result;
}

} // namespace fief::fuzz
