#include "net/metrics.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <bit>
#include <charconv>

namespace fief::net {

namespace detail {

std::size_t metric_shard() noexcept {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t mine = threads.fetch_add(1) % metric_shards;
  return mine;
}

} // namespace detail

std::uint64_t counter::value() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& shard : shards_)
    sum += shard.value.load(std::memory_order_relaxed);
  return sum;
}

void histogram::observe_us(std::uint64_t us) noexcept {
  const auto units = us == 0 ? 0 : (us - 1) / 50; // 0 for the first bucket
  const auto bucket = std::min<std::size_t>(std::bit_width(units), bucket_count - 1);
  auto& mine = shards_[detail::metric_shard()];
  mine.buckets[bucket].fetch_add(1, std::memory_order_relaxed);
  mine.sum_us.fetch_add(us, std::memory_order_relaxed);
}

histogram::reading histogram::read() const noexcept {
  reading result;
  for (const auto& x : shards_) {
    for (std::size_t i = 0; i < bucket_count; ++i)
      result.buckets[i] += x.buckets[i].load(std::memory_order_relaxed);
    result.sum_us += x.sum_us.load(std::memory_order_relaxed);
  }
  for (auto n : result.buckets)
    result.count += n;
  return result;
}

struct metrics_registry::series {
  std::string labels;
  std::unique_ptr<net::counter> counter;
  std::unique_ptr<net::gauge> gauge;
  std::unique_ptr<net::histogram> histogram;
};

struct metrics_registry::family {
  std::string name;
  std::string help;
  std::string type;
  std::vector<std::unique_ptr<series>> members;
};

metrics_registry::metrics_registry() = default;
metrics_registry::~metrics_registry() = default;

metrics_registry::series& metrics_registry::find(std::string_view name, std::string_view help,
                                                 std::string_view type, std::string_view labels) {
  auto same_name = [&](const auto& x) { return x->name == name; };
  auto at = std::find_if(families_.begin(), families_.end(), same_name);
  if (at == families_.end()) {
    families_.push_back(std::make_unique<family>(
      family{std::string{name}, std::string{help}, std::string{type}, {}}));
    at = families_.end() - 1;
  }
  FIEF_ASSERT((*at)->type == type);
  auto& members = (*at)->members;
  auto found = std::find_if(members.begin(), members.end(),
                            [&](const auto& x) { return x->labels == labels; });
  if (found != members.end())
    return **found;
  members.push_back(std::make_unique<series>());
  members.back()->labels = labels;
  return *members.back();
}

counter& metrics_registry::add_counter(std::string_view name, std::string_view help,
                                       std::string_view labels) {
  FIEF_ASSERT(name.ends_with("_total"));
  std::lock_guard lock{mutex_};
  auto& at = find(name, help, "counter", labels);
  if (!at.counter)
    at.counter = std::make_unique<counter>();
  return *at.counter;
}

gauge& metrics_registry::add_gauge(std::string_view name, std::string_view help,
                                   std::string_view labels) {
  std::lock_guard lock{mutex_};
  auto& at = find(name, help, "gauge", labels);
  if (!at.gauge)
    at.gauge = std::make_unique<gauge>();
  return *at.gauge;
}

histogram& metrics_registry::add_histogram(std::string_view name, std::string_view help,
                                           std::string_view labels) {
  FIEF_ASSERT(name.ends_with("_seconds"));
  std::lock_guard lock{mutex_};
  auto& at = find(name, help, "histogram", labels);
  if (!at.histogram)
    at.histogram = std::make_unique<histogram>();
  return *at.histogram;
}

namespace {

void append_sample(std::string& out, std::string_view name, std::string_view suffix,
                   std::string_view labels, std::string_view value) {
  out.append(name).append(suffix);
  if (!labels.empty())
    out.append("{").append(labels).append("}");
  out.append(" ").append(value).append("\n");
}

std::string seconds(std::uint64_t us) {
  char text[32];
  auto end = std::to_chars(text, text + sizeof(text), static_cast<double>(us) / 1e6).ptr;
  return {text, end};
}

void append_histogram(std::string& out, std::string_view name, const std::string& labels,
                      const histogram& x) {
  const auto now = x.read();
  const auto prefix = labels.empty() ? std::string{} : labels + ",";
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < histogram::bucket_count; ++i) {
    cumulative += now.buckets[i];
    auto bound = i + 1 == histogram::bucket_count ? "+Inf" : seconds(histogram::bound_us(i));
    append_sample(out, name, "_bucket", prefix + "le=\"" + bound + "\"",
                  std::to_string(cumulative));
  }
  append_sample(out, name, "_sum", labels, seconds(now.sum_us));
  append_sample(out, name, "_count", labels, std::to_string(now.count));
}

} // namespace

std::string metrics_registry::to_text() const {
  std::lock_guard lock{mutex_};
  std::string out;
  for (const auto& kind : families_) {
    out.append("# HELP ").append(kind->name).append(" ").append(kind->help).append("\n");
    out.append("# TYPE ").append(kind->name).append(" ").append(kind->type).append("\n");
    for (const auto& x : kind->members) {
      if (x->counter)
        append_sample(out, kind->name, "", x->labels, std::to_string(x->counter->value()));
      else if (x->gauge)
        append_sample(out, kind->name, "", x->labels, std::to_string(x->gauge->value()));
      else
        append_histogram(out, kind->name, x->labels, *x->histogram);
    }
  }
  return out;
}

std::string escape_label(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\' || c == '"')
      out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

} // namespace fief::net
