#include "net/web_policy.hpp"

#include <algorithm>

namespace fief::net {

namespace {

bool is_host(std::string_view x) {
  auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '.';
  };
  return !x.empty() && std::ranges::all_of(x, allowed);
}

bool is_port(std::string_view x) {
  return !x.empty() && x.size() <= 5
         && std::ranges::all_of(x, [](char c) { return c >= '0' && c <= '9'; });
}

/// Source: Content Security Policy Level 3. 'self' covers the socket too (section 6.7.2.8).
/// Styles that scripts set through the DOM are no inline styles, so neither the map nor the charts
/// need more. Trusted Types are not asked for: the map library gives addresses of workers and the
/// text of attributions to the browser as plain strings.
std::string content_security_policy(const std::string& basemap) {
  return "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
         "img-src 'self' data: blob:"
         + basemap + "; connect-src 'self'" + basemap
         + "; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
           "frame-ancestors 'none'";
}

} // namespace

std::optional<std::string> origin_of(std::string_view url) {
  const auto scheme = url.substr(0, url.find("//"));
  if (scheme != "http:" && scheme != "https:")
    return std::nullopt;
  const auto rest = url.substr(scheme.size() + 2);
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  const auto colon = authority.find(':');
  if (!is_host(authority.substr(0, colon)))
    return std::nullopt;
  if (colon != authority.npos && !is_port(authority.substr(colon + 1)))
    return std::nullopt;
  return std::string{scheme} + "//" + std::string{authority};
}

header_list web_headers(std::string_view basemap_origin) {
  const auto basemap = basemap_origin.empty() ? std::string{} : ' ' + std::string{basemap_origin};
  return {
    {"Content-Security-Policy", content_security_policy(basemap)},
    // Some providers of map tiles want to know which site asks, and nobody needs to know more.
    {"Referrer-Policy", "strict-origin"},
    {"Permissions-Policy", "accelerometer=(), camera=(), display-capture=(), geolocation=(self), "
                           "gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
  };
}

} // namespace fief::net
