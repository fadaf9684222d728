#include "integrations/http/http_client.hpp"

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <future>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace fief::integrations;

namespace {

/// Takes one connection on a free port of loopback, reads one request, sends `answer` and closes.
class one_shot_server {
public:
  explicit one_shot_server(std::string answer) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    auto* address = reinterpret_cast<sockaddr*>(&at);
    REQUIRE(::bind(listener_, address, size) == 0);
    REQUIRE(::listen(listener_, 4) == 0);
    REQUIRE(::getsockname(listener_, address, &size) == 0);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread{[this, answer] { serve(answer); }};
  }
  ~one_shot_server() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string request() { return seen_.get_future().get(); }

private:
  void serve(const std::string& answer) {
    int peer = ::accept(listener_, nullptr, nullptr);
    if (peer < 0)
      return;
    std::string got;
    char part[4096];
    auto whole = [&] {
      auto head = got.find("\r\n\r\n");
      if (head == std::string::npos)
        return false;
      auto length = got.find("Content-Length: ");
      auto body = length == std::string::npos ? 0 : std::stoul(got.substr(length + 16));
      return got.size() >= head + 4 + body;
    };
    while (!whole()) {
      auto n = ::read(peer, part, sizeof part);
      if (n <= 0)
        break;
      got.append(part, static_cast<std::size_t>(n));
    }
    seen_.set_value(got);
    [[maybe_unused]] auto sent = ::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
    if (answer.empty()) // Says nothing, until the client hangs up.
      [[maybe_unused]]
      auto ended = ::read(peer, part, sizeof part);
    ::close(peer);
  }

  int listener_;
  std::uint16_t port_ = 0;
  std::promise<std::string> seen_;
  std::thread thread_;
};

http_answer ask(http_client& client, http_query query) {
  std::promise<http_answer> got;
  client.send(std::move(query), [&](http_answer x) { got.set_value(std::move(x)); });
  return got.get_future().get();
}

} // namespace

TEST_CASE("an answer comes with status, headers in lower case and body") {
  one_shot_server server{"HTTP/1.1 429 Too Many\r\nX-RateLimit-Usage:  5,7 \r\n"
                         "Content-Length: 2\r\n\r\nno"};
  http_client client;
  auto x = ask(client, {.url = server.url() + "/a?b=c"});
  CHECK(x.status == 429);
  CHECK(x.header("x-ratelimit-usage") == "5,7");
  CHECK(x.header("absent") == std::nullopt);
  CHECK(x.body == "no");
  CHECK(server.request().starts_with("GET /a?b=c HTTP/1.1\r\n"));
}

TEST_CASE("a body is sent with its length and headers") {
  one_shot_server server{"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"};
  http_client client;
  auto x = ask(client, {.method = "POST",
                        .url = server.url(),
                        .headers = {{"Content-Type", "application/json"}},
                        .body = "{\"a\":1}"});
  CHECK(x.status == 200);
  auto request = server.request();
  CHECK(request.find("Content-Type: application/json\r\n") != std::string::npos);
  CHECK(request.ends_with("\r\n\r\n{\"a\":1}"));
}

TEST_CASE("a redirect is an answer, not followed") {
  one_shot_server server{"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                         "Content-Length: 0\r\n\r\n"};
  http_client client;
  CHECK(ask(client, {.url = server.url()}).status == 302);
}

TEST_CASE("what cannot be answered says why, without the address") {
  http_client client;
  SECTION("nobody listens") {
    auto x = ask(client, {.url = "http://127.0.0.1:1/?secret=1"});
    CHECK(x.status == 0);
    CHECK_FALSE(x.error.empty());
    CHECK(x.error.find("secret") == std::string::npos);
  }
  SECTION("another protocol") {
    CHECK(ask(client, {.url = "file:///etc/passwd"}).status == 0);
  }
  SECTION("silence") {
    one_shot_server server{""};
    auto x = ask(client, {.url = server.url(), .timeout = fief::base::milliseconds{50}});
    CHECK(x.status == 0);
  }
  SECTION("too large") {
    one_shot_server server{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
                           + std::string(100, 'x')};
    auto x = ask(client, {.url = server.url(), .answer_bytes_max = 99});
    CHECK(x.status == 0);
    CHECK(x.error == "the answer is too large");
  }
}

TEST_CASE("what is under way when the client ends is answered") {
  one_shot_server server{""};
  std::promise<http_answer> got;
  {
    http_client client;
    client.send({.url = server.url()}, [&](http_answer x) { got.set_value(std::move(x)); });
    CHECK_FALSE(server.request().empty());
  }
  CHECK(got.get_future().get().status == 0);
}

TEST_CASE("more queries than may wait are refused") {
  std::promise<http_answer> refused;
  http_client client{{.in_flight_max = 0, .waiting_max = 1}};
  client.send({.url = "http://127.0.0.1:1/"}, [](http_answer) {});
  client.send({.url = "http://127.0.0.1:1/"},
              [&](http_answer x) { refused.set_value(std::move(x)); });
  CHECK(refused.get_future().get().error == "too many queries are waiting");
}

TEST_CASE("forms are encoded") {
  CHECK(url_encoded("a b&c=d/é~") == "a%20b%26c%3Dd%2F%C3%A9~");
  CHECK(form_encoded({{"grant_type", "x y"}, {"code", "1"}}) == "grant_type=x%20y&code=1");
}
