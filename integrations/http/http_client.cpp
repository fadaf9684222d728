#include "integrations/http/http_client.hpp"

#include <algorithm>
#include <curl/curl.h>
#include <deque>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace fief::integrations {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string_view trimmed(std::string_view text) {
  auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

struct exchange {
  http_query query;
  http_client::handler then;
  http_answer answer;
  curl_slist* headers = nullptr;
  bool too_large = false;

  exchange() = default;
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;
  ~exchange() { curl_slist_free_all(headers); }
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* to) {
  auto& x = *static_cast<exchange*>(to);
  if (x.answer.body.size() + size > x.query.answer_bytes_max) {
    x.too_large = true;
    return 0; // Ends the transfer.
  }
  x.answer.body.append(data, size);
  return size;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* to) {
  auto& x = *static_cast<exchange*>(to);
  std::string_view line{data, size};
  if (line.starts_with("HTTP/")) // Of a "100 Continue" before, too: the last block counts.
    x.answer.headers.clear();
  else if (auto colon = line.find(':'); colon != std::string_view::npos) {
    std::string name{line.substr(0, colon)};
    std::ranges::transform(name, name.begin(), lower);
    x.answer.headers.emplace_back(std::move(name), trimmed(line.substr(colon + 1)));
  }
  return size;
}

void prepare(CURL* easy, exchange& x, const std::string& user_agent) {
  const auto& query = x.query;
  curl_easy_setopt(easy, CURLOPT_URL, query.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(query.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, query.method.c_str());
  if (query.method != "GET") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(query.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, query.body.c_str());
  }
  for (const auto& [name, value] : query.headers)
    x.headers = curl_slist_append(x.headers, (name + ": " + value).c_str());
  x.headers = curl_slist_append(x.headers, "Expect:"); // No round trip before the body.
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, x.headers);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &x);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &x);
}

} // namespace

std::optional<std::string_view> http_answer::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name)
      return value;
  return std::nullopt;
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                 || c == '-' || c == '.' || c == '_' || c == '~';
    if (plain)
      out += static_cast<char>(c);
    else
      out.append({'%', digits[c >> 4], digits[c & 15]});
  }
  return out;
}

std::string form_encoded(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty())
      out += '&';
    out += url_encoded(name) + '=' + url_encoded(value);
  }
  return out;
}

class http_client::worker {
public:
  explicit worker(http_client_config config) : config_(std::move(config)) {
    static const auto loaded = curl_global_init(CURL_GLOBAL_DEFAULT); // Once per process.
    multi_ = loaded == CURLE_OK ? curl_multi_init() : nullptr;
    if (multi_ == nullptr)
      throw std::runtime_error("libcurl cannot be initialised");
    thread_ = std::thread{[this] { run(); }};
  }
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;

  ~worker() {
    {
      std::lock_guard lock{mutex_};
      stopping_ = true;
    }
    curl_multi_wakeup(multi_);
    thread_.join();
    curl_multi_cleanup(multi_);
  }

  void send(http_query query, handler then) {
    auto x = std::make_unique<exchange>();
    x->query = std::move(query);
    x->then = std::move(then);
    {
      std::lock_guard lock{mutex_};
      // Refused on the thread too: nobody hears back before `send` has returned.
      auto& to = waiting_.size() < config_.waiting_max ? waiting_ : refused_;
      to.push_back(std::move(x));
    }
    curl_multi_wakeup(multi_);
  }

private:
  using queue = std::deque<std::unique_ptr<exchange>>;

  void run() {
    while (true) {
      queue refused;
      {
        std::lock_guard lock{mutex_};
        if (stopping_)
          break;
        refused.swap(refused_);
        while (!waiting_.empty() && running_.size() < config_.in_flight_max) {
          begin(std::move(waiting_.front()));
          waiting_.pop_front();
        }
      }
      for (auto& x : refused)
        finish(std::move(x), "too many queries are waiting");
      int active = 0;
      curl_multi_perform(multi_, &active);
      if (!collect())
        curl_multi_poll(multi_, nullptr, 0, 1'000, nullptr);
    }
    for (auto& [easy, x] : running_) {
      curl_multi_remove_handle(multi_, easy);
      curl_easy_cleanup(easy);
      finish(std::move(x), "the client is stopping");
    }
    running_.clear();
    for (auto* waits : {&waiting_, &refused_})
      for (auto& x : *waits)
        finish(std::move(x), "the client is stopping");
  }

  void begin(std::unique_ptr<exchange> x) {
    auto* easy = curl_easy_init();
    if (easy == nullptr)
      throw std::bad_alloc{};
    prepare(easy, *x, config_.user_agent);
    curl_multi_add_handle(multi_, easy);
    running_.emplace(easy, std::move(x));
  }

  /// Answers what has ended. True: something had.
  bool collect() {
    bool any = false;
    int left = 0;
    while (auto* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE)
        continue;
      any = true;
      auto* easy = message->easy_handle;
      auto code = message->data.result;
      long status = 0;
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      auto node = running_.extract(easy);
      auto x = std::move(node.mapped());
      curl_multi_remove_handle(multi_, easy);
      curl_easy_cleanup(easy);
      if (code == CURLE_OK) {
        x->answer.status = static_cast<int>(status);
        finish(std::move(x), {});
      } else {
        std::string why = x->too_large ? "the answer is too large" : curl_easy_strerror(code);
        finish(std::move(x), std::move(why));
      }
    }
    return any;
  }

  static void finish(std::unique_ptr<exchange> x, std::string error) {
    if (!error.empty()) {
      x->answer = {};
      x->answer.error = std::move(error);
    }
    x->then(std::move(x->answer));
  }

  http_client_config config_;
  CURLM* multi_ = nullptr;
  std::mutex mutex_; ///< Over the three below.
  queue waiting_;
  queue refused_;
  bool stopping_ = false;
  std::map<CURL*, std::unique_ptr<exchange>> running_; ///< The thread's own.
  std::thread thread_;
};

http_client::http_client(http_client_config config)
  : worker_(std::make_unique<worker>(std::move(config))) {}

http_client::~http_client() = default;

void http_client::send(http_query query, handler then) {
  worker_->send(std::move(query), std::move(then));
}

} // namespace fief::integrations
