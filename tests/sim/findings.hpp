#pragma once

#include <sstream>
#include <string>
#include <vector>

namespace fief::test {

/// What a simulated world showed that the promises do not allow. The first ones tell the most.
class findings {
public:
  static constexpr std::size_t texts_max = 12;

  template <class... Parts>
  void add(const Parts&... parts) {
    ++count_;
    if (texts_.size() >= texts_max)
      return;
    std::ostringstream text;
    ((text << parts), ...);
    texts_.push_back(text.str());
  }
  template <class... Parts>
  void expect(bool holds, const Parts&... parts) {
    if (!holds)
      add(parts...);
  }

  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }

private:
  std::vector<std::string> texts_;
  std::size_t count_ = 0;
};

} // namespace fief::test
