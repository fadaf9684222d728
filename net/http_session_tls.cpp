#include "net/stream_connection.hpp"

#include <boost/asio/ssl/context.hpp>

#include <stdexcept>

namespace fief::net {

void serve_tls(io_thread& thread, plain_stream stream, connection_permit permit,
               std::string address) {
  tls_stream secured{std::move(stream), *thread.shared().tls};
  std::make_shared<stream_connection<tls_stream>>(thread, std::move(secured), std::move(permit),
                                                  std::move(address))
    ->start();
}

std::shared_ptr<asio::ssl::context> make_tls_context(const server_config& config) {
  using ssl = asio::ssl::context;
  auto result = std::make_shared<ssl>(ssl::tls_server);
  result->set_options(ssl::default_workarounds | ssl::no_sslv2 | ssl::no_sslv3 | ssl::no_tlsv1
                      | ssl::no_tlsv1_1);
  SSL_CTX_set_mode(result->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  error_code ec;
  result->use_certificate_chain_file(config.tls_certificate, ec);
  if (ec)
    throw std::runtime_error{"cannot use the certificate " + config.tls_certificate + ": "
                             + ec.message()};
  result->use_private_key_file(config.tls_key, ssl::pem, ec);
  if (ec)
    throw std::runtime_error{"cannot use the key " + config.tls_key + ": " + ec.message()};
  return result;
}

} // namespace fief::net
