#pragma once

#include <boost/system/result.hpp>
#include <filesystem>
#include <string>

namespace fief {

/// A file that appears under its name only when it is whole and on disk. Until then it is
/// `NAME.part` beside it, which goes again unless `finish` is reached; one that a killed process
/// left is used again. Mode 0600.
class durable_file {
public:
  template <class T>
  using outcome = boost::system::result<T, std::string>;

  /// Errors: the name is taken and not `force`, another process writes it, or the directory does
  /// not let us.
  static outcome<durable_file> start(const std::filesystem::path& name, bool force);

  durable_file(durable_file&& other) noexcept;
  durable_file& operator=(durable_file&&) = delete;
  durable_file(const durable_file&) = delete;
  durable_file& operator=(const durable_file&) = delete;
  ~durable_file();

  /// To write to.
  [[nodiscard]] int descriptor() const { return descriptor_; }

  /// Puts it in place. Returns its size. Errors: the disk, or the name was taken meanwhile.
  outcome<std::uintmax_t> finish();

private:
  durable_file(std::filesystem::path name, bool force, int descriptor)
    : name_(std::move(name)), force_(force), descriptor_(descriptor) {}
  [[nodiscard]] std::filesystem::path part() const { return name_.string() + ".part"; }

  std::filesystem::path name_;
  bool force_;
  int descriptor_;
};

} // namespace fief
