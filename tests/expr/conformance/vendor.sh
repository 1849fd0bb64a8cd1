#!/usr/bin/env bash
# Fetches the conformance suite of CEL again and writes suite/.
#
#   tests/expr/conformance/vendor.sh
#
# Only for whoever moves to another version of the suite: needs node, npm and
# the network. Building and running the tests needs none of them.
set -euo pipefail

VERSION=0.6.1
SHA256=37e4b203f5ca5192db73a6095d129fb5e58a262a89309ba32e1840e7a80270e1
PROTOBUF=2.17.0
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

main() {
  local work
  work=$(mktemp -d)
  # shellcheck disable=SC2064  # the folder of now
  trap "rm -rf '$work'" EXIT
  cd "$work"
  npm pack --silent "@bufbuild/cel-spec@$VERSION" > /dev/null
  sha256sum --check --quiet <<<"$SHA256  bufbuild-cel-spec-$VERSION.tgz"
  npm install --silent --ignore-scripts --no-save \
    "./bufbuild-cel-spec-$VERSION.tgz" "@bufbuild/protobuf@$PROTOBUF"
  rm -f "$HERE"/suite/*.json "$HERE/suite/types.binpb"
  node "$HERE/vendor.js" "$work/node_modules" "$HERE/suite"
}

main "$@"
