#include "persistence/plan.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace fief::persistence {

namespace {

/// The entity whose operations keep their order: mostly a user. Nil: none in particular.
struct subject_of {
  template <class Op>
  base::uuid operator()(const Op& x) const {
    if constexpr (requires { x.claim.user; })
      return x.claim.user.value;
    else if constexpr (requires { x.notice.user; })
      return x.notice.user.value;
    else if constexpr (requires { x.run.user; })
      return x.run.user.value;
    else if constexpr (requires { x.user.id; })
      return x.user.id.value;
    else if constexpr (requires { x.user; })
      return x.user.value;
    else if constexpr (requires { x.event.id; })
      return x.event.id.value;
    else if constexpr (requires { x.event; })
      return x.event.value;
    else
      return {};
  }
};

/// A level runs its rare operations first, in order, then one step per hot kind.
struct level {
  std::vector<std::size_t> rare;
  std::array<std::vector<std::size_t>, std::variant_size_v<operation>> hot;
};

struct place {
  std::size_t depth = 0;
  std::size_t kind = 0; ///< Of the hot operations placed there; `rare` before any.
};

constexpr auto rare = std::variant_size_v<operation>;

template <class Op>
bool hot(const Op&) {
  return is_hot<Op>;
}

class planner {
public:
  void add(const operation& x, std::size_t index) {
    auto is_hot_kind = std::visit([](const auto& op) { return hot(op); }, x);
    auto kind = is_hot_kind ? x.index() : rare;
    auto& last = places_[std::visit(subject_of{}, x)];
    auto depth = last.depth;
    if (last.kind != rare && last.kind != kind)
      ++depth;
    if (const auto* merge = std::get_if<actors::merge_claim>(&x)) {
      auto [next, fresh] = tile_depth_.try_emplace(merge->claim.tile, 0);
      depth = std::max(depth, fresh ? 0 : next->second);
      next->second = depth + 1;
    } else if (std::holds_alternative<actors::settle_mining>(x) && last.kind == kind) {
      ++depth;
    }
    if (levels_.size() <= depth)
      levels_.resize(depth + 1);
    auto& at = levels_[depth];
    (is_hot_kind ? at.hot[kind] : at.rare).push_back(index);
    last = {depth, kind};
  }

  [[nodiscard]] std::vector<step> steps() const {
    std::vector<step> all;
    for (const auto& at : levels_) {
      for (auto index : at.rare)
        all.push_back({{index}});
      for (const auto& group : at.hot)
        if (!group.empty())
          all.push_back({group});
    }
    return all;
  }

private:
  std::vector<level> levels_;
  std::unordered_map<base::uuid, place> places_;
  std::unordered_map<game::tile_id, std::size_t> tile_depth_;
};

} // namespace

std::vector<step> plan(std::span<const operation* const> all) {
  planner p;
  for (std::size_t index = 0; index < all.size(); ++index)
    p.add(*all[index], index);
  return p.steps();
}

} // namespace fief::persistence
