#include "bench/load/accounts.hpp"

#include "base/json_writer.hpp"

#include <algorithm>
#include <fcntl.h>
#include <fstream>
#include <random>
#include <stdexcept>
#include <unistd.h>

namespace fief::load {

namespace {

constexpr std::int64_t margin_ms =
  60'000; // A token that ends sooner is renewed, by the server's clock.
constexpr int waits_max = 200;

std::string random_text(std::size_t size) {
  static constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789";
  std::random_device device;
  std::string out;
  while (out.size() < size)
    out += letters[device() % letters.size()];
  return out;
}

std::string body_of(std::initializer_list<std::pair<const char*, const std::string*>> members) {
  std::string text;
  base::json_writer out{text};
  out.begin_object();
  for (const auto& [name, value] : members)
    out.member(name, *value);
  out.end_object();
  return text;
}

void keep_tokens(world& in, const std::string& body, person& who) {
  auto root = in.json.parse(body);
  who.access = text_of(root, "access_token");
  who.refresh = text_of(root, "refresh_token");
  auto user = member(root, "user");
  who.id = text_of(user, "id");
  // Before the clock is known, which one sign-in later it is, the token counts as short-lived.
  auto now_ms = in.clock.is_known() ? in.clock.now_ms(steady::now()) : 0;
  who.access_until_ms = now_ms + 1'000 * integer_of(root, "expires_in", 0);
}

/// Asks until it is not told to come back later.
asio::awaitable<answer> ask_patiently(world& in, request what) {
  alarm pause{in.io};
  answer got;
  for (int wait = 0; wait < waits_max; ++wait) {
    auto copy = what;
    copy.due = steady::now();
    copy.expected = " too_many_attempts rate_limited overloaded unavailable ";
    got = co_await in.http.ask(std::move(copy));
    auto later = got.status == 429 || got.status == 503;
    if (!later)
      break;
    auto seconds = std::clamp(got.retry_after_s, 1, 60);
    co_await pause.until(steady::now() + std::chrono::seconds{seconds});
  }
  co_return got;
}

request auth_request(const person& who, op what, const char* path, std::string body) {
  request out{what, "POST", path, steady::now()};
  out.source = who.source;
  out.body = std::move(body);
  return out;
}

asio::awaitable<bool> renew(world& in, person& who) {
  if (who.refresh.empty())
    co_return false;
  auto what =
    auth_request(who, op::refresh, "/v1/auth/refresh", body_of({{"refresh_token", &who.refresh}}));
  auto got = co_await ask_patiently(in, std::move(what));
  if (got.ok())
    keep_tokens(in, got.body, who);
  co_return got.ok();
}

asio::awaitable<answer> log_in(world& in, person& who) {
  auto what = auth_request(who, op::login, "/v1/auth/login",
                           body_of({{"email", &who.email}, {"password", &who.password}}));
  auto got = co_await ask_patiently(in, std::move(what));
  if (got.ok())
    keep_tokens(in, got.body, who);
  co_return got;
}

} // namespace

account_names fresh_names() {
  return {"load_" + random_text(8), random_text(24)};
}

void name_people(std::vector<person>& people, std::size_t count, const account_names& names) {
  for (std::size_t i = 0; people.size() < count; ++i) {
    person x;
    x.username = names.prefix + "_" + std::to_string(i);
    x.email = x.username + "@load.example";
    x.password = names.password;
    people.push_back(std::move(x));
  }
  for (std::uint32_t i = 0; i < people.size(); ++i) {
    people[i].number = i;
    people[i].source = i / people_per_source;
  }
}

asio::awaitable<bool> sign_in(world& in, person& who, std::string& why) {
  if (!who.access.empty() && in.clock.is_known()
      && in.clock.now_ms(steady::now()) + margin_ms < who.access_until_ms)
    co_return true;
  auto renewed = co_await renew(in, who);
  if (renewed)
    co_return true;
  auto is_new = who.id.empty();
  answer got;
  if (is_new) {
    auto what = auth_request(
      who, op::register_user, "/v1/auth/register",
      body_of({{"email", &who.email}, {"password", &who.password}, {"username", &who.username}}));
    got = co_await ask_patiently(in, std::move(what));
    if (got.ok())
      keep_tokens(in, got.body, who);
  } else {
    got = co_await log_in(in, who);
  }
  why = (is_new ? "registering " : "logging in ") + who.email + ": " + got.code;
  co_return got.ok();
}

asio::awaitable<void> keep_signed_in(world& in, person& who) {
  if (who.is_renewing || in.clock.now_ms(steady::now()) + margin_ms < who.access_until_ms)
    co_return;
  who.is_renewing = true;
  auto renewed = co_await renew(in, who);
  if (!renewed)
    co_await log_in(in, who);
  who.is_renewing = false;
}

std::vector<person> read_accounts(const std::string& file, const target& to) {
  std::vector<person> out;
  std::ifstream in{file};
  json_reader reader;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    auto root = reader.parse(line);
    if (text_of(root, "url") != to.url())
      continue; // Another server's.
    person x;
    x.email = text_of(root, "email");
    x.password = text_of(root, "password");
    x.username = text_of(root, "username");
    x.id = text_of(root, "id");
    x.access = text_of(root, "access");
    x.refresh = text_of(root, "refresh");
    x.access_until_ms = integer_of(root, "access_until_ms", 0);
    x.ran_until_ms = integer_of(root, "ran_until_ms", 0);
    if (x.email.empty() || x.password.empty() || x.id.empty())
      throw std::runtime_error{file + ":" + std::to_string(number) + ": no account"};
    out.push_back(std::move(x));
  }
  return out;
}

void write_accounts(const std::string& file, const target& to, const std::vector<person>& people) {
  // Accounts of other servers stay.
  std::string text;
  json_reader reader;
  std::ifstream old{file};
  for (std::string line; std::getline(old, line);)
    if (auto url = text_of(reader.parse(line), "url"); !url.empty() && url != to.url())
      text += line + "\n";
  for (const auto& x : people) {
    base::json_writer out{text};
    out.begin_object();
    out.member("url", to.url()).member("email", x.email).member("username", x.username);
    out.member("password", x.password).member("id", x.id).member("access", x.access);
    out.member("refresh", x.refresh).member("access_until_ms", x.access_until_ms);
    out.member("ran_until_ms", x.ran_until_ms);
    out.end_object();
    text += "\n";
  }
  auto part = file + ".part";
  auto fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  auto written = fd < 0 ? -1 : ::write(fd, text.data(), text.size());
  auto closed = fd < 0 ? -1 : ::close(fd);
  if (written != static_cast<ssize_t>(text.size()) || closed != 0
      || ::rename(part.c_str(), file.c_str()) != 0)
    throw std::runtime_error{file + ": cannot be written"};
}

} // namespace fief::load
