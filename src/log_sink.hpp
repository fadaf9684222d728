#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <spdlog/sinks/base_sink.h>
#include <string_view>

namespace fief {

/// Writes lines to a descriptor, but never waits for whoever reads there: a stopped terminal, a log
/// collector that hangs or a full disk costs lines, not answers. When it takes lines again the next
/// one is preceded by how many were lost.
/// Threads: any.
class log_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
  explicit log_sink(int descriptor) : descriptor_(descriptor) {}

  [[nodiscard]] std::uint64_t lost() const { return lost_; }

private:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}
  [[nodiscard]] bool write_now(std::string_view text) const;

  int descriptor_;
  std::atomic<std::uint64_t> lost_{0};
  std::uint64_t told_ = 0; ///< Of the lost ones.
};

} // namespace fief
