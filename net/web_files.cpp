#include "net/web_files.hpp"

#include "base/assert.hpp"
#include "net/compress.hpp"
#include "net/etag.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

namespace fief::net {

namespace {

namespace fs = std::filesystem;
using files = std::map<std::string, web_file, std::less<>>;

struct file_type {
  std::string_view extension;
  std::string_view content_type;
  bool is_text; ///< Worth compressing.
};

// Source: RFC 9239 for scripts, the IANA registry for the others.
constexpr std::array types{
  file_type{".html", "text/html; charset=utf-8", true},
  file_type{".js", "text/javascript; charset=utf-8", true},
  file_type{".mjs", "text/javascript; charset=utf-8", true},
  file_type{".css", "text/css; charset=utf-8", true},
  file_type{".json", "application/json", true},
  file_type{".map", "application/json", true},
  file_type{".webmanifest", "application/manifest+json", true},
  file_type{".txt", "text/plain; charset=utf-8", true},
  file_type{".svg", "image/svg+xml", true},
  file_type{".wasm", "application/wasm", true},
  file_type{".pbf", "application/x-protobuf", true},
  file_type{".png", "image/png", false},
  file_type{".jpg", "image/jpeg", false},
  file_type{".webp", "image/webp", false},
  file_type{".ico", "image/x-icon", false},
  file_type{".woff2", "font/woff2", false},
};
constexpr file_type unknown_type{"", "application/octet-stream", false};

file_type type_of(const fs::path& path) {
  const auto extension = path.extension().string();
  const auto* known = std::ranges::find(types, extension, &file_type::extension);
  return known == types.end() ? unknown_type : *known;
}

/// What a build writes, and a URL needs no escapes for.
bool is_served_name(std::string_view name) {
  auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_' || c == '.';
  };
  return !name.starts_with('.') && std::ranges::all_of(name, plain);
}

/// Reads the files of one directory, with a bound on all of them.
class reader {
public:
  explicit reader(const web_files_limits& limits) : limits_(limits) {}

  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] std::vector<std::string> take_left_out() { return std::move(left_out_); }

  /// Errors: false, and `problem()`. `prefix` begins what is reported.
  bool read(const fs::path& directory, const std::string& prefix, files& into);

private:
  bool fail(const fs::path& path, std::string_view what) {
    problem_ = path.string() + " " + std::string{what};
    return false;
  }
  /// Whether so many bytes more may be kept. Errors: false, and `problem()`.
  bool take(const fs::path& path, std::uintmax_t size);
  bool read_bytes(const fs::path& path, web_file::form& into);
  bool read_file(const fs::path& path, web_file& into);

  web_files_limits limits_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  std::string problem_;
  std::vector<std::string> left_out_;
};

bool reader::take(const fs::path& path, std::uintmax_t size) {
  if (size > limits_.bytes_max - bytes_)
    return fail(path, "is too large: all files may have " + std::to_string(limits_.bytes_max >> 20)
                        + " MiB together");
  bytes_ += size;
  return true;
}

bool reader::read_bytes(const fs::path& path, web_file::form& into) {
  std::error_code ec;
  const auto size = fs::file_size(path, ec);
  if (ec)
    return fail(path, "cannot be read: " + ec.message());
  if (!take(path, size))
    return false;
  std::ifstream in{path, std::ios::binary};
  auto bytes = std::make_shared<std::string>(size, '\0');
  if (!in.read(bytes->data(), static_cast<std::streamsize>(size)))
    return fail(path, "cannot be read");
  into = {bytes, etag_of(*bytes)};
  return true;
}

bool reader::read_file(const fs::path& path, web_file& into) {
  const auto type = type_of(path);
  into.content_type = type.content_type;
  if (++count_ > limits_.files_max)
    return fail(path,
                "is one too many: at most " + std::to_string(limits_.files_max) + " are served");
  if (!read_bytes(path, into.plain))
    return false;
  std::error_code ec;
  const fs::path packed{path.string() + ".gz"};
  const fs::path brotli{path.string() + ".br"};
  if (fs::is_regular_file(packed, ec)) {
    if (!read_bytes(packed, into.gzip))
      return false;
    if (!is_gzip_of(*into.gzip.bytes, *into.plain.bytes))
      return fail(packed, "is not the compressed form of the file beside it");
  } else if (type.is_text) {
    if (auto made = gzip_best(*into.plain.bytes); !made.empty()) {
      if (!take(path, made.size()))
        return false;
      auto etag = etag_of(made);
      into.gzip = {std::make_shared<const std::string>(std::move(made)), std::move(etag)};
    }
  }
  return !fs::is_regular_file(brotli, ec) || read_bytes(brotli, into.brotli);
}

bool reader::read(const fs::path& directory, const std::string& prefix, files& into) {
  std::error_code ec;
  std::vector<std::string> names;
  for (fs::directory_iterator at{directory, ec}; !ec && at != fs::directory_iterator{};
       at.increment(ec))
    names.push_back(at->path().filename().string());
  if (ec)
    return fail(directory, "cannot be read: " + ec.message());
  std::ranges::sort(names);
  for (const auto& name : names) {
    const auto path = directory / name;
    const bool is_form = path.extension() == ".gz" || path.extension() == ".br";
    if (is_form && std::ranges::binary_search(names, path.stem().string()))
      continue; // Read with its file.
    if (is_form || !is_served_name(name) || !fs::is_regular_file(path, ec)) {
      if (prefix.empty() && name == "assets" && fs::is_directory(path, ec))
        continue;
      left_out_.push_back(prefix + name);
      continue;
    }
    if (!read_file(path, into[name]))
      return false;
  }
  return true;
}

/// The form to send, and the name of its encoding; empty for the plain one.
std::pair<const web_file::form*, std::string_view> choose(const web_file& file,
                                                          std::string_view accept_encoding) {
  std::pair<const web_file::form*, std::string_view> best{&file.plain, ""};
  // Whoever lists encodings wants one of them, unless he says that the plain form is dearer to him.
  double most = coding_weight(accept_encoding, "identity").value_or(0);
  using candidate = std::pair<const web_file::form*, std::string_view>;
  for (const auto& [form, name] : {candidate{&file.gzip, "gzip"}, candidate{&file.brotli, "br"}}) {
    const auto weight = form->bytes ? coding_weight(accept_encoding, name).value_or(0) : 0;
    if (weight <= 0 || weight < most)
      continue;
    most = weight;
    best = {form, name};
  }
  return best;
}

} // namespace

http_response answer_of(const web_file& file, web_caching caching, std::string_view accept_encoding,
                        std::string_view if_none_match) {
  FIEF_ASSERT(file.plain.bytes != nullptr);
  const auto [form, encoding] = choose(file, accept_encoding);
  http_response out;
  out.headers.emplace_back("Vary", "Accept-Encoding");
  if (caching == web_caching::for_ever) {
    out.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  } else {
    out.headers.emplace_back("Cache-Control", "no-cache");
    out.headers.emplace_back("ETag", form->etag);
    if (none_match(if_none_match, form->etag)) {
      out.status = 304;
      out.content_type.clear();
      return out;
    }
  }
  if (!encoding.empty())
    out.headers.emplace_back("Content-Encoding", encoding);
  out.content_type = file.content_type;
  out.shared_body = form->bytes;
  return out;
}

boost::system::result<web_files, web_files_error> web_files::read(const fs::path& directory,
                                                                  const web_files_limits& limits) {
  reader in{limits};
  web_files out;
  std::error_code ec;
  if (!fs::is_regular_file(directory / "index.html", ec))
    return web_files_error{directory.string() + " has no index.html"};
  if (!in.read(directory, "", out.beside_))
    return web_files_error{in.problem()};
  const auto assets = directory / "assets";
  if (fs::is_directory(assets, ec) && !in.read(assets, "assets/", out.assets_))
    return web_files_error{in.problem()};
  auto page = out.beside_.extract("index.html");
  FIEF_ASSERT(!page.empty());
  out.page_ = std::move(page.mapped());
  out.left_out_ = in.take_left_out();
  out.bytes_ = in.bytes();
  return out;
}

const web_file* web_files::find_asset(std::string_view name) const {
  const auto at = assets_.find(name);
  return at == assets_.end() ? nullptr : &at->second;
}

} // namespace fief::net
