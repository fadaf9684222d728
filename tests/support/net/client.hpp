#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fief::test {

/// What came back over HTTP.
struct answer {
  int status = 0;
  std::string head;
  std::string body;
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// One frame of a WebSocket.
struct frame {
  int opcode = 0;
  std::string payload;
  /// The code of a close frame, else 0.
  [[nodiscard]] int close_code() const;
};

/// A blocking client over a raw socket, able to send what no library would. Every wait ends after
/// ten seconds at the latest, as a failure.
class client {
public:
  explicit client(std::uint16_t port);
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  ~client();

  void send(std::string_view bytes);
  void shut_down_sending();
  void set_receive_buffer(int bytes);
  void hang_up();
  /// Closes at once with a reset instead of a polite end.
  void reset();

  /// The next answer; `head_only` for one to HEAD. Nothing when the server closes instead.
  std::optional<answer> receive(bool head_only = false);
  /// Whether the server closes without another byte.
  bool closed();

  std::optional<answer> get(std::string_view path, std::string_view headers = {});
  std::optional<answer> post(std::string_view path, std::string_view body,
                             std::string_view headers = "Content-Type: application/json\r\n");

  /// Upgrades; the answer is 101 when it went well.
  std::optional<answer> upgrade(std::string_view path = "/v1/live", std::string_view headers = {});
  void send_frame(int opcode, std::string_view payload, bool masked = true);
  void send_text(std::string_view text) { send_frame(1, text); }
  /// Nothing when the connection ends.
  std::optional<frame> receive_frame();

private:
  bool fill(std::size_t bytes);
  bool read_more();

  int fd_;
  std::string in_;
};

} // namespace fief::test
