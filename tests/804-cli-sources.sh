#!/bin/sh
# What the sources of an index may be, found the hard way: each case lost or added an
# article once.
#
#   B=build tests/804-cli-sources.sh
LC_ALL=C
export LC_ALL
hlsearch=$(cd "${B:-build}" && pwd)/hlsearch
work=$(mktemp -d "${TMPDIR:-/tmp}/hlsearch-sources-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
XDG_CONFIG_HOME=$work
export XDG_CONFIG_HOME
cd "$work" || exit 1
count=0
failures=0

is() { # is GOT WANT WORDS...
    count=$((count + 1))
    got=$1
    want=$2
    shift 2
    if [ "$got" = "$want" ]; then
        echo "ok $count - $*"
    else
        failures=$((failures + 1))
        echo "not ok $count - $*"
        echo "#   got:  $got"
        echo "#   want: $want"
    fi
}

articles() { # of an index
    "$hlsearch" stats "$1" | awk '$1 == "articles" { print $2; exit }'
}

mkdir -p y/2019/01 y/2020/01
printf 'Bài cũ\nnăm cũ\n' > y/2019/01/1.txt
printf 'Bài mới\nnăm mới\n' > y/2020/01/1.txt
"$hlsearch" index -q a.ix y/2019/01/1.txt y/2020/01/1.txt
is "$(articles a.ix)" 2 "files of one name in folders of one name are two articles"
"$hlsearch" index -q b.ix y/2019/01
"$hlsearch" index -q b.ix ./y/2020/01/
is "$(articles b.ix)" 2 "and from two runs too"
is "$("$hlsearch" query b.ix -f ids bài mới | head -1)" y/2020/01/1.txt "the id is the path"

mkdir arch
cp y/2019/01/1.txt arch/
"$hlsearch" index -q arch/news.ix arch
is "$?" 0 "an index inside its source"
"$hlsearch" index -q arch/news.ix arch
is "$?/$(articles arch/news.ix)" 0/1 "is not read as one"
"$hlsearch" index c.ix arch/news.ix > out 2> err
is "$?/$(grep -c "this is an index, not a source" err)" 4/1 "an index alone is no source"

mkdir tab
cp y/2019/01/1.txt tab/
printf 'id\tscore\na\t1\nb\t2\n' > tab/scores.tsv
"$hlsearch" index -q d.ix tab 2> err
is "$?/$(articles d.ix)" 4/1 "a table of unknown columns is no article"

"$hlsearch" index -q y/2019/01/1.txt tab 2> err
is "$?/$(grep -c 'is a file, not the folder of an index' err)" 2/1 "a file where the index should be"
echo "1..$count"
[ "$failures" = 0 ]
