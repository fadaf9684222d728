#include "integrations/files/track_file.hpp"

#include "integrations/files/fit_reader.hpp"
#include "integrations/files/gpx_reader.hpp"
#include "integrations/files/polyline.hpp"
#include "integrations/files/tcx_reader.hpp"

#include <algorithm>

namespace fief::integrations {

namespace {

enum class file_format : std::uint8_t { unknown, gpx, tcx, fit };

std::string_view name_of(file_format x) {
  switch (x) {
    case file_format::gpx: return "GPX";
    case file_format::tcx: return "TCX";
    case file_format::fit: return "FIT";
    case file_format::unknown: break;
  }
  return "unknown";
}

/// What the sender calls it; `unknown` for whatever may hold several formats.
file_format format_declared(std::string_view content_type) {
  std::string type;
  for (auto c : content_type.substr(0, content_type.find(';')))
    if (c != ' ' && c != '\t')
      type += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (type == "application/gpx+xml" || type == "application/gpx")
    return file_format::gpx;
  if (type == "application/vnd.garmin.tcx+xml" || type == "application/tcx+xml")
    return file_format::tcx;
  if (type == "application/vnd.ant.fit" || type == "application/fit")
    return file_format::fit;
  return file_format::unknown;
}

/// XML begins with `<`, in UTF-8 or UTF-16, with or without a byte order mark.
bool is_xml(std::string_view bytes) {
  using namespace std::string_view_literals;
  for (auto start : {"\xFE\xFF"sv, "\xFF\xFE"sv, "<\0"sv, "\0<"sv})
    if (bytes.starts_with(start))
      return true;
  if (bytes.starts_with("\xEF\xBB\xBF"))
    bytes.remove_prefix(3);
  const auto first = bytes.find_first_not_of(" \t\r\n");
  return first != bytes.npos && bytes[first] == '<';
}

bool is_compressed(std::string_view bytes) {
  using namespace std::string_view_literals;
  for (auto start : {"\x1F\x8B"sv, "PK\x03\x04"sv, "BZh"sv, "\x28\xB5\x2F\xFD"sv})
    if (bytes.starts_with(start))
      return true;
  return false;
}

/// Why bytes of no known format are refused.
file_error refusal_of(std::string_view bytes) {
  if (is_compressed(bytes))
    return {file_errc::unsupported_format, "a compressed file; send what is in it"};
  if (is_polyline(bytes))
    return {file_errc::polyline_has_no_times,
            "an encoded polyline has no times; send the recording as GPX, TCX or FIT"};
  return {file_errc::unsupported_format, "neither GPX nor TCX nor FIT"};
}

file_error contradiction(file_format declared, file_format found) {
  return {file_errc::unsupported_format, "declared as " + std::string{name_of(declared)}
                                           + ", but it is " + std::string{name_of(found)}};
}

/// Gives a document to the reader of the format that its root element names.
class root_reader : public xml_handler {
public:
  explicit root_reader(file_format declared) : declared_(declared) {}

  int opened(int parent, std::string_view name, const xml_attributes& attributes) override {
    if (parent == document && !choose(name))
      return ignored;
    const auto element = chosen_->opened(parent, name, attributes);
    pass_refusal();
    return element;
  }

  void closed(int element, std::string_view text) override {
    chosen_->closed(element, text);
    pass_refusal();
  }

  track_file_result finish() { return chosen_ == &gpx_ ? gpx_.finish() : tcx_.finish(); }

private:
  bool choose(std::string_view root) {
    const auto found = root == gpx_reader::root   ? file_format::gpx
                       : root == tcx_reader::root ? file_format::tcx
                                                  : file_format::unknown;
    if (found == file_format::unknown) {
      constexpr std::size_t name_max = 40;
      refuse(file_errc::unsupported_format, "the root element is "
                                              + std::string{root.substr(0, name_max)}
                                              + ", not gpx or TrainingCenterDatabase");
      return false;
    }
    chosen_ = found == file_format::gpx ? static_cast<xml_handler*>(&gpx_) : &tcx_;
    if (declared_ == file_format::unknown || declared_ == found)
      return true;
    auto error = contradiction(declared_, found);
    refuse(error.code, std::move(error.detail));
    return false;
  }

  void pass_refusal() {
    if (const auto& x = chosen_->refused())
      refuse(x->code, x->detail);
  }

  file_format declared_;
  gpx_reader gpx_;
  tcx_reader tcx_;
  xml_handler* chosen_ = &gpx_;
};

track_file_result read_xml_file(std::string_view bytes, file_format declared) {
  // Some programs put spaces before the declaration, which XML does not allow.
  bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
  root_reader reader{declared};
  if (auto error = read_xml(bytes, reader))
    return std::move(*error);
  return reader.finish();
}

} // namespace

std::string_view to_string(file_errc x) {
  switch (x) {
    case file_errc::unsupported_format: return "unsupported_format";
    case file_errc::malformed_file: return "malformed_file";
    case file_errc::crc_mismatch: return "crc_mismatch";
    case file_errc::file_too_large: return "file_too_large";
    case file_errc::file_too_deep: return "file_too_deep";
    case file_errc::entities_refused: return "entities_refused";
    case file_errc::names_refused: return "names_refused";
    case file_errc::too_many_fixes: return "too_many_fixes";
    case file_errc::no_activity: return "no_activity";
    case file_errc::no_usable_time: return "no_usable_time";
    case file_errc::polyline_has_no_times: return "polyline_has_no_times";
  }
  return "unknown";
}

track_file_result decode_track_file(std::string_view bytes, std::string_view content_type) {
  if (bytes.size() > file_limits::bytes_max)
    return file_error{file_errc::file_too_large, "more than 25 MB"};
  if (bytes.empty())
    return file_error{file_errc::malformed_file, "an empty file"};
  const auto declared = format_declared(content_type);
  if (is_fit(bytes)) {
    if (declared != file_format::unknown && declared != file_format::fit)
      return contradiction(declared, file_format::fit);
    return read_fit(bytes);
  }
  if (is_xml(bytes))
    return read_xml_file(bytes, declared);
  if (declared == file_format::unknown || is_compressed(bytes))
    return refusal_of(bytes);
  // Declared and yet unrecognisable: most likely cut off.
  if (declared == file_format::fit)
    return read_fit(bytes);
  return read_xml_file(bytes, declared);
}

} // namespace fief::integrations
