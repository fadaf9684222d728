#pragma once

#include "net/http_message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fief::net {

/// The scheme, host and port of an `http` or `https` address, as a Content-Security-Policy names
/// them: `https://tiles.example:8443`. Nothing for anything else, such as a host with a placeholder
/// or a name and password before it.
std::optional<std::string> origin_of(std::string_view url);

/// What a browser is told with every file of the web application: to run, load and ask nothing but
/// what comes from here, and from `basemap_origin` unless that is empty. A worker follows the
/// policy of its own file, so the scripts have it as the page has.
header_list web_headers(std::string_view basemap_origin);

} // namespace fief::net
