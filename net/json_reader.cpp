#include "net/json_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace fief::net {

namespace dom = simdjson::dom;

namespace {

constexpr std::size_t members_max = 256; // of one object; names are compared one by one

std::string quoted(double x) {
  char text[32];
  auto end = std::to_chars(text, text + sizeof(text), x).ptr;
  return {text, end};
}

} // namespace

void json_errors::add(std::string field, std::string_view code, std::string_view detail) {
  if (list_.size() < errors_max)
    list_.push_back({std::move(field), std::string{code}, std::string{detail}});
}

problem json_errors::to_problem() const {
  problem result = malformed_
                     ? problem{400, "malformed_json", "The body is not the JSON it should be."}
                     : problem{422, "invalid_argument", "Some fields of the body are wrong."};
  result.errors = list_;
  return result;
}

simdjson::error_code json_document::parse_raw(std::string_view text, dom::element& root) {
  if (capacity_ < text.size()) {
    const auto wanted = std::max<std::size_t>(text.size() * 2, 4096);
    if (auto error = parser_.allocate(wanted, depth_max_ + 1))
      return error;
    capacity_ = wanted;
  }
  return parser_.parse(text.data(), text.size(), true).get(root);
}

json_object json_document::parse(std::string_view text, json_errors& errors) {
  dom::element root;
  dom::object object;
  if (auto error = parse_raw(text, root)) {
    errors.mark_malformed();
    errors.add("", "malformed", simdjson::error_message(error));
    return json_object{"", errors};
  }
  if (root.get(object)) {
    errors.add("", "wrong_type", "The body must be an object.");
    return json_object{"", errors};
  }
  return json_object{object, "", errors};
}

json_object::json_object(std::string path, json_errors& errors)
  : path_(std::move(path)), errors_(&errors), ok_(false), unreadable_(true) {}

json_object::json_object(dom::object object, std::string path, json_errors& errors)
  : path_(std::move(path)), errors_(&errors) {
  for (auto field : object) {
    const auto seen = std::any_of(members_.begin(), members_.end(),
                                  [&](const member& x) { return x.name == field.key; });
    if (seen) {
      refuse(field.key, "duplicate_field", "This field comes more than once.");
    } else if (members_.size() == members_max) {
      errors_->add(path_, "too_long", "This object has too many fields.");
      ok_ = false;
      return;
    } else {
      members_.push_back({field.key, field.value});
    }
  }
}

std::string json_object::path_of(std::string_view name) const {
  std::string result = path_;
  if (!result.empty() && !name.empty())
    result += '.';
  return result.append(name.substr(0, 64)); // The client chose it; the answer stays short.
}

void json_object::refuse(std::string_view name, std::string_view code, std::string_view detail) {
  errors_->add(path_of(name), code, detail);
  ok_ = false;
}

void json_object::wrong_type(std::string_view name, std::string_view wanted) {
  refuse(name, "wrong_type", "This must be " + std::string{wanted} + ".");
}

bool json_object::has(std::string_view name) const {
  return std::any_of(members_.begin(), members_.end(),
                     [&](const member& x) { return x.name == name; });
}

const dom::element* json_object::present(std::string_view name) {
  for (auto& x : members_)
    if (x.name == name) {
      x.read = true;
      return x.value.is_null() ? nullptr : &x.value;
    }
  return nullptr;
}

const dom::element* json_object::required(std::string_view name) {
  const auto* x = present(name);
  if (x == nullptr && !unreadable_)
    refuse(name, "missing", "This field is required.");
  return x;
}

std::optional<dom::element> json_object::raw(std::string_view name) {
  for (auto& x : members_)
    if (x.name == name) {
      x.read = true;
      return x.value;
    }
  return std::nullopt;
}

bool json_object::finish() {
  for (const auto& x : members_)
    if (!x.read)
      refuse(x.name, "unknown_field", "There is no such field here.");
  return errors_->empty();
}

// -- values -------------------------------------------------------------------------------------

std::string_view json_object::as_string(std::string_view name, const dom::element& x,
                                        string_bounds bounds) {
  std::string_view value;
  if (x.get(value)) {
    wrong_type(name, "a string");
    return {};
  }
  if (value.find('\0') != value.npos)
    refuse(name, "malformed", "This may not contain a NUL character.");
  else if (value.size() < bounds.min)
    refuse(name, "too_short", "This needs at least " + std::to_string(bounds.min) + " bytes.");
  else if (value.size() > bounds.max)
    refuse(name, "too_long", "This may have at most " + std::to_string(bounds.max) + " bytes.");
  return value;
}

std::int64_t json_object::as_integer(std::string_view name, const dom::element& x, std::int64_t min,
                                     std::int64_t max) {
  std::int64_t value = min;
  const bool too_big = x.type() == dom::element_type::UINT64;
  if (!too_big && x.type() != dom::element_type::INT64) {
    wrong_type(name, "an integer");
    return min;
  }
  if (too_big || x.get(value) || value < min || value > max) {
    refuse(name, "out_of_range",
           "This must be from " + std::to_string(min) + " to " + std::to_string(max) + ".");
    return min;
  }
  return value;
}

double json_object::as_number(std::string_view name, const dom::element& x, double min,
                              double max) {
  double value = min;
  if (x.get(value)) {
    wrong_type(name, "a number");
    return min;
  }
  if (!std::isfinite(value) || value < min || value > max) {
    refuse(name, "out_of_range", "This must be from " + quoted(min) + " to " + quoted(max) + ".");
    return min;
  }
  return value;
}

bool json_object::as_boolean(std::string_view name, const dom::element& x) {
  bool value = false;
  if (x.get(value))
    wrong_type(name, "true or false");
  return value;
}

base::instant json_object::as_instant(std::string_view name, const dom::element& x) {
  std::string_view text;
  if (x.get(text)) {
    wrong_type(name, "an instant as a string");
    return {};
  }
  const auto value = base::parse_rfc3339(text);
  if (!value)
    refuse(name, "malformed", "This must be an instant such as 2026-05-10T20:00:00.000Z.");
  return value.value_or(base::instant{});
}

base::uuid json_object::as_uuid(std::string_view name, const dom::element& x) {
  std::string_view text;
  if (x.get(text)) {
    wrong_type(name, "an id as a string");
    return {};
  }
  const auto value = base::parse_uuid(text);
  if (!value)
    refuse(name, "malformed", "This must be an id of 36 characters.");
  return value.value_or(base::uuid{});
}

json_object json_object::as_object(std::string_view name, const dom::element& x) {
  dom::object value;
  if (x.get(value)) {
    wrong_type(name, "an object");
    return json_object{path_of(name), *errors_};
  }
  return json_object{value, path_of(name), *errors_};
}

std::string_view json_object::string(std::string_view name, string_bounds bounds) {
  const auto* x = required(name);
  return x ? as_string(name, *x, bounds) : std::string_view{};
}

std::int64_t json_object::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const auto* x = required(name);
  return x ? as_integer(name, *x, min, max) : min;
}

double json_object::number(std::string_view name, double min, double max) {
  const auto* x = required(name);
  return x ? as_number(name, *x, min, max) : min;
}

bool json_object::boolean(std::string_view name) {
  const auto* x = required(name);
  return x && as_boolean(name, *x);
}

base::instant json_object::instant(std::string_view name) {
  const auto* x = required(name);
  return x ? as_instant(name, *x) : base::instant{};
}

base::uuid json_object::uuid(std::string_view name) {
  const auto* x = required(name);
  return x ? as_uuid(name, *x) : base::uuid{};
}

std::size_t json_object::one_of(std::string_view name, std::span<const std::string_view> names) {
  const auto* x = required(name);
  if (x == nullptr)
    return 0;
  const auto before = ok_;
  const auto value = as_string(name, *x, {});
  const auto at = std::find(names.begin(), names.end(), value);
  if (at != names.end())
    return static_cast<std::size_t>(at - names.begin());
  if (ok_ || !before) {
    std::string all;
    for (auto each : names)
      all.append(all.empty() ? "" : ", ").append(each);
    refuse(name, "out_of_range", "This must be one of: " + all + ".");
  }
  return 0;
}

json_object json_object::object(std::string_view name) {
  const auto* x = required(name);
  return x ? as_object(name, *x) : json_object{path_of(name), *errors_};
}

std::vector<json_object> json_object::objects(std::string_view name, std::size_t count_min,
                                              std::size_t count_max) {
  std::vector<json_object> result;
  const auto* x = required(name);
  if (x == nullptr)
    return result;
  dom::array items;
  if (x->get(items)) {
    wrong_type(name, "an array");
    return result;
  }
  for (auto item : items) {
    if (result.size() == count_max) {
      refuse(name, "too_long", "This may have at most " + std::to_string(count_max) + " items.");
      return result;
    }
    result.push_back(
      as_object(std::string{name} + "[" + std::to_string(result.size()) + "]", item));
  }
  if (result.size() < count_min)
    refuse(name, "too_short", "This needs at least " + std::to_string(count_min) + " items.");
  return result;
}

std::vector<double> json_object::numbers(std::string_view name, std::size_t size_min,
                                         std::size_t size_max) {
  std::vector<double> result;
  const auto* x = required(name);
  if (x == nullptr)
    return result;
  dom::array items;
  if (x->get(items)) {
    wrong_type(name, "an array of numbers");
    return result;
  }
  for (auto item : items) {
    if (result.size() == size_max) {
      refuse(name, "too_long", "This may have at most " + std::to_string(size_max) + " items.");
      return result;
    }
    constexpr auto any = std::numeric_limits<double>::max();
    result.push_back(
      as_number(std::string{name} + "[" + std::to_string(result.size()) + "]", item, -any, any));
  }
  if (result.size() < size_min)
    refuse(name, "too_short", "This needs at least " + std::to_string(size_min) + " items.");
  return result;
}

std::optional<std::string_view> json_object::optional_string(std::string_view name,
                                                             string_bounds bounds) {
  const auto* x = present(name);
  return x ? std::optional{as_string(name, *x, bounds)} : std::nullopt;
}

std::optional<std::int64_t> json_object::optional_integer(std::string_view name, std::int64_t min,
                                                          std::int64_t max) {
  const auto* x = present(name);
  return x ? std::optional{as_integer(name, *x, min, max)} : std::nullopt;
}

std::optional<double> json_object::optional_number(std::string_view name, double min, double max) {
  const auto* x = present(name);
  return x ? std::optional{as_number(name, *x, min, max)} : std::nullopt;
}

std::optional<bool> json_object::optional_boolean(std::string_view name) {
  const auto* x = present(name);
  return x ? std::optional{as_boolean(name, *x)} : std::nullopt;
}

std::optional<base::instant> json_object::optional_instant(std::string_view name) {
  const auto* x = present(name);
  return x ? std::optional{as_instant(name, *x)} : std::nullopt;
}

std::optional<base::uuid> json_object::optional_uuid(std::string_view name) {
  const auto* x = present(name);
  return x ? std::optional{as_uuid(name, *x)} : std::nullopt;
}

std::optional<json_object> json_object::optional_object(std::string_view name) {
  const auto* x = present(name);
  return x ? std::optional{as_object(name, *x)} : std::nullopt;
}

} // namespace fief::net
