#include "integrations/chain/siwe.hpp"

#include "integrations/chain/eth_address.hpp"

#include <algorithm>
#include <charconv>

namespace fief::integrations {

namespace {

constexpr std::size_t text_max = 4'096;
constexpr std::size_t nonce_min = 8;
constexpr std::size_t nonce_max = 96;
constexpr std::size_t resources_max = 16;
constexpr base::milliseconds skew_max{60'000}; ///< Clocks of wallets and ours may differ so much.
constexpr std::string_view preamble = " wants you to sign in with your Ethereum account:";

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// RFC 3986: what an address on the web is made of. Printable, so no line can hide in it.
bool is_uri_text(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_alphanumeric(c)
           || std::string_view{"-._~:/?#[]@!$&'()*+,;=%"}.find(c) != std::string_view::npos;
  });
}

bool is_uri(std::string_view text) {
  auto colon = text.find(':');
  return colon != std::string_view::npos && colon > 0 && is_uri_text(text);
}

/// Goes through the lines of a text.
class lines {
public:
  explicit lines(std::string_view text) : rest_(text) {}

  bool at_end() const { return ended_; }
  std::string_view peek() const { return rest_.substr(0, rest_.find('\n')); }
  std::string_view next() {
    auto line = peek();
    ended_ = ended_ || line.size() == rest_.size();
    rest_.remove_prefix(std::min(rest_.size(), line.size() + 1));
    return line;
  }
  /// The next line's value if it begins with this name; else nothing is taken.
  std::optional<std::string_view> field(std::string_view name) {
    if (ended_ || !peek().starts_with(name))
      return std::nullopt;
    return next().substr(name.size());
  }

private:
  std::string_view rest_;
  bool ended_ = false;
};

bool read_head(lines& in, siwe_message& x) {
  auto first = in.next();
  if (!first.ends_with(preamble))
    return false;
  auto domain = first.substr(0, first.size() - preamble.size());
  if (auto scheme = domain.find("://"); scheme != std::string_view::npos) {
    x.scheme = domain.substr(0, scheme);
    domain.remove_prefix(scheme + 3);
    if (x.scheme != "http" && x.scheme != "https")
      return false;
  }
  x.domain = domain;
  auto line = in.next();
  auto address = parse_address(line);
  if (!is_uri_text(domain) || domain.find('/') != std::string_view::npos || !address
      || with_checksum(*address) != line)
    return false;
  x.address = *address;
  if (!in.next().empty() || in.at_end())
    return false;
  if (!in.peek().empty()) {
    x.statement = in.next();
    if (!std::ranges::all_of(x.statement, [](char c) { return c >= 0x20 && c < 0x7f; }))
      return false;
  }
  return in.next().empty() && !in.at_end();
}

bool read_nonce(lines& in, siwe_message& x) {
  auto nonce = in.field("Nonce: ");
  if (!nonce || nonce->size() < nonce_min || nonce->size() > nonce_max
      || !std::ranges::all_of(*nonce, is_alphanumeric))
    return false;
  x.nonce = *nonce;
  return true;
}

bool read_chain(lines& in, siwe_message& x) {
  auto text = in.field("Chain ID: ");
  if (!text || text->empty())
    return false;
  auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), x.chain);
  return error == std::errc{} && end == text->data() + text->size();
}

/// A line that may be missing. False: it is there and wrong.
bool read_instant(lines& in, std::string_view name, std::optional<base::instant>& to) {
  auto text = in.field(name);
  if (!text)
    return true;
  to = base::parse_rfc3339(*text);
  return to.has_value();
}

bool read_rest(lines& in, siwe_message& x) {
  if (!read_instant(in, "Expiration Time: ", x.expires_at)
      || !read_instant(in, "Not Before: ", x.not_before))
    return false;
  if (auto id = in.field("Request ID: ")) {
    if (!id->empty() && !is_uri_text(*id))
      return false;
    x.request_id = std::string{*id};
  }
  if (in.at_end())
    return true;
  if (in.next() != "Resources:")
    return false;
  while (!in.at_end()) {
    auto resource = in.field("- ");
    if (!resource || !is_uri(*resource) || x.resources.size() == resources_max)
      return false;
    x.resources.emplace_back(*resource);
  }
  return true;
}

} // namespace

std::string to_text(const siwe_message& x) {
  std::string out = x.scheme.empty() ? "" : x.scheme + "://";
  out += x.domain;
  out.append(preamble).append("\n").append(with_checksum(x.address)).append("\n\n");
  if (!x.statement.empty())
    out += x.statement + "\n";
  out += "\nURI: " + x.uri + "\nVersion: 1\nChain ID: " + std::to_string(x.chain)
         + "\nNonce: " + x.nonce + "\nIssued At: " + base::to_rfc3339(x.issued_at);
  if (x.expires_at)
    out += "\nExpiration Time: " + base::to_rfc3339(*x.expires_at);
  if (x.not_before)
    out += "\nNot Before: " + base::to_rfc3339(*x.not_before);
  if (x.request_id)
    out += "\nRequest ID: " + *x.request_id;
  if (!x.resources.empty())
    out += "\nResources:";
  for (const auto& resource : x.resources)
    out += "\n- " + resource;
  return out;
}

std::optional<siwe_message> parse_siwe(std::string_view text) {
  siwe_message x;
  lines in{text};
  if (text.size() > text_max || !read_head(in, x))
    return std::nullopt;
  auto uri = in.field("URI: ");
  if (!uri || !is_uri(*uri))
    return std::nullopt;
  x.uri = *uri;
  auto version = in.field("Version: ");
  if (!version || *version != "1" || !read_chain(in, x) || !read_nonce(in, x))
    return std::nullopt;
  std::optional<base::instant> issued;
  if (!read_instant(in, "Issued At: ", issued) || !issued || !read_rest(in, x))
    return std::nullopt;
  x.issued_at = *issued;
  return x;
}

bool meets(const siwe_message& x, const siwe_demand& demand) {
  auto is_ours = [&](std::string_view scheme) {
    if (!x.uri.starts_with(scheme) || (!x.scheme.empty() && !scheme.starts_with(x.scheme + ":")))
      return false;
    auto host = std::string_view{x.uri}.substr(scheme.size());
    return host.substr(0, host.find_first_of("/?#")) == demand.domain;
  };
  return x.domain == demand.domain && x.chain == demand.chain
         && (is_ours("https://") || is_ours("http://")) && x.issued_at <= demand.now + skew_max
         && demand.now < x.issued_at + demand.life_max
         && (!x.expires_at || demand.now < *x.expires_at)
         && (!x.not_before || *x.not_before <= demand.now + skew_max);
}

} // namespace fief::integrations
