#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace fief::load {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

/// The server under load, and the addresses that we come from.
struct target {
  bool tls = false;
  std::string host;
  std::uint16_t port = 0;
  tcp::endpoint endpoint;
  std::vector<asio::ip::address> sources; ///< Given by the operator; may be empty.
  std::shared_ptr<asio::ssl::context> context;

  /// Where group `n` of people comes from, or nothing for whatever the system chooses. A server on
  /// the loopback is met from 127.0.0.2 and up: it limits connections and registrations per
  /// address, and one address has 28,000 ports.
  [[nodiscard]] std::optional<asio::ip::address> source(std::uint32_t n) const;
  /// How many different ones there are; 0: as many as are asked for.
  [[nodiscard]] std::size_t sources_max() const;
  [[nodiscard]] std::string url() const;
};

struct bad_target : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct target_options {
  std::string url;
  std::vector<std::string> sources;
  bool insecure = false; ///< Takes any certificate.
  std::string ca_file;   ///< PEM; empty: the system's.
};

/// Reads `http[s]://HOST[:PORT]` and looks the host up. Throws `bad_target`.
target find_target(const target_options& options);

} // namespace fief::load
