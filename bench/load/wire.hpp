#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace fief::load {

/// Appends numbers and texts for `wire_reader`. Between processes of one program on one machine
/// only: there are no versions.
class wire_writer {
public:
  explicit wire_writer(std::string& out) : out_(out) {}

  void number(std::uint64_t x) {
    for (; x >= 0x80; x >>= 7)
      out_.push_back(static_cast<char>(x | 0x80));
    out_.push_back(static_cast<char>(x));
  }
  void text(std::string_view x) {
    number(x.size());
    out_.append(x);
  }

private:
  std::string& out_;
};

/// Reads what `wire_writer` wrote. After a text that is too short everything reads as 0 or empty.
class wire_reader {
public:
  explicit wire_reader(std::string_view in) : in_(in) {}

  std::uint64_t number() {
    std::uint64_t x = 0;
    for (int shift = 0; !in_.empty() && shift < 64; shift += 7) {
      auto byte = static_cast<unsigned char>(in_.front());
      in_.remove_prefix(1);
      x |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80)
        return x;
    }
    return 0;
  }
  std::string text() {
    auto size = static_cast<std::size_t>(number());
    std::string x{in_.substr(0, size)};
    in_.remove_prefix(x.size());
    return x;
  }
  [[nodiscard]] bool is_at_end() const { return in_.empty(); }

private:
  std::string_view in_;
};

} // namespace fief::load
