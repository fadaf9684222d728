#include "integrations/files/xml_reader.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <expat.h>
#include <set>
#include <vector>

namespace fief::integrations {

namespace {

using limits = file_limits;

static_assert(sizeof(XML_Char) == 1, "expat hands out UTF-8");

constexpr std::size_t step = 16 << 10; ///< So many bytes at a time, to see how expat fares.

std::string_view local_name(std::string_view name) {
  return name.substr(name.rfind(':') + 1); // Without a colon: npos + 1 is 0.
}

/// One document under way. Expat calls back from C, so nothing here may throw past it.
class reading {
public:
  explicit reading(xml_handler& handler);
  std::optional<file_error> run(std::string_view bytes);

private:
  static void XMLCALL on_start(void* self, const XML_Char* name, const XML_Char** attributes);
  static void XMLCALL on_end(void* self, const XML_Char* name);
  static void XMLCALL on_text(void* self, const XML_Char* text, int size);
  static void XMLCALL on_doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*,
                                 int);
  static int XMLCALL on_encoding(void*, const XML_Char* name, XML_Encoding* encoding);

  void start(std::string_view name, const XML_Char** attributes);
  void end();
  void stop(file_errc code, std::string detail);
  bool is_known(std::string_view name);
  [[nodiscard]] file_error located(file_error x) const;
  [[nodiscard]] file_error error_of_expat() const;

  struct free_parser {
    void operator()(XML_Parser x) const { XML_ParserFree(x); }
  };

  std::unique_ptr<std::remove_pointer_t<XML_Parser>, free_parser> parser_;
  xml_handler& handler_;
  std::vector<int> open_; ///< The handler's number of each open element.
  std::string text_;      ///< Of the innermost one, since its last child.
  bool text_too_long_ = false;
  std::set<std::size_t> names_; ///< Hashes of the element names seen.
  std::size_t last_name_ = 0;
  std::optional<file_error> error_;
};

reading::reading(xml_handler& handler) : parser_(XML_ParserCreate(nullptr)), handler_(handler) {
  FIEF_ASSERT(parser_ != nullptr);
  auto* parser = parser_.get();
  XML_SetUserData(parser, this);
  XML_SetElementHandler(parser, on_start, on_end);
  XML_SetCharacterDataHandler(parser, on_text);
  XML_SetStartDoctypeDeclHandler(parser, on_doctype);
  XML_SetUnknownEncodingHandler(parser, on_encoding, nullptr);
  XML_SetParamEntityParsing(parser, XML_PARAM_ENTITY_PARSING_NEVER);
  open_.reserve(limits::depth_max);
  text_.reserve(limits::text_bytes_max);
}

std::optional<file_error> reading::run(std::string_view bytes) {
  auto* parser = parser_.get();
  XML_Index done = 0;
  for (std::size_t at = 0; !error_;) {
    const auto part = bytes.substr(at, step);
    at += part.size();
    const auto last = at == bytes.size();
    const auto status = XML_Parse(parser, part.data(), static_cast<int>(part.size()), last);
    if (error_)
      break;
    if (status != XML_STATUS_OK)
      return error_of_expat();
    if (last)
      return std::nullopt;
    // From here on expat keeps a tag or comment that has no end yet. It looks at it again, and
    // tells, when there is twice as much as the last time.
    done = std::max(done, XML_GetCurrentByteIndex(parser));
    if (at - static_cast<std::size_t>(done) > 2 * limits::token_bytes_max + step)
      return located({file_errc::malformed_file, "a tag or a comment longer than 64 KiB"});
  }
  return error_;
}

void XMLCALL reading::on_start(void* self, const XML_Char* name, const XML_Char** attributes) {
  static_cast<reading*>(self)->start(name, attributes);
}

void XMLCALL reading::on_end(void* self, const XML_Char*) {
  static_cast<reading*>(self)->end();
}

void XMLCALL reading::on_text(void* self, const XML_Char* text, int size) {
  auto& x = *static_cast<reading*>(self);
  if (x.error_ || x.open_.back() == xml_handler::ignored)
    return;
  const auto room = limits::text_bytes_max - x.text_.size();
  x.text_too_long_ = x.text_too_long_ || static_cast<std::size_t>(size) > room;
  if (!x.text_too_long_)
    x.text_.append(text, static_cast<std::size_t>(size));
}

void XMLCALL reading::on_doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*,
                                 int) {
  static_cast<reading*>(self)->stop(file_errc::entities_refused,
                                    "a document type declaration is not accepted");
}

/// Encodings of one byte per character share their ASCII half; the rest reads as a replacement.
int XMLCALL reading::on_encoding(void*, const XML_Char* name, XML_Encoding* encoding) {
  std::string upper{name};
  for (auto& c : upper)
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  if (!upper.starts_with("WINDOWS-12") && !upper.starts_with("CP12")
      && !upper.starts_with("ISO-8859-") && upper != "LATIN1")
    return XML_STATUS_ERROR;
  for (int i = 0; i < 256; ++i)
    encoding->map[i] = i < 128 ? i : 0xFFFD;
  encoding->data = nullptr;
  encoding->convert = nullptr;
  encoding->release = nullptr;
  return XML_STATUS_OK;
}

void reading::start(std::string_view name, const XML_Char** attributes) {
  if (error_)
    return;
  if (open_.size() >= limits::depth_max)
    return stop(file_errc::file_too_deep, "elements are nested more than 32 deep");
  if (!is_known(name))
    return stop(file_errc::names_refused, "more than 1000 different names of elements");
  for (auto** pair = attributes; *pair != nullptr; pair += 2)
    if (!is_known(*pair))
      return stop(file_errc::names_refused, "more than 1000 different names of attributes");
  const auto parent = open_.empty() ? xml_handler::document : open_.back();
  const auto element = parent == xml_handler::ignored
                         ? xml_handler::ignored
                         : handler_.opened(parent, local_name(name), xml_attributes{attributes});
  open_.push_back(element);
  text_.clear();
  text_too_long_ = false;
  if (handler_.refused())
    stop(handler_.refused()->code, handler_.refused()->detail);
}

void reading::end() {
  if (error_)
    return;
  const auto element = open_.back();
  if (element != xml_handler::ignored)
    handler_.closed(element, text_too_long_ ? std::string_view{} : text_);
  open_.pop_back();
  text_.clear();
  text_too_long_ = false;
  if (handler_.refused())
    stop(handler_.refused()->code, handler_.refused()->detail);
}

void reading::stop(file_errc code, std::string detail) {
  error_ = located({code, std::move(detail)});
  XML_StopParser(parser_.get(), XML_FALSE);
}

/// Expat keeps every name that it meets, so their number has to have a bound.
bool reading::is_known(std::string_view name) {
  const auto hash = std::hash<std::string_view>{}(name);
  if (hash == last_name_)
    return true;
  last_name_ = hash;
  names_.insert(hash);
  return names_.size() <= limits::names_max;
}

file_error reading::located(file_error x) const {
  const auto line = XML_GetCurrentLineNumber(parser_.get());
  x.detail = "line " + std::to_string(line) + ": " + x.detail;
  return x;
}

file_error reading::error_of_expat() const {
  const auto code = XML_GetErrorCode(parser_.get());
  switch (code) {
    case XML_ERROR_UNDEFINED_ENTITY:
      return located({file_errc::entities_refused,
                      "an entity other than &lt; &gt; &amp; &apos; and &quot; is not accepted"});
    case XML_ERROR_NO_ELEMENTS:
    case XML_ERROR_UNCLOSED_TOKEN:
      return located({file_errc::malformed_file,
                      open_.empty() ? "the file ends before its first element"
                                    : "the file ends before its elements do: it is cut off"});
    default: return located({file_errc::malformed_file, XML_ErrorString(code)});
  }
}

} // namespace

std::optional<std::string_view> xml_attributes::find(std::string_view name) const {
  for (auto** pair = pairs_; *pair != nullptr; pair += 2)
    if (local_name(*pair) == name)
      return pair[1];
  return std::nullopt;
}

void xml_handler::refuse(file_errc code, std::string detail) {
  if (!refused_)
    refused_ = file_error{code, std::move(detail)};
}

std::optional<file_error> read_xml(std::string_view bytes, xml_handler& handler) {
  return reading{handler}.run(bytes);
}

} // namespace fief::integrations
