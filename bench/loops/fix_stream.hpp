#pragma once

#include "base/rng.hpp"

#include <cstdint>
#include <string>

namespace fief::bench {

/// What a phone sends of one run: batches of 10 fixes, one a second at about 2.8 m/s, with a
/// heading that drifts and noise of a few metres, as text of the socket.
class fix_stream {
public:
  static constexpr std::uint32_t batch = 10;

  fix_stream(std::string run, std::int64_t first_t_ms, std::uint64_t seed);

  /// The next message.
  std::string next();
  /// `seq` of the last fix given out.
  [[nodiscard]] std::uint32_t last_seq() const { return seq_; }

private:
  void append_fix(std::string& to);

  std::string run_;
  std::int64_t first_t_ms_;
  base::rng random_;
  std::uint32_t seq_ = 0;
  double lat_ = 0;
  double lon_ = 0;
  double heading_ = 0;
  std::int64_t steps_ = 0;
};

} // namespace fief::bench
