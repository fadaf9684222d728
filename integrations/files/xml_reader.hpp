#pragma once

#include "integrations/files/track_file.hpp"

#include <memory>

namespace fief::integrations {

/// The attributes of one element, names without their prefix.
class xml_attributes {
public:
  explicit xml_attributes(const char** pairs) : pairs_(pairs) {}
  /// Nothing if there is none of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

private:
  const char** pairs_; ///< Name, value, name, value, ..., null.
};

/// What a format makes of the elements. Elements are numbered by the handler; below one that it
/// ignores it hears nothing.
class xml_handler {
public:
  static constexpr int document = 0; ///< The parent of the root.
  static constexpr int ignored = -1;

  xml_handler() = default;
  xml_handler(const xml_handler&) = delete;
  xml_handler& operator=(const xml_handler&) = delete;
  virtual ~xml_handler() = default;

  /// An element begins below `parent`. Returns its number, from 1, or `ignored`.
  virtual int opened(int parent, std::string_view name, const xml_attributes& attributes) = 0;
  /// An element ends; `text` is what it holds after its last child. Longer than
  /// `text_bytes_max`: empty.
  virtual void closed(int element, std::string_view text) = 0;

  [[nodiscard]] const std::optional<file_error>& refused() const { return refused_; }

protected:
  /// Ends the reading; the line is added to `detail`. The first one counts.
  void refuse(file_errc code, std::string detail);

private:
  std::optional<file_error> refused_;
};

/// Reads a whole document through `handler`.
///
/// Files come from strangers, so nothing is resolved, fetched or expanded: a DTD ends the reading
/// where it begins, and memory does not grow with the document (`file_limits`). Encodings: UTF-8,
/// UTF-16, ISO-8859-1, and of other 8-bit ones the ASCII half, which is all that tracks need.
/// Errors: nothing if the document is sound and the handler did not refuse.
std::optional<file_error> read_xml(std::string_view bytes, xml_handler& handler);

} // namespace fief::integrations
