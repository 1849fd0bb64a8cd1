#!/usr/bin/env bash
# Installs what Duban is built from, and only what is missing.
#
#   scripts/setup.sh [--deep]
#
# On Debian 12 it asks apt for the packages that are not installed; where all
# are, nothing is run and no network is needed. --deep adds what `test.sh
# --deep` uses. On any other system it installs nothing: it lists what is
# needed, and fails if something that the build cannot do without is not found.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

BUILD_PACKAGES=(
  ca-certificates git
  cmake ninja-build g++ pkg-config ccache
  libabsl-dev libprotobuf-dev protobuf-compiler libre2-dev libsqlite3-dev
  libssl-dev libutf8proc-dev libcsv-dev libcli11-dev libpq-dev
  libgtest-dev libgmock-dev
  python3 python3-venv python3-protobuf python3-setuptools python3-wheel
  python3-pip sqlite3 postgresql-15 tzdata
)
DEEP_PACKAGES=(
  clang-14 clang-tidy-14 clang-format-14 libclang-rt-14-dev shellcheck
)

usage() {
  sed -n '2,9p' "${BASH_SOURCE[0]}" | sed 's/^# \{0,1\}//'
}

is_debian_12() {
  [[ -r /etc/os-release ]] || return 1
  # shellcheck source=/dev/null
  (source /etc/os-release && [[ "${ID:-} ${VERSION_ID:-}" == "debian 12" ]])
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo > /dev/null; then
    sudo -- "$@"
  else
    echo "This has to be run by root, or with sudo installed:" >&2
    echo "  $*" >&2
    return 1
  fi
}

# The tests start a PostgreSQL of their own. Debian's package would make a
# server for the whole system as well, unless told otherwise beforehand.
keep_servers_off() {
  local folder=/etc/postgresql-common
  [[ -e "$folder/createcluster.conf" ]] && return
  as_root mkdir -p "$folder/createcluster.d"
  echo 'create_main_cluster = false' |
    as_root tee "$folder/createcluster.d/duban.conf" > /dev/null
}

install_on_debian() {
  local missing=() package
  for package in "$@"; do
    # A package that was removed but not purged answers dpkg -s, too.
    dpkg -s "$package" 2> /dev/null | grep -q '^Status: .* installed$' ||
      missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then
    echo "All ${#} packages are installed."
    return
  fi
  echo "Installing: ${missing[*]}"
  keep_servers_off
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends "${missing[@]}"
}

list_for_other_systems() {
  cat << 'LIST'
This is not Debian 12, so nothing is installed. Duban is built from:

  what                             Debian package
  CMake 3.25 or newer              cmake
  Ninja                            ninja-build
  a C++17 compiler (GCC 9, Clang 10 or newer)  g++
  pkg-config                       pkg-config
  Abseil, LTS 20220623 or newer    libabsl-dev
  Protocol Buffers 3.21 or newer   libprotobuf-dev protobuf-compiler
  RE2                              libre2-dev
  SQLite 3.35 or newer             libsqlite3-dev
  OpenSSL 3 (libcrypto)            libssl-dev
  utf8proc                         libutf8proc-dev
  libcsv                           libcsv-dev
  CLI11 2.1 or newer               libcli11-dev
  libpq 14 or newer                libpq-dev                   (optional)
  PostgreSQL 14 or newer, server   postgresql-15               (tests, with libpq)
  GoogleTest and GoogleMock        libgtest-dev libgmock-dev   (tests)
  Python 3.9 or newer, venv, protobuf, setuptools, wheel, pip
                                   python3 python3-venv python3-protobuf
                                   python3-setuptools python3-wheel python3-pip
  sqlite3 command                  sqlite3                     (tests)
  time zones (zoneinfo)            tzdata                      (plain CEL, tests)
  ccache                           ccache                      (optional)
LIST
  if [[ "$1" == deep ]]; then
    cat << 'LIST'
  Clang 14 with its runtime, clang-tidy, clang-format
                                   clang-14 libclang-rt-14-dev clang-tidy-14
                                   clang-format-14             (--deep)
  ShellCheck                       shellcheck                  (--deep)
LIST
  fi
}

# Succeeds if the compiler finds the header.
has_header() {
  echo "#include <$1>" |
    "${CXX:-c++}" -std=c++17 -E -x c++ - > /dev/null 2>&1
}

check_other_system() {
  local lacking=() command header version
  for command in cmake ninja protoc pkg-config python3 "${CXX:-c++}"; do
    command -v "$command" > /dev/null || lacking+=("$command")
  done
  if command -v cmake > /dev/null; then
    version="$(cmake --version | sed -n '1s/[^0-9]*\([0-9.]*\).*/\1/p')"
    [[ "$(printf '%s\n' 3.25 "$version" | sort -V | head -1)" == 3.25 ]] ||
      lacking+=("cmake 3.25 (found $version)")
  fi
  if command -v "${CXX:-c++}" > /dev/null; then
    for header in absl/status/statusor.h google/protobuf/message.h re2/re2.h \
      sqlite3.h openssl/evp.h utf8proc.h csv.h CLI/App.hpp \
      gtest/gtest.h gmock/gmock.h; do
      has_header "$header" || lacking+=("<$header>")
    done
  fi
  if ((${#lacking[@]} > 0)); then
    printf '\nNot found:\n' >&2
    printf '  %s\n' "${lacking[@]}" >&2
    return 1
  fi
  printf '\nAll that the build needs was found.\n'
}

main() {
  local packages=("${BUILD_PACKAGES[@]}") depth=plain
  case "${1:-}" in
    "") ;;
    --deep)
      packages+=("${DEEP_PACKAGES[@]}")
      depth=deep
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  if is_debian_12; then
    install_on_debian "${packages[@]}"
  else
    list_for_other_systems "$depth"
    check_other_system
  fi
  took setup.sh
}

main "$@"
