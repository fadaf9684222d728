#include "bench/load/target.hpp"

#include <boost/asio/io_context.hpp>
#include <charconv>
#include <string_view>

namespace fief::load {

namespace {

constexpr std::uint32_t loopback_first = 2;
constexpr std::uint32_t loopback_each = 250;

void read_url(const std::string& url, target& to) {
  auto refuse = [&] {
    throw bad_target{"--url: \"" + url
                     + "\" is no address; allowed: http://HOST[:PORT] or https://"};
  };
  std::string_view rest = url;
  if (rest.starts_with("https://"))
    to.tls = true;
  else if (!rest.starts_with("http://"))
    refuse();
  rest.remove_prefix(to.tls ? 8 : 7);
  while (rest.ends_with('/'))
    rest.remove_suffix(1);
  auto port = std::string_view{to.tls ? "443" : "80"};
  auto bracket = rest.find(']');
  auto colon = rest.find(':', bracket == rest.npos ? 0 : bracket);
  if (colon != rest.npos) {
    port = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
  }
  if (rest.starts_with('[') && rest.ends_with(']'))
    rest = rest.substr(1, rest.size() - 2);
  auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), to.port);
  if (ec != std::errc{} || end != port.data() + port.size() || to.port == 0 || rest.empty()
      || rest.find_first_of("/?#@ ") != rest.npos)
    refuse();
  to.host = rest;
}

std::shared_ptr<asio::ssl::context> make_context(const target_options& options) {
  auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
  boost::system::error_code ec;
  if (options.insecure) {
    context->set_verify_mode(asio::ssl::verify_none, ec);
    return context;
  }
  context->set_verify_mode(asio::ssl::verify_peer, ec);
  if (options.ca_file.empty())
    context->set_default_verify_paths(ec);
  else
    context->load_verify_file(options.ca_file, ec);
  if (ec)
    throw bad_target{"--ca: " + options.ca_file + " cannot be read: " + ec.message()};
  return context;
}

} // namespace

std::optional<asio::ip::address> target::source(std::uint32_t n) const {
  if (!sources.empty())
    return sources[n % sources.size()];
  if (!endpoint.address().is_v4() || !endpoint.address().is_loopback())
    return std::nullopt;
  auto block = n / loopback_each;
  return asio::ip::address_v4{(127U << 24) | ((block / 256 % 256) << 16) | ((block % 256) << 8)
                              | (loopback_first + n % loopback_each)};
}

std::size_t target::sources_max() const {
  if (!sources.empty())
    return sources.size();
  return source(0) ? 0 : 1;
}

std::string target::url() const {
  auto name = host.find(':') == host.npos ? host : "[" + host + "]";
  return (tls ? "https://" : "http://") + name + ":" + std::to_string(port);
}

target find_target(const target_options& options) {
  target to;
  read_url(options.url, to);
  asio::io_context io;
  boost::system::error_code ec;
  auto found = tcp::resolver{io}.resolve(to.host, std::to_string(to.port), ec);
  if (ec || found.empty())
    throw bad_target{"--url: " + to.host + " is not found: " + ec.message()};
  to.endpoint = found.begin()->endpoint();
  for (const auto& each : found) // A name for both kinds: the old one has more loopback addresses.
    if (each.endpoint().address().is_v4()) {
      to.endpoint = each.endpoint();
      break;
    }
  for (const auto& text : options.sources) {
    auto address = asio::ip::make_address(text, ec);
    if (ec)
      throw bad_target{"--source: \"" + text + "\" is no address of this machine"};
    to.sources.push_back(address);
  }
  if (to.tls)
    to.context = make_context(options);
  return to;
}

} // namespace fief::load
