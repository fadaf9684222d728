#include "src/config.hpp"

#include "base/assert.hpp"
#include "net/web_policy.hpp"
#include "src/config_schema.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <toml++/toml.h>

namespace fief {

namespace {

/// A value that somebody wrote, still unchecked against its range.
struct found_value {
  config_value value;
  std::string source;
};

using found_values = std::map<std::string, found_value, std::less<>>;

std::string place_of(const std::string& file, const toml::source_region& source) {
  return file + ":" + std::to_string(source.begin.line);
}

config_error wrong_value(const setting& x, std::string_view source, std::string_view shown) {
  auto value = x.secret ? std::string{} : " (it is " + std::string{shown} + ")";
  return {std::string{source} + ": " + std::string{x.key} + " must be " + allowed_of(x) + value};
}

/// The elements of an array as a list of `T`; nothing if one is of another type.
template <class T>
std::optional<config_value> read_list(const toml::array& from) {
  std::vector<T> result;
  for (const auto& element : from) {
    auto value = element.value_exact<T>();
    if (!value)
      return std::nullopt;
    result.push_back(*value);
  }
  return result;
}

/// The node as a value of the setting's type; nothing if it is of another type.
std::optional<config_value> read_node(const setting& x, const toml::node& node) {
  auto type = x.get(config{});
  if (std::holds_alternative<std::int64_t>(type)) {
    auto value = node.value_exact<std::int64_t>();
    return value ? std::optional<config_value>{*value} : std::nullopt;
  }
  if (std::holds_alternative<std::string>(type)) {
    auto value = node.value_exact<std::string>();
    return value ? std::optional<config_value>{*value} : std::nullopt;
  }
  const auto* array = node.as_array();
  if (array == nullptr)
    return std::nullopt;
  if (std::holds_alternative<std::vector<std::int64_t>>(type))
    return read_list<std::int64_t>(*array);
  return read_list<std::string>(*array);
}

std::string shown(const toml::node& node) {
  std::ostringstream out;
  node.visit([&out](const auto& x) { out << x; });
  return out.str();
}

bool is_section(std::string_view name) {
  for (const auto& x : settings())
    if (!name.empty() && section_of(x.key) == name)
      return true;
  return false;
}

/// The keys that a mistyped one may have meant: all of its section.
std::string known_keys(std::string_view section) {
  std::string result;
  for (const auto& x : settings())
    if (section_of(x.key) == section)
      (result += result.empty() ? "" : ", ") +=
        x.key.substr(section.empty() ? 0 : section.size() + 1);
  if (section.empty())
    for (const auto& x : settings())
      if (auto name = section_of(x.key);
          !name.empty() && result.find("[" + std::string{name} + "]") == result.npos)
        result += ", [" + std::string{name} + "]";
  return result;
}

/// Reads the keys of one table; `section` is empty for the file itself.
std::optional<config_error> read_table(const std::string& file, const toml::table& table,
                                       const std::string& section, found_values& into) {
  for (const auto& [name, node] : table) {
    auto key = section.empty() ? std::string{name.str()} : section + "." + std::string{name.str()};
    auto place = place_of(file, node.source());
    if (section.empty() && is_section(key)) {
      if (!node.is_table())
        return config_error{place + ": " + key + " must be a table, [" + key + "]"};
      if (auto error = read_table(file, *node.as_table(), key, into))
        return error;
      continue;
    }
    const auto* x = find_setting(key);
    if (x == nullptr)
      return config_error{place + ": unknown key " + key + "; known here: " + known_keys(section)};
    auto value = read_node(*x, node);
    if (!value)
      return wrong_value(*x, place, shown(node));
    into.insert_or_assign(key, found_value{*std::move(value), place});
  }
  return std::nullopt;
}

std::optional<config_error> read_file(const std::string& file, found_values& into) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) || std::filesystem::is_directory(file, error))
    return config_error{file + ": no such file"};
  try {
    return read_table(file, toml::parse_file(file), "", into);
  } catch (const toml::parse_error& e) {
    auto line = e.source().begin.line;
    auto place = line > 0 ? place_of(file, e.source()) : file;
    return config_error{place + ": " + std::string{e.description()}};
  }
}

std::optional<config_error> read_text(const setting& x, std::string source, std::string_view text,
                                      found_values& into) {
  auto value = parse_value(x, text);
  if (!value)
    return wrong_value(x, source, text);
  into.insert_or_assign(std::string{x.key}, found_value{*std::move(value), std::move(source)});
  return std::nullopt;
}

/// The section that a variable such as `FIEF_HTTP_PROT` belongs to; empty if to none.
std::string_view section_of_variable(std::string_view variable) {
  for (const auto& x : settings()) {
    auto section = section_of(x.key);
    auto prefix = variable_of(x).substr(0, std::string_view{"FIEF_"}.size() + section.size()) + "_";
    if (!section.empty() && variable.starts_with(prefix))
      return section;
  }
  return {};
}

std::optional<config_error> read_environment(const config_input& input, found_values& into) {
  for (auto it = input.environment.lower_bound("FIEF_"); it != input.environment.end(); ++it) {
    const auto& [name, text] = *it;
    if (!name.starts_with("FIEF_"))
      break;
    const setting* found = nullptr;
    for (const auto& x : settings())
      if (variable_of(x) == name)
        found = &x;
    if (found != nullptr) {
      if (auto error = read_text(*found, "environment " + name, text, into))
        return error;
    } else if (auto section = section_of_variable(name); !section.empty()) {
      return config_error{"environment " + name + ": unknown variable; known keys of ["
                          + std::string{section} + "]: " + known_keys(section)};
    }
  }
  return std::nullopt;
}

std::optional<config_error> read_flags(const config_input& input, found_values& into) {
  for (const auto& [key, text] : input.flags) {
    const auto* x = find_setting(key);
    FIEF_ASSERT(x != nullptr);
    if (auto error = read_text(*x, "flag " + flag_of(*x), text, into))
      return error;
  }
  return std::nullopt;
}

std::optional<config_error> check_readable(std::string_view key, const std::string& file) {
  if (!file.empty() && !std::ifstream{file})
    return config_error{std::string{key} + ": " + file + " cannot be read"};
  return std::nullopt;
}

/// URLs may hold keys: they are not shown.
std::optional<config_error> contradiction_of(const chain_settings& x) {
  for (const auto& url : x.rpc_urls)
    if (!url.starts_with("http://") && !url.starts_with("https://"))
      return config_error{"chain.rpc_urls: each must begin with http:// or https://"};
  if (!x.ws_url.empty() && !x.ws_url.starts_with("ws://") && !x.ws_url.starts_with("wss://"))
    return config_error{"chain.ws_url must begin with ws:// or wss://"};
  if (x.rpc_urls.empty())
    return std::nullopt;
  if (x.token.empty() || x.treasury.empty())
    return config_error{"chain.rpc_urls needs chain.token and chain.treasury"};
  if (x.domain.empty() || x.domain.find_first_of("/ \n\t") != std::string::npos)
    return config_error{"chain.rpc_urls needs chain.domain, a host such as play.example.com"};
  if (x.credit_at == "depth" && x.reorg_depth < x.confirmations)
    return config_error{"chain.reorg_depth must not be below chain.confirmations"};
  return std::nullopt;
}

bool is_address(const std::string& x) {
  return x.starts_with("http://") || x.starts_with("https://");
}

std::optional<config_error> contradiction_of(const strava_config& x) {
  if (x.client_id.empty())
    return std::nullopt;
  if (x.client_secret_file.empty())
    return config_error{"strava.client_secret_file must name a file when strava.client_id is set"};
  if (auto error = check_readable("strava.client_secret_file", x.client_secret_file))
    return error;
  using named = std::pair<std::string_view, const std::string*>;
  for (auto [key, url] :
       {named{"redirect_url", &x.redirect_url}, named{"authorize_url", &x.authorize_url},
        named{"token_url", &x.token_url}, named{"revoke_url", &x.revoke_url},
        named{"api_url", &x.api_url}})
    if (!is_address(*url))
      return config_error{"strava." + std::string{key}
                          + " must begin with http:// or https:// when strava.client_id is set"};
  if (!x.return_url.empty() && !is_address(x.return_url))
    return config_error{"strava.return_url must be empty or begin with http:// or https://"};
  if (x.webhook_secret.empty())
    return std::nullopt;
  constexpr std::string_view allowed =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
  if (x.webhook_secret.size() < 16 || x.webhook_secret.size() > 200
      || x.webhook_secret.find_first_not_of(allowed) != std::string::npos)
    return config_error{"strava.webhook_secret must be 16 to 200 letters, digits, - or _"};
  if (x.verify_token.empty())
    return config_error{"strava.verify_token must be set when strava.webhook_secret is"};
  return std::nullopt;
}

/// An address that a browser may be sent to for a map, or a path on our own origin.
std::optional<config_error> check_map_address(const std::string& key, const std::string& url) {
  const bool is_path = url.starts_with('/') && !url.starts_with("//");
  const bool printable = std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7f; });
  if (url.empty() || (printable && url.size() <= 2'000 && (is_path || net::origin_of(url))))
    return std::nullopt;
  return config_error{key + " must be an http:// or https:// address, or begin with one /, and"
                      + " have neither spaces nor a user name (it is " + url + ")"};
}

std::optional<config_error> contradiction_of(const web_config& x) {
  if (!x.dir.empty())
    if (auto error = check_readable("web.dir", x.dir + "/index.html"))
      return error;
  if (auto error = check_map_address("web.basemap_tiles", x.basemap_tiles))
    return error;
  if (auto error = check_map_address("web.basemap_pmtiles", x.basemap_pmtiles))
    return error;
  if (!x.basemap_tiles.empty() && !x.basemap_pmtiles.empty())
    return config_error{"web.basemap_tiles and web.basemap_pmtiles: set one of them, or none"};
  for (auto part : {"{z}", "{x}", "{y}"})
    if (!x.basemap_tiles.empty() && x.basemap_tiles.find(part) == std::string::npos)
      return config_error{"web.basemap_tiles must hold {z}, {x} and {y} (it is " + x.basemap_tiles
                          + ")"};
  const bool is_control = std::ranges::any_of(
    x.basemap_attribution, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (is_control || x.basemap_attribution.size() > 500)
    return config_error{"web.basemap_attribution must be one line of at most 500 bytes"};
  return std::nullopt;
}

/// What no range can say: settings that need or exclude each other.
std::optional<config_error> contradiction_of(const config& x) {
  if (x.data_dir.empty())
    return config_error{"data_dir must not be empty"};
  if (x.http.host.empty())
    return config_error{"http.host must not be empty"};
  if (x.http.tls_certificate.empty() != x.http.tls_key.empty())
    return config_error{"http.tls_certificate and http.tls_key: set both, or none for no TLS"};
  if (auto error = check_readable("http.tls_certificate", x.http.tls_certificate))
    return error;
  if (auto error = check_readable("http.tls_key", x.http.tls_key))
    return error;
  for (const auto& origin : x.http.cors_origins)
    if (origin != "*" && !origin.starts_with("http://") && !origin.starts_with("https://"))
      return config_error{"http.cors_origins: \"" + origin
                          + "\" must be \"*\" or begin with http:// or https://"};
  if (auto wrong = contradiction_of(x.web))
    return wrong;
  if (auto wrong = contradiction_of(x.strava))
    return wrong;
  return contradiction_of(x.chain);
}

std::string comment_of(const setting& x) {
  return "# " + std::string{x.meaning} + " Allowed: " + allowed_of(x) + ".\n";
}

std::string_view name_of(const setting& x) {
  auto section = section_of(x.key);
  return x.key.substr(section.empty() ? 0 : section.size() + 1);
}

/// Writes every setting as `line(setting)`, under the heading of its section.
template <class Line>
std::string print_all(Line line) {
  std::string result;
  std::string_view section;
  for (const auto& x : settings()) {
    if (section_of(x.key) != section) {
      section = section_of(x.key);
      result += "\n[" + std::string{section} + "]\n";
    }
    result += line(x);
  }
  return result;
}

} // namespace

namespace {

config_outcome<loaded_config> load_alone(const config_input& input) {
  found_values found; // Each reader overrides the ones before it.
  if (!input.file.empty())
    if (auto error = read_file(input.file, found))
      return *error;
  if (auto error = read_environment(input, found))
    return *error;
  if (auto error = read_flags(input, found))
    return *error;
  loaded_config result;
  for (auto& [key, from] : found) {
    const auto& x = *find_setting(key);
    if (!is_allowed(x, from.value))
      return wrong_value(x, from.source, to_toml(from.value));
    x.set(result.values, std::move(from.value));
    result.sources.emplace(key, std::move(from.source));
  }
  if (auto error = contradiction_of(result.values))
    return *error;
  return result;
}

/// What is wrong with the file of a further chain, beside the chains there are.
std::string wrong_with(const loaded_config& file, const config& x) {
  const auto& chain = file.values.chain;
  for (const auto& [key, source] : file.sources)
    if (!key.starts_with("chain.") || key == "chain.more")
      return key + " has no place there";
  if (chain.rpc_urls.empty())
    return "chain.rpc_urls must be set";
  if (chain.domain != x.chain.domain)
    return "chain.domain must be the same for all chains";
  auto taken = std::ranges::find(x.more_chains, chain.id, &chain_settings::id);
  if (chain.id == x.chain.id || taken != x.more_chains.end())
    return "chain.id " + std::to_string(chain.id) + " is another chain's here";
  return {};
}

std::optional<config_error> read_more_chains(config& x) {
  if (!x.chain.more.empty() && x.chain.rpc_urls.empty())
    return config_error{"chain.more needs chain.rpc_urls"};
  for (const auto& path : x.chain.more) {
    auto file = load_alone({{}, {}, path});
    if (!file)
      return config_error{"chain.more: " + path + ": " + file.error().message};
    if (auto wrong = wrong_with(*file, x); !wrong.empty())
      return config_error{"chain.more: " + path + ": " + wrong};
    x.more_chains.push_back(std::move(file->values.chain));
  }
  return std::nullopt;
}

} // namespace

config_outcome<loaded_config> load_config(const config_input& input) {
  auto result = load_alone(input);
  if (result)
    if (auto error = read_more_chains(result->values))
      return *error;
  return result;
}

std::string print_config(const loaded_config& loaded) {
  return print_all([&loaded](const setting& x) {
    auto source = loaded.sources.find(x.key);
    auto value = x.get(loaded.values);
    auto hidden = x.secret && value != x.get(config{});
    return std::string{name_of(x)} + " = " + (hidden ? "\"***\"" : to_toml(value)) + " # "
           + (source == loaded.sources.end() ? "default" : source->second) + "\n";
  });
}

std::string example_config() {
  return "# Every setting of fief, at its default. A line may be left out.\n"
         "# A flag (--http-port) or a variable (FIEF_HTTP_PORT) overrides the key here.\n\n"
         + print_all([](const setting& x) {
             return comment_of(x) + std::string{name_of(x)} + " = " + to_toml(x.get(config{}))
                    + "\n";
           });
}

} // namespace fief
