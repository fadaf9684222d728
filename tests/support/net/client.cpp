#include "tests/support/net/client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace fief::test {

namespace {

[[noreturn]] void fail(const char* what) {
  throw std::runtime_error{std::string{what} + ": " + std::strerror(errno)};
}

} // namespace

std::string answer::header(std::string_view name) const {
  const auto line = "\r\n" + std::string{name} + ": ";
  const auto at = head.find(line);
  if (at == head.npos)
    return {};
  const auto start = at + line.size();
  return head.substr(start, head.find("\r\n", start) - start);
}

int frame::close_code() const {
  if (opcode != 8 || payload.size() < 2)
    return 0;
  return static_cast<unsigned char>(payload[0]) * 256 + static_cast<unsigned char>(payload[1]);
}

client::client(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  timeval patience{10, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  if (connect(fd_, reinterpret_cast<sockaddr*>(&where), sizeof(where)) != 0)
    fail("connect");
}

client::~client() {
  if (fd_ >= 0)
    ::close(fd_);
}

void client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0)
      return; // The server has closed; what it answered is still to be read.
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void client::shut_down_sending() {
  shutdown(fd_, SHUT_WR);
}

void client::set_receive_buffer(int bytes) {
  setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

void client::hang_up() {
  ::close(fd_);
  fd_ = -1;
}

void client::reset() {
  linger now{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  ::close(fd_);
  fd_ = -1;
}

bool client::read_more() {
  char buffer[16'384];
  const auto n = recv(fd_, buffer, sizeof(buffer), 0);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    fail("the server stays silent");
  if (n <= 0)
    return false;
  in_.append(buffer, static_cast<std::size_t>(n));
  return true;
}

bool client::fill(std::size_t bytes) {
  while (in_.size() < bytes)
    if (!read_more())
      return false;
  return true;
}

std::optional<answer> client::receive(bool head_only) {
  std::size_t end = in_.npos;
  while ((end = in_.find("\r\n\r\n")) == in_.npos)
    if (!read_more())
      return std::nullopt;
  answer result;
  result.head = in_.substr(0, end + 2);
  in_.erase(0, end + 4);
  result.status = std::stoi(result.head.substr(9, 3));
  const auto length = result.header("Content-Length");
  if (length.empty() || head_only)
    return result;
  const auto size = static_cast<std::size_t>(std::stoul(length));
  if (!fill(size))
    return std::nullopt;
  result.body = in_.substr(0, size);
  in_.erase(0, size);
  return result;
}

bool client::closed() {
  return in_.empty() && !read_more();
}

std::optional<answer> client::get(std::string_view path, std::string_view headers) {
  send("GET " + std::string{path} + " HTTP/1.1\r\nHost: test\r\n" + std::string{headers} + "\r\n");
  return receive();
}

std::optional<answer> client::post(std::string_view path, std::string_view body,
                                   std::string_view headers) {
  send("POST " + std::string{path} + " HTTP/1.1\r\nHost: test\r\nContent-Length: "
       + std::to_string(body.size()) + "\r\n" + std::string{headers} + "\r\n" + std::string{body});
  return receive();
}

std::optional<answer> client::upgrade(std::string_view path, std::string_view headers) {
  return get(path, "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                     + std::string{headers});
}

void client::send_frame(int opcode, std::string_view payload, bool masked) {
  std::string out;
  out += static_cast<char>(0x80 | opcode);
  const int mask_bit = masked ? 0x80 : 0;
  if (payload.size() < 126) {
    out += static_cast<char>(mask_bit | static_cast<int>(payload.size()));
  } else if (payload.size() < 65'536) {
    out += static_cast<char>(mask_bit | 126);
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size() & 255);
  } else {
    out += static_cast<char>(mask_bit | 127);
    for (int shift = 56; shift >= 0; shift -= 8)
      out += static_cast<char>((payload.size() >> shift) & 255);
  }
  constexpr std::string_view mask = "\x12\x34\x56\x78";
  if (masked)
    out += mask;
  for (std::size_t i = 0; i < payload.size(); ++i)
    out += static_cast<char>(masked ? payload[i] ^ mask[i % 4] : payload[i]);
  send(out);
}

std::optional<frame> client::receive_frame() {
  if (!fill(2))
    return std::nullopt;
  frame result;
  result.opcode = in_[0] & 15;
  std::size_t size = static_cast<unsigned char>(in_[1]) & 127;
  std::size_t start = 2;
  const std::size_t extra = size == 126 ? 2 : size == 127 ? 8 : 0;
  if (extra > 0) {
    if (!fill(2 + extra))
      return std::nullopt;
    size = 0;
    for (std::size_t i = 0; i < extra; ++i)
      size = size * 256 + static_cast<unsigned char>(in_[2 + i]);
    start += extra;
  }
  if (!fill(start + size))
    return std::nullopt;
  result.payload = in_.substr(start, size);
  in_.erase(0, start + size);
  return result;
}

} // namespace fief::test
