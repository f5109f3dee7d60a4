#!/bin/sh
# Renders the app icons from icon.svg and icon-maskable.svg.
#
# usage: render.sh DIRECTORY
#
# DIRECTORY holds the two drawings; the PNGs are written beside them. Only needed when a drawing changes: the PNGs are committed.
# Needs Debian's packages chromium and optipng. CHROMIUM may name another browser of the family.
set -eu

cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# render DRAWING SIZE NAME
render() {
    # The page gives the drawing its size, for it has none itself; what is outside of it stays transparent.
    printf '<!DOCTYPE html><style>*{margin:0}img{display:block}</style><img src="file://%s" width="%s" height="%s">' \
        "$PWD/$1" "$2" "$2" > "$work/page.html"
    "${CHROMIUM:-chromium}" --headless --no-sandbox --disable-gpu --hide-scrollbars --allow-file-access-from-files \
        --user-data-dir="$work/profile" --force-device-scale-factor=1 --default-background-color=00000000 \
        --window-size="$2,$2" --screenshot="$work/$3" "file://$work/page.html" 2> "$work/log" || { cat "$work/log" >&2; exit 1; }
    mv "$work/$3" "$3"
    optipng -quiet -o7 -strip all "$3"
    echo "$3: $(wc -c < "$3") bytes"
}

render icon.svg 192 icon-192.png
render icon.svg 512 icon-512.png
render icon-maskable.svg 512 icon-maskable-512.png
render icon-maskable.svg 180 apple-touch-icon.png
