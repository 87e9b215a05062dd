#!/bin/sh
# hlsearch completions: what the shells make of them, asked of the shells.
. tests/cases/cli.sh
root=$(pwd)
for shell in bash zsh fish; do
    run completions $shell
    is "$CODE$ERR" 0 "$shell: a script"
    cp "$T/out" "$T/$shell"
    if command -v $shell >/dev/null 2>&1; then
        $shell -n "$T/$shell" 2>"$T/err"
        is "$?$(cat "$T/err")" 0 "$shell -n finds no fault"
    else
        skip "$shell not there"
    fi
done
run completions csh
fails 2 "no completions for a shell named csh; bash, zsh and fish are known" "another shell"
run completions
fails 2 "usage: hlsearch completions bash|zsh|fish" "no shell"

# The shells are the same whatever the build.
case $B in
*/asan) done_testing ;;
esac

# A folder with an index whose name has a blank, one further down, files, and none of these.
mkdir -p "$T/in/my news.ix" "$T/in/plain/deep.ix" "$T/in/other" "$T/in/with,comma/deep.ix" \
    "$T/home"
touch "$T/in/my news.ix/manifest-0000000001" "$T/in/plain/deep.ix/manifest-0000000007" \
    "$T/in/with,comma/deep.ix/manifest-0000000001" \
    "$T/in/my file.jsonl" "$T/in/config.txt"

# Each shell is asked for candidates: ask_SHELL LINE, the last word is what is completed; one a
# line, sorted.
ask_bash()
{
    # Words as readline cuts them: at blanks, and = and : for themselves.
    (cd "$T/in" && bash --norc --noprofile -c '
        . "$1"
        line=${2//=/ = }
        eval "COMP_WORDS=(${line//:/ : })"
        case $2 in *" ") COMP_WORDS+=("") ;; esac
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _hlsearch 2>&1
        [[ ${#COMPREPLY[@]} -eq 0 ]] || printf "%s\n" "${COMPREPLY[@]}"' ask "$T/bash" "$1" |
        LC_ALL=C sort)
}
ask_fish()
{
    (cd "$T/in" && HOME=$T/home XDG_CONFIG_HOME=$T/home XDG_DATA_HOME=$T/home \
        LC_CTYPE=C.UTF-8 fish -N -c 'source $argv[1]; complete -C $argv[2]' -- "$T/fish" "$1" |
        sed 's/	.*//' | LC_ALL=C sort)
}
joined()
{
    tr '\n' ' ' | sed 's/ $//'
}

# What --help shows of a command: its options, sorted.
options()
{
    "$HL" help "$1" | sed '1,/^Options/d' | sed -n 's/^ *\(-., \)\{0,1\}\(--[a-z0-9-]*\).*/\2/p' | LC_ALL=C sort -u
}
commands=$("$HL" help | sed -n 's/^  \([a-z-]*\)  .*/\1/p')
is "$(echo "$commands" | grep -c .)" "$(echo "$commands" | LC_ALL=C sort -u | grep -c .)" \
    "commands have names of their own"

for shell in bash fish; do
    if ! command -v $shell >/dev/null 2>&1; then
        skip "$shell not there"
        continue
    fi
    is "$(ask_$shell 'hlsearch ')" "$(echo "$commands" | LC_ALL=C sort)" "$shell: commands"
    for command in $commands; do
        is "$(ask_$shell "hlsearch $command --" | grep '^--' | joined)" \
            "$(options "$command" | joined)" "$shell: $command: the options of its help"
    done
    while IFS='|' read -r line want; do
        is "$(ask_$shell "$line" | sed 's,/$,,' | joined)" "$want" "$shell: $line"
    done <<'END'
hlsearch que|query
hlsearch query --fo|--format
hlsearch search --fo|--format
hlsearch query x --format |csv ids json jsonl rss template: text trec tsv
hlsearch query x --format j|json jsonl
hlsearch query x -f t|template: text trec tsv
hlsearch query x -f tem|template:
hlsearch related x -f tem|template:
hlsearch index x -f t|text tokens
hlsearch query x --sort |-date date relevance
hlsearch query x --facet s|section source
hlsearch query x --rank b|bm25
hlsearch query x --color n|never
hlsearch query x --after |
hlsearch query x -n |
hlsearch query x --explai|--explain
hlsearch query x --sni|--snippet
hlsearch query x -- --fo|
hlsearch query x -- -|
hlsearch query |my news.ix
hlsearch query m|my news.ix
hlsearch query my\ n|my news.ix
hlsearch query pl|plain
hlsearch query plain/|plain/deep.ix
hlsearch query zz|
hlsearch query other/|
hlsearch query x |
hlsearch query --json |my news.ix
hlsearch query -n 3 |my news.ix
hlsearch query --format text |my news.ix
hlsearch query --format=text |my news.ix
hlsearch query -i |my news.ix
hlsearch query --index p|plain
hlsearch query -i x |
hlsearch stats |my news.ix
hlsearch query my\ news.ix,|my news.ix,my news.ix
hlsearch query my\ news.ix,m|my news.ix,my news.ix
hlsearch query my\ news.ix,pl|my news.ix,plain
hlsearch query a,plain/|a,plain/deep.ix
hlsearch query zz,zz|
hlsearch query -i a,m|a,my news.ix
hlsearch query with,comma/|with,comma/deep.ix
hlsearch query with,|with,comma
hlsearch check a,m|
hlsearch help in|index inspect
hlsearch completions |bash fish zsh
hlsearch template s|script style
hlsearch version |
END
    # A value behind = comes back with the option before it or without, as the shell wants it.
    is "$(ask_$shell 'hlsearch query x --format=t' | sed 's/.*=//' | joined)" \
        "template: text trec tsv" \
        "$shell: --format=t"
    is "$(ask_$shell 'hlsearch query x --format=' | sed 's/.*=//' | joined)" \
        "csv ids json jsonl rss template: text trec tsv" "$shell: --format="
done
if command -v fish >/dev/null 2>&1; then
    is "$(ask_fish 'hlsearch index n ' | joined)" \
        "config.txt my file.jsonl my news.ix/ other/ plain/ with,comma/" "fish: files are sources"
    is "$(ask_fish 'hlsearch index n -- my' | joined)" "my file.jsonl my news.ix/" \
        "fish: also after --"
    is "$(ask_fish 'hlsearch query "m')" "my news.ix/" "fish: within quotes"
    is "$(ask_fish 'hlsearch query x --config co')" config.txt "fish: a file as a value"
    is "$(ask_fish 'hlsearch query x --synonyms ' | joined)" \
        "config.txt default my file.jsonl my news.ix/ none other/ plain/ with,comma/" \
        "fish: names and files"
    is "$(ask_fish 'hlsearch query x -f template:c')" "template:config.txt" \
        "fish: a file behind a name"
    is "$(ask_fish 'hlsearch query x -f "template:c')" "template:config.txt" \
        "fish: within quotes too"
    is "$(ask_fish 'hlsearch query "a,m')" "a,my news.ix/" "fish: and an index behind a comma"
    is "$(ask_fish 'hlsearch query x --format=template:c' | sed 's/^--format=//')" \
        "template:config.txt" "fish: also behind ="
fi

# typed SHELL LINE WANT: the line after a tab in a terminal, by its words; lines are typed one
# after the other, since a shell takes its time to start.
typed()
{
    shell=$1
    cut -d '|' -f 1 "$T/lines" >"$T/typed"
    (
        set --
        while IFS= read -r line; do
            set -- "$@" "$line"
        done <"$T/typed"
        python3 "$root/tests/cases/complete.py" $shell "$T/$shell" "$T/in" "$@"
    ) >"$T/became" 2>&1
    cut -d '|' -f 2 "$T/lines" >"$T/wanted"
    n=0
    while IFS= read -r line; do
        n=$((n + 1))
        is "$(sed -n "${n}p" "$T/became" | sed 's,/>,>,')" "$(sed -n "${n}p" "$T/wanted")" \
            "$shell, typed: $line"
    done <"$T/typed"
}
cat >"$T/lines" <<'END'
hlsearch qu|<hlsearch><query>
hlsearch query --fo|<hlsearch><query><--format>
hlsearch query x --format tex|<hlsearch><query><x><--format><text>
hlsearch query x --format=tex|<hlsearch><query><x><--format=text>
hlsearch query x -f tem|<hlsearch><query><x><-f><template:>
hlsearch query x -f template:co|<hlsearch><query><x><-f><template:config.txt>
hlsearch query x --format=template:co|<hlsearch><query><x><--format=template:config.txt>
hlsearch query x -f template:my\ f|<hlsearch><query><x><-f><template:my file.jsonl>
hlsearch query a,m|<hlsearch><query><a,my news.ix>
hlsearch query a,pl|<hlsearch><query><a,plain>
hlsearch query a,plain/|<hlsearch><query><a,plain/deep.ix>
hlsearch query my\ news.ix,plain/|<hlsearch><query><my news.ix,plain/deep.ix>
hlsearch query -i a,m|<hlsearch><query><-i><a,my news.ix>
hlsearch query with,comma/|<hlsearch><query><with,comma/deep.ix>
hlsearch query x -f ts|<hlsearch><query><x><-f><tsv>
hlsearch query m|<hlsearch><query><my news.ix>
hlsearch query my\ n|<hlsearch><query><my news.ix>
hlsearch query pl|<hlsearch><query><plain>
hlsearch query plain/|<hlsearch><query><plain/deep.ix>
hlsearch query -i m|<hlsearch><query><-i><my news.ix>
hlsearch query x --config co|<hlsearch><query><x><--config><config.txt>
hlsearch query x --config=co|<hlsearch><query><x><--config=config.txt>
hlsearch index n my\ f|<hlsearch><index><n><my file.jsonl>
hlsearch index n -- my\ f|<hlsearch><index><n><--><my file.jsonl>
hlsearch query x -- --fo|<hlsearch><query><x><--><--fo>
hlsearch help ind|<hlsearch><help><index>
hlsearch completions z|<hlsearch><completions><zsh>
END
for shell in bash zsh; do
    if has_python && command -v $shell >/dev/null 2>&1; then
        [ $shell = zsh ] || echo 'hlsearch query "my|<hlsearch><query><my news.ix>' >>"$T/lines"
        typed $shell
        sed '$d' "$T/lines" >"$T/rest" && mv "$T/rest" "$T/lines" # zsh leaves the quote open
    else
        skip "$shell or python3 not there"
    fi
done
if has_python && command -v zsh >/dev/null 2>&1; then
    set -- "hlsearch "
    for command in $commands; do
        set -- "$@" "hlsearch $command --"
    done
    python3 tests/cases/complete.py zsh "$T/zsh" "$T/in" --list "$@" >"$T/lists" 2>&1
    is "$(head -1 "$T/lists")" "$(echo "$commands" | LC_ALL=C sort | joined)" "zsh: commands"
    n=1
    for command in $commands; do
        n=$((n + 1))
        is "$(sed -n "${n}p" "$T/lists")" "$(options "$command" | joined)" \
            "zsh: $command: the options of its help"
    done
else
    skip "zsh or python3 not there"
fi

# --- descriptions follow the language; the script stays sound
for shell in bash zsh fish; do
    LANG=vi_VN.UTF-8 "$HL" completions $shell >"$T/vi"
    if command -v $shell >/dev/null 2>&1; then
        $shell -n "$T/vi" 2>"$T/err"
        is "$?$(cat "$T/err")" 0 "$shell: Vietnamese"
    else
        skip "$shell not there"
    fi
done
has "$(LANG=vi "$HL" completions fish)" "tìm bài báo" "descriptions are Vietnamese"
done_testing
