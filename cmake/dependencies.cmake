# Every library that Duban stands on. A target that the parent project already
# has wins, so that one program never holds two copies.

if(NOT TARGET absl::status)
  find_package(absl CONFIG REQUIRED)
endif()
if(NOT TARGET protobuf::libprotobuf)
  # Protobuf up to 3.21 is found by CMake's module, newer ones only by their
  # own package.
  find_package(Protobuf CONFIG QUIET)
  if(NOT TARGET protobuf::libprotobuf)
    find_package(Protobuf REQUIRED)
  endif()
endif()
if(NOT TARGET OpenSSL::Crypto)
  find_package(OpenSSL REQUIRED COMPONENTS Crypto)
endif()
if(NOT TARGET SQLite::SQLite3)
  find_package(SQLite3 REQUIRED)
endif()
if(NOT TARGET re2::re2)
  find_package(re2 CONFIG QUIET)
  if(NOT TARGET re2::re2)
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
    add_library(re2::re2 INTERFACE IMPORTED)
    target_link_libraries(re2::re2 INTERFACE PkgConfig::re2)
  endif()
endif()
if(NOT TARGET utf8proc::utf8proc)
  find_path(UTF8PROC_INCLUDE_DIR utf8proc.h REQUIRED)
  find_library(UTF8PROC_LIBRARY utf8proc REQUIRED)
  add_library(utf8proc::utf8proc UNKNOWN IMPORTED)
  set_target_properties(utf8proc::utf8proc PROPERTIES
    IMPORTED_LOCATION ${UTF8PROC_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${UTF8PROC_INCLUDE_DIR})
endif()
if(NOT TARGET csv::csv)
  find_path(CSV_INCLUDE_DIR csv.h REQUIRED)
  find_library(CSV_LIBRARY csv REQUIRED)
  add_library(csv::csv UNKNOWN IMPORTED)
  set_target_properties(csv::csv PROPERTIES
    IMPORTED_LOCATION ${CSV_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${CSV_INCLUDE_DIR})
endif()
if(NOT TARGET libpq::libpq)
  find_path(LIBPQ_INCLUDE_DIR libpq-fe.h PATH_SUFFIXES postgresql)
  find_library(LIBPQ_LIBRARY pq)
  if(LIBPQ_INCLUDE_DIR AND LIBPQ_LIBRARY)
    add_library(libpq::libpq UNKNOWN IMPORTED)
    set_target_properties(libpq::libpq PROPERTIES
      IMPORTED_LOCATION ${LIBPQ_LIBRARY}
      INTERFACE_INCLUDE_DIRECTORIES ${LIBPQ_INCLUDE_DIR})
  endif()
endif()
# An installed package says itself how it was built.
if(NOT DEFINED DUBAN_WITH_POSTGRES)
  set(duban_has_libpq OFF)
  if(TARGET libpq::libpq)
    set(duban_has_libpq ON)
  endif()
  option(DUBAN_WITH_POSTGRES "Ledgers in PostgreSQL; needs libpq"
         ${duban_has_libpq})
endif()
if(DUBAN_WITH_POSTGRES AND NOT TARGET libpq::libpq)
  message(FATAL_ERROR "DUBAN_WITH_POSTGRES needs libpq (Debian: libpq-dev)")
endif()

set(DUBAN_ABSL_TARGETS
    absl::base absl::civil_time absl::cleanup absl::cord absl::flat_hash_map
    absl::flat_hash_set absl::int128 absl::span absl::status absl::statusor
    absl::str_format absl::strings absl::synchronization absl::time)
