#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "net/problem.hpp"

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fief::net {

class json_object;

/// How long a string may be. Units: bytes.
struct string_bounds {
  std::size_t min = 0;
  std::size_t max = 1024;
};

/// Collects what is wrong with one body. After `errors_max` the rest goes unmentioned.
class json_errors {
public:
  static constexpr std::size_t errors_max = 16;

  void add(std::string field, std::string_view code, std::string_view detail);
  [[nodiscard]] bool empty() const { return list_.empty(); }
  /// 422 `invalid_argument`, or 400 `malformed_json` when nothing could be read.
  [[nodiscard]] problem to_problem() const;
  void mark_malformed() { malformed_ = true; }

private:
  std::vector<field_error> list_;
  bool malformed_ = false;
};

/// Parses JSON documents, one at a time, into memory that it keeps: one of these per thread or
/// connection. Everything read from a document is valid until the next `parse`.
class json_document {
public:
  explicit json_document(std::size_t depth_max = 16) : depth_max_(depth_max) {}

  /// The root, which must be an object; its `ok` is false after any error, which is then in
  /// `errors`. Checks the whole text: syntax, UTF-8, depth, numbers that no double holds.
  json_object parse(std::string_view text, json_errors& errors);

  /// The same without the convenience, for codecs that walk by themselves.
  simdjson::error_code parse_raw(std::string_view text, simdjson::dom::element& root);

private:
  simdjson::dom::parser parser_;
  std::size_t depth_max_;
  std::size_t capacity_ = 0;
};

/// A strict reader of one object: it reads each field once, by name and type, and `finish` refuses
/// those that nobody asked for. Reading goes on after an error with a default value, so one answer
/// names everything that is wrong.
///
///     json_errors errors;
///     auto in = document.parse(request.body, errors);
///     auto name = in.string("name", {.min = 1, .max = 80});
///     auto fee = in.integer("entry_fee_cents", 0, 1'000'000);
///     if (!in.finish())
///       return answer.send(errors.to_problem());
///
/// Codes: missing, unknown_field, duplicate_field, wrong_type, out_of_range, too_short, too_long,
/// malformed.
class json_object {
public:
  json_object(simdjson::dom::object object, std::string path, json_errors& errors);
  /// What stands for an object that could not be read.
  json_object(std::string path, json_errors& errors);

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool has(std::string_view name) const;

  std::string_view string(std::string_view name, string_bounds bounds = {});
  std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);
  double number(std::string_view name, double min, double max);
  bool boolean(std::string_view name);
  base::instant instant(std::string_view name); ///< RFC 3339.
  base::uuid uuid(std::string_view name);
  /// Index of the value in `names`.
  std::size_t one_of(std::string_view name, std::span<const std::string_view> names);
  json_object object(std::string_view name);
  std::vector<json_object> objects(std::string_view name, std::size_t count_min,
                                   std::size_t count_max);
  /// An array of `size` numbers such as `[lat, lon]`, or of `size` or fewer down to `size_min`.
  std::vector<double> numbers(std::string_view name, std::size_t size_min, std::size_t size_max);

  // Absent and null are both nothing.
  std::optional<std::string_view> optional_string(std::string_view name, string_bounds bounds = {});
  std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t min,
                                               std::int64_t max);
  std::optional<double> optional_number(std::string_view name, double min, double max);
  std::optional<bool> optional_boolean(std::string_view name);
  std::optional<base::instant> optional_instant(std::string_view name);
  std::optional<base::uuid> optional_uuid(std::string_view name);
  std::optional<json_object> optional_object(std::string_view name);

  /// A field as it is, for a codec; nothing when absent, which is not an error.
  std::optional<simdjson::dom::element> raw(std::string_view name);

  /// Adds an error of a rule that the caller checks.
  void refuse(std::string_view name, std::string_view code, std::string_view detail);

  /// Refuses fields that were not read. Whether the whole document is in order so far.
  bool finish();

private:
  struct member {
    std::string_view name;
    simdjson::dom::element value;
    bool read = false;
  };

  /// Null and an error when it is absent.
  const simdjson::dom::element* required(std::string_view name);
  /// Null when it is absent or `null`.
  const simdjson::dom::element* present(std::string_view name);
  [[nodiscard]] std::string path_of(std::string_view name) const;
  void wrong_type(std::string_view name, std::string_view wanted);

  std::string_view as_string(std::string_view name, const simdjson::dom::element& x,
                             string_bounds bounds);
  std::int64_t as_integer(std::string_view name, const simdjson::dom::element& x, std::int64_t min,
                          std::int64_t max);
  double as_number(std::string_view name, const simdjson::dom::element& x, double min, double max);
  bool as_boolean(std::string_view name, const simdjson::dom::element& x);
  base::instant as_instant(std::string_view name, const simdjson::dom::element& x);
  base::uuid as_uuid(std::string_view name, const simdjson::dom::element& x);
  json_object as_object(std::string_view name, const simdjson::dom::element& x);

  std::vector<member> members_;
  std::string path_;
  json_errors* errors_;
  bool ok_ = true;
  bool unreadable_ = false; // has told so already
};

} // namespace fief::net
