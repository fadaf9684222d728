#include "net/api/map_view.hpp"

#include "base/assert.hpp"
#include "base/json_writer.hpp"

#include <algorithm>
#include <cmath>

namespace fief::net {

namespace {

// An edge of an area bulges over the parallel of its corners by less than this, up to `lat_max`.
constexpr double bulge_deg = 0.001;
constexpr double lat_max = 80;

} // namespace

bool surely_inside(const game::bbox& box, game::area_id area) {
  const auto points = game::corners(area);
  const bool crosses = box.west > box.east;
  const bool east_part = points[0].lon >= box.west;
  return std::ranges::all_of(points, [&](const game::lat_lon& p) {
    if (std::abs(p.lat) > lat_max || p.lat < box.south + bulge_deg || p.lat > box.north - bulge_deg)
      return false;
    if (crosses) // All on the same side of the gap, or the area might span it.
      return east_part ? p.lon >= box.west : p.lon <= box.east;
    return p.lon >= box.west && p.lon <= box.east;
  });
}

/// Writes tiles and collects whom to name.
class map_view::encoder {
public:
  explicit encoder(std::uint64_t version) {
    text_ = ",\"version\":" + std::to_string(version) + ",\"tiles\":";
    out_.begin_array();
  }

  void add(const map_mirror& from, const actors::public_tile& x) {
    ++count_;
    out_.begin_array().value(game::to_token(x.tile));
    if (x.owner.is_nil()) {
      out_.null().null().end_array();
      return;
    }
    out_.value(x.owner).value(base::to_ms(x.holds_until)).end_array();
    if (!named_.insert(x.owner).second)
      return;
    if (const auto name = from.name_of(x.owner); !name.empty())
      names_out_.member(base::to_string(x.owner), name);
  }

  [[nodiscard]] bool empty() const { return count_ == 0; }

  std::string finish() {
    out_.end_array();
    names_out_.end_object();
    text_ += ",\"owners\":";
    text_ += names_;
    text_ += '}';
    return std::move(text_);
  }

private:
  std::string text_;
  std::string names_;
  base::json_writer out_{text_};
  base::json_writer names_out_ = [this] {
    base::json_writer out{names_};
    out.begin_object();
    return out;
  }();
  std::unordered_set<game::user_id> named_;
  std::size_t count_ = 0;
};

map_view::map_view(const game::bbox& box, const std::vector<area>& areas) : box_(box) {
  FIEF_ASSERT(!areas.empty());
  slots_.reserve(areas.size());
  for (const auto& x : areas) {
    FIEF_ASSERT(x.mirror != nullptr);
    slots_.push_back({x.mirror, surely_inside(box, x.id)});
  }
}

bool map_view::ready() const {
  return std::ranges::all_of(slots_, [](const slot& x) { return x.mirror->loaded(); });
}

std::uint64_t map_view::version() const {
  auto out = slots_.front().mirror->known_through();
  for (const auto& x : slots_)
    out = std::min(out, x.mirror->known_through());
  return out;
}

std::string map_view::snapshot() const {
  encoder out{version()};
  for (const auto& in : slots_)
    for (const auto& x : in.mirror->entries())
      if (!x.tile.owner.is_nil() && shows(in, x.tile.tile))
        out.add(*in.mirror, x.tile);
  return out.finish();
}

std::optional<std::string> map_view::changes_after(std::uint64_t since, game::instant now) const {
  if (static_cast<std::int64_t>(since) > base::to_ms(now)) // None of ours.
    return std::nullopt;
  for (const auto& in : slots_)
    if (since < in.mirror->complete_since())
      return std::nullopt;
  encoder out{version()};
  for (const auto& in : slots_)
    for (const auto& x : in.mirror->entries())
      if (x.tile.changed > since && shows(in, x.tile.tile))
        out.add(*in.mirror, x.tile);
  return out.finish();
}

std::optional<std::string> map_view::take_delta() {
  encoder out{version()};
  for (auto& in : slots_) {
    if (in.told == in.mirror->revision())
      continue;
    for (const auto& x : in.mirror->entries())
      if (x.revision > in.told && shows(in, x.tile.tile))
        out.add(*in.mirror, x.tile);
    in.told = in.mirror->revision();
  }
  if (out.empty())
    return std::nullopt;
  return out.finish();
}

void map_view::mark_told() {
  for (auto& x : slots_)
    x.told = x.mirror->revision();
}

std::shared_ptr<const std::string> map_message(std::string_view type, std::string_view id,
                                               std::string_view members) {
  auto out = std::make_shared<std::string>();
  out->reserve(members.size() + type.size() + id.size() + 32);
  base::json_writer head{*out};
  head.begin_object().member("type", type).member("id", id);
  out->append(members);
  return out;
}

} // namespace fief::net
