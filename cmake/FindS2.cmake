# Debian ships S2 without a CMake package file, and its users must name the absl parts themselves.
find_path(S2_INCLUDE_DIR s2/s2cell_id.h)
find_library(S2_LIBRARY s2)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(S2 DEFAULT_MSG S2_LIBRARY S2_INCLUDE_DIR)
if(S2_FOUND AND NOT TARGET S2::s2)
  add_library(S2::s2 UNKNOWN IMPORTED)
  set_target_properties(S2::s2 PROPERTIES
    IMPORTED_LOCATION ${S2_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${S2_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES "OpenSSL::Crypto;absl::base;absl::strings;absl::int128;absl::btree;absl::fixed_array;absl::inlined_vector;absl::flat_hash_map;absl::flat_hash_set")
endif()
