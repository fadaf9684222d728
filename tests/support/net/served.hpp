#pragma once

#include "net/io_thread.hpp"
#include "net/metrics.hpp"
#include "net/problem.hpp"
#include "net/server.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace fief::test {

/// Limits short enough for a test to run into.
inline net::server_config quick_config() {
  net::server_config config;
  config.threads = 1;
  config.limits.wheel_tick = net::milliseconds{10};
  return config;
}

/// Values of a metric by its full name with labels.
inline std::uint64_t metric(const net::metrics_registry& metrics, const std::string& name) {
  const auto text = metrics.to_text();
  const auto at = text.find("\n" + name + " ");
  return at == text.npos ? 0 : std::stoull(text.substr(at + name.size() + 2));
}

/// What handlers saw, for the test's thread to wait for.
class journal {
public:
  void note(std::string entry) {
    std::lock_guard lock{mutex_};
    entries_.push_back(std::move(entry));
    changed_.notify_all();
  }
  /// Whether the entry comes within ten seconds.
  bool wait_for(const std::string& entry) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{10}, [&] {
      return std::find(entries_.begin(), entries_.end(), entry) != entries_.end();
    });
  }
  std::vector<std::string> entries() {
    std::lock_guard lock{mutex_};
    return entries_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> entries_;
};

/// Echoes text; single words make it do something else.
class echo_handler final : public net::socket_handler {
public:
  explicit echo_handler(journal& book) : book_(book) {}
  void on_open(net::socket&) override { book_.note("open"); }
  void on_text(net::socket& self, std::string_view text) override {
    if (text == "close")
      return self.close(net::close_code::normal, "as you wish");
    if (text == "authorization")
      return note_and_send(self, self.authorization());
    if (text == "flood") {
      const auto big = std::make_shared<const std::string>(60'000, 'x');
      while (self.send_command(big)) {
      }
      return book_.note("flooded");
    }
    if (text == "pause") {
      self.pause_reading();
      auto later = self.weak_from_this();
      self.thread().post([this, later] {
        if (auto alive = later.lock()) {
          note_and_send(*alive, "resuming");
          alive->resume_reading();
        }
      });
      return;
    }
    if (text == "bulk")
      return send_bulk(self);
    note_and_send(self, text);
  }
  void on_caught_up(net::socket&, std::uint64_t key) override {
    book_.note("caught up " + std::to_string(key));
  }
  void on_close(net::socket& self) override { book_.note(self.open() ? "open?" : "close"); }

private:
  void note_and_send(net::socket& self, std::string_view text) {
    self.send_command(std::make_shared<const std::string>(text));
  }
  /// Ten states of two keys, more than the peer takes at once, and a reply that overtakes them.
  void send_bulk(net::socket& self) {
    for (int i = 0; i < 10; ++i)
      for (std::uint64_t key = 1; key <= 2; ++key)
        self.send_bulk(key, std::make_shared<const std::string>("key " + std::to_string(key)
                                                                + " state " + std::to_string(i)));
    self.send_priority(std::make_shared<const std::string>("pong"));
  }
  journal& book_;
};

/// A server on a free port with a few routes and an echoing socket.
struct served {
  explicit served(net::server_config config = quick_config()) {
    using net::auth_need;
    using net::http_method;
    using net::responder;
    routes.add(http_method::get, "/hello",
               [](net::io_thread&, const net::http_request&, responder answer) {
                 answer.send_json(200, R"({"hello":"world"})");
               });
    routes.add(http_method::post, "/echo/{name}",
               [](net::io_thread&, const net::http_request& in, responder answer) {
                 net::http_response out;
                 out.body = std::string{in.param("name")} + ":" + std::string{in.body};
                 out.content_type = "text/plain";
                 answer.send(std::move(out));
               });
    routes.add(http_method::get, "/big",
               [](net::io_thread&, const net::http_request&, responder answer) {
                 answer.send_json(200, "\"" + std::string(50'000, 'a') + "\"");
               });
    routes.add(http_method::get, "/huge",
               [](net::io_thread&, const net::http_request&, responder answer) {
                 answer.send_json(200, "\"" + std::string(16'000'000, 'a') + "\"");
               });
    routes.add(http_method::get, "/",
               [this](net::io_thread&, const net::http_request&, responder answer) {
                 net::http_response out;
                 out.content_type = "text/plain";
                 out.shared_body = shared_body;
                 answer.send(std::move(out));
               });
    routes.add(http_method::get, "/later",
               [](net::io_thread& io, const net::http_request& in, responder answer) {
                 auto kept = std::make_shared<responder>(std::move(answer));
                 io.post(
                   [kept, &in] { kept->send_json(200, "\"" + std::string{in.target} + "\""); });
               });
    routes.add(http_method::get, "/never",
               [this](net::io_thread&, const net::http_request&, responder answer) {
                 parked.push_back(std::make_shared<responder>(std::move(answer)));
                 book.note("parked");
               });
    routes.add(http_method::get, "/dropped",
               [](net::io_thread&, const net::http_request&, responder) {});
    routes.add(http_method::get, "/throws",
               [](net::io_thread&, const net::http_request&, responder) {
                 throw std::runtime_error{"on purpose"};
               });
    routes.add(http_method::get, "/private",
               [](net::io_thread&, const net::http_request& in, responder answer) {
                 answer.send_json(200, std::to_string(in.who->roles));
               },
               {.auth = auth_need::operator_});
    net::server_parts parts{routes, metrics};
    parts.sockets = [this](net::io_thread&, const net::http_request&) {
      return std::make_unique<echo_handler>(book);
    };
    parts.gate = [](net::io_thread&, const net::route& target, net::http_request& in,
                    responder& answer) {
      if (target.options.auth != auth_need::operator_)
        return true;
      if (in.header("authorization") == "Bearer root") {
        in.who = net::caller{.user = {}, .roles = 7};
        return true;
      }
      answer.send(net::problem{401, "unauthorized", "A token is needed."});
      return false;
    };
    running.emplace(std::move(config), std::move(parts));
    running->start();
  }
  ~served() {
    running->drain(std::chrono::milliseconds{0}, "test", std::chrono::milliseconds{0});
    parked.clear(); // while the connections' event loops are still there
  }

  [[nodiscard]] std::uint16_t port() const { return running->port(); }

  net::router routes;
  net::metrics_registry metrics;
  journal book;
  /// What `/` answers, the same bytes each time.
  const std::shared_ptr<const std::string> shared_body =
    std::make_shared<const std::string>(3'000'000, 'a');
  std::vector<std::shared_ptr<net::responder>> parked;
  std::optional<net::server> running;
};

} // namespace fief::test
