#include "net/router.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace fief::net {

struct router::node {
  std::string literal; // of the edge to here, or the name of the parameter
  std::vector<node> children;
  std::unique_ptr<node> parameter;
  std::array<const route*, 8> by_method{};
  std::string allow;

  [[nodiscard]] const node* child(std::string_view text) const {
    auto found = std::find_if(children.begin(), children.end(),
                              [&](const node& x) { return x.literal == text; });
    return found == children.end() ? nullptr : &*found;
  }
  node& child_for(std::string_view segment);
  void list_methods();
};

router::node& router::node::child_for(std::string_view segment) {
  FIEF_ASSERT(!segment.empty());
  if (segment.front() == '{') {
    FIEF_ASSERT(segment.size() > 2 && segment.back() == '}');
    auto name = segment.substr(1, segment.size() - 2);
    if (!parameter) {
      parameter = std::make_unique<node>();
      parameter->literal = name;
    }
    FIEF_ASSERT(parameter->literal == name); // One name for one place, in every pattern.
    return *parameter;
  }
  if (auto* found = child(segment))
    return const_cast<node&>(*found);
  children.emplace_back();
  children.back().literal = segment;
  return children.back();
}

void router::node::list_methods() {
  allow.clear();
  for (std::size_t i = 0; i < by_method.size(); ++i) {
    const auto method = static_cast<http_method>(i);
    const auto source = method == http_method::head ? http_method::get : method;
    if (by_method[static_cast<std::size_t>(source)] != nullptr)
      allow.append(to_string(method)).append(", ");
  }
  allow += "OPTIONS";
}

router::router() : root_(std::make_unique<node>()) {}
router::~router() = default;

void router::add(http_method method, std::string_view pattern, http_handler handler,
                 route_options options) {
  FIEF_ASSERT(handler != nullptr);
  FIEF_ASSERT(pattern.starts_with('/'));
  FIEF_ASSERT(method != http_method::head && method != http_method::options
              && method != http_method::other);
  FIEF_ASSERT(std::count(pattern.begin(), pattern.end(), '{')
              <= static_cast<std::ptrdiff_t>(http_request::params_max));
  auto* at = root_.get();
  for (auto rest = pattern == "/" ? std::string_view{} : pattern; !rest.empty();) {
    rest.remove_prefix(1);
    auto segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    at = &at->child_for(segment);
  }
  auto& slot = at->by_method[static_cast<std::size_t>(method)];
  FIEF_ASSERT(slot == nullptr);
  routes_.push_back(std::make_unique<route>(
    route{method, std::string{pattern}, std::move(handler), std::move(options)}));
  slot = routes_.back().get();
  at->list_methods();
}

bool router::walk(const node& from, std::span<const std::string_view> segments, route_match& match,
                  const node*& end) {
  if (segments.empty()) {
    end = &from;
    return !from.allow.empty();
  }
  const auto text = segments.front();
  if (text.empty())
    return false;
  if (const auto* next = from.child(text); next && walk(*next, segments.subspan(1), match, end))
    return true;
  if (!from.parameter)
    return false;
  match.params[match.param_count++] = {from.parameter->literal, text};
  if (walk(*from.parameter, segments.subspan(1), match, end))
    return true;
  --match.param_count;
  return false;
}

route_match router::find(http_method method, std::span<const std::string_view> segments) const {
  route_match match;
  const node* end = nullptr;
  const bool is_root = segments.size() == 1 && segments.front().empty(); // The path is "/".
  if (!walk(*root_, is_root ? segments.subspan(1) : segments, match, end))
    return match;
  const auto wanted = method == http_method::head ? http_method::get : method;
  match.allow = end->allow;
  match.target = end->by_method[static_cast<std::size_t>(wanted)];
  match.status = match.target == nullptr ? lookup_status::method_not_allowed : lookup_status::found;
  return match;
}

} // namespace fief::net
