#include "persistence/damage_log.hpp"

#include "persistence/logger.hpp"

namespace fief::persistence {

namespace {

constexpr std::size_t texts_max = 1'000;
constexpr std::chrono::minutes period{1};

} // namespace

void damage_log::report(const std::string& text) {
  auto now = clock::now();
  if (told_.size() >= texts_max)
    std::erase_if(told_, [&](const auto& x) { return now - x.second >= period; });
  if (told_.size() >= texts_max && !told_.contains(text))
    return; // A thousand different ones in a minute: the log says enough.
  auto [at, fresh] = told_.try_emplace(text, now);
  if (!fresh && now - at->second < period)
    return;
  at->second = now;
  logger()->error("{}; `fief audit` lists all of them", text);
}

} // namespace fief::persistence
