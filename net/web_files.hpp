#pragma once

#include "net/http_message.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fief::net {

/// One file of the web application, in each encoding that there is.
struct web_file {
  struct form {
    std::shared_ptr<const std::string> bytes; ///< Null: there is none.
    std::string etag;
  };

  std::string_view content_type; ///< By its extension.
  form plain;
  form gzip;
  form brotli;
};

/// How long a browser may use a file without asking.
enum class web_caching : std::uint8_t {
  ask,     ///< It asks each time whether the file has changed.
  for_ever ///< The name changes with the content.
};

/// The answer to a GET: the encoding that the client likes best, or 304 when it has that already.
http_response answer_of(const web_file& file, web_caching caching, std::string_view accept_encoding,
                        std::string_view if_none_match);

/// Why a directory cannot be served: a sentence naming the file.
struct web_files_error {
  std::string message;
};

struct web_files_limits {
  std::size_t files_max = 1'000;
  std::size_t bytes_max = 64 << 20; ///< Of all files, compressed ones counted too.
};

/// The files of the web application, in memory. They are read once, at the start: what a request
/// names is looked up here and never in the file system, so there is no path to walk out of.
/// Threads: any, once it is read.
class web_files {
public:
  /// Reads `directory`: `index.html`, the other files beside it, and those of `assets/`. A file
  /// `x.gz` or `x.br` beside `x` is its compressed form; texts without a gzip form get one.
  /// Errors: no `index.html`, more than the limits allow, a file that cannot be read, or a gzip
  /// form that is another file's.
  static boost::system::result<web_files, web_files_error>
  read(const std::filesystem::path& directory, const web_files_limits& limits = {});

  [[nodiscard]] const web_file& page() const { return page_; }
  /// A file of `assets/`; null without one of this name.
  [[nodiscard]] const web_file* find_asset(std::string_view name) const;
  /// The files beside the page, such as `favicon.svg`.
  [[nodiscard]] const std::map<std::string, web_file, std::less<>>& beside_page() const {
    return beside_;
  }
  /// What lies in the directory and is not served, for the log.
  [[nodiscard]] const std::vector<std::string>& left_out() const { return left_out_; }
  [[nodiscard]] std::size_t count() const { return 1 + beside_.size() + assets_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
  web_files() = default;

  web_file page_;
  std::map<std::string, web_file, std::less<>> beside_;
  std::map<std::string, web_file, std::less<>> assets_;
  std::vector<std::string> left_out_;
  std::size_t bytes_ = 0;
};

} // namespace fief::net
