#!/bin/sh
# Makes web/vendor/*.js again from the packages pinned in web/package-lock.json, and prints
# their checksums. Run it after changing a version there; `npm run vendor` calls it.
set -eu
cd "$(dirname "$0")/.."
npm ci
for name in preact markdown-it dompurify; do
  npx --yes esbuild@0.28.2 "vendor/entry/$name.js" --bundle --minify --format=esm \
    --target=es2022 --legal-comments=none --outfile="vendor/$name.js" --log-level=warning
done
for name in preact htm @preact/signals @preact/signals-core markdown-it markdown-it-footnote \
  dompurify linkify-it mdurl uc.micro entities punycode.js; do
  for file in LICENSE LICENSE.txt LICENSE.md LICENSE-MIT.txt; do
    if [ -f "node_modules/$name/$file" ]; then
      cp "node_modules/$name/$file" "vendor/licences/$(echo "$name" | tr -d '@' | tr '/' '-').txt"
      break
    fi
  done
done
cd vendor
sha256sum preact.js markdown-it.js dompurify.js > SHA256SUMS
cat SHA256SUMS
