#include "bench/load/http_pool.hpp"

#include "bench/load/json.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace fief::load {

namespace http = boost::beast::http;

namespace {

constexpr std::uint64_t answer_bytes_max = 256U << 20;

/// Closes a stream if it is still alive when its time is over.
class watchdog {
public:
  watchdog(any_stream& over, steady_time at) : timer_(over.get_executor()) {
    timer_.expires_at(at);
    timer_.async_wait([&over, alive = std::weak_ptr{alive_}](error_code ec) {
      if (!ec && !alive.expired())
        over.close();
    });
  }

private:
  asio::basic_waitable_timer<steady, asio::wait_traits<steady>, any_stream::executor_type> timer_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

std::string text_of_request(const request& what, const std::string& host) {
  auto text = what.method + " " + what.path + " HTTP/1.1\r\nHost: " + host + "\r\n";
  if (!what.token.empty())
    text += "Authorization: Bearer " + what.token + "\r\n";
  if (!what.idempotency_key.empty())
    text += "Idempotency-Key: " + what.idempotency_key + "\r\n";
  if (!what.body.empty())
    text += "Content-Type: application/json\r\n";
  if (!what.body.empty() || what.method == "POST")
    text += "Content-Length: " + std::to_string(what.body.size()) + "\r\n";
  return text + "\r\n" + what.body;
}

std::string code_of(const std::string& body) {
  json_reader reader;
  std::string code{text_of(reader.parse(body), "code")};
  return code.empty() ? "no_problem_json" : code;
}

} // namespace

struct http_pool::connection {
  connection(asio::io_context& io, const target& to, std::size_t& counter_of_all)
    : stream(io, to), count(counter_of_all) {
    ++count;
  }
  ~connection() { --count; }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  any_stream stream;
  beast::flat_buffer buffer;
  steady_time used{};
  bool is_connected = false;
  std::size_t& count;
};

http_pool::http_pool(asio::io_context& io, const target& to, tally& counts,
                     std::uint64_t& open_count)
  : io_(io), target_(to), counts_(counts), open_count_(open_count) {}

http_pool::~http_pool() = default;

http_pool::connection_ptr http_pool::take(std::uint32_t source) {
  auto& free = idle_[source];
  if (free.empty())
    return nullptr;
  auto x = std::move(free.back());
  free.pop_back();
  return x;
}

void http_pool::give_back(std::uint32_t source, connection_ptr x) {
  x->used = steady::now();
  if (connections_ <= connections_max)
    idle_[source].push_back(std::move(x));
}

void http_pool::drop_idle(steady_time before) {
  for (auto& [source, free] : idle_)
    while (!free.empty() && free.front()->used < before)
      free.pop_front();
}

asio::awaitable<answer> http_pool::try_once(const request& what, bool may_reuse, bool& was_reused) {
  answer out;
  auto x = may_reuse ? take(what.source) : nullptr;
  was_reused = x != nullptr;
  if (!x)
    x = std::make_unique<connection>(io_, target_, connections_);
  try {
    watchdog bound{x->stream, steady::now() + patience};
    if (!x->is_connected)
      co_await x->stream.connect(target_, what.source);
    x->is_connected = true;
    auto text = text_of_request(what, target_.host);
    counts_.of(counter::bytes_out) += text.size();
    co_await asio::async_write(x->stream, asio::buffer(text), asio::use_awaitable);
    http::response_parser<http::string_body> parser;
    parser.body_limit(answer_bytes_max);
    auto size = co_await http::async_read(x->stream, x->buffer, parser, asio::use_awaitable);
    counts_.of(counter::bytes_in) += size;
    auto& got = parser.get();
    out.status = static_cast<int>(got.result_int());
    out.body = std::move(got.body());
    if (auto at = got.find(http::field::retry_after); at != got.end())
      out.retry_after_s = std::atoi(std::string{at->value()}.c_str());
    if (got.keep_alive())
      give_back(what.source, std::move(x));
  } catch (const boost::system::system_error& error) {
    out.status = 0;
    out.code = error.code() == asio::error::operation_aborted
                 ? "timeout"
                 : "connection: " + error.code().message();
  }
  co_return out;
}

asio::awaitable<answer> http_pool::ask(request what) {
  auto now = steady::now();
  if (now - swept_ > std::chrono::seconds{1}) {
    swept_ = now;
    drop_idle(now - idle_max);
  }
  ++open_count_;
  bool was_reused = false;
  auto out = co_await try_once(what, true, was_reused);
  if (out.status == 0 && was_reused && out.code != "timeout") // It may have been closed as idle.
    out = co_await try_once(what, false, was_reused);
  --open_count_;
  auto took = std::chrono::duration_cast<std::chrono::microseconds>(steady::now() - what.due);
  counts_.of(what.what).add(static_cast<std::uint64_t>(std::max<std::int64_t>(1, took.count())));
  if (out.status >= 400)
    out.code = code_of(out.body);
  if (!out.ok() && what.expected.find(" " + out.code + " ") == std::string::npos)
    counts_.error(name_of(what.what), out.code);
  co_return out;
}

} // namespace fief::load
