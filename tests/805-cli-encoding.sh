#!/bin/sh
# hlsearch index --encoding and --repair, and what the summary says of them; text --op.
. tests/cases/cli.sh

# bytes ESCAPES: a file of bytes, written as printf writes them.
bytes()
{
    printf "$1" >"$T/old.txt"
}

# --- found out
bytes 'Tr\271m \256o gi\343 \353 \256\266o xa\nM\270y \256o ch\271y b\273ng pin\n'
run index "$T/a" "$T/old.txt"
is "$CODE" 0 "TCVN3: exit 0"
has "$ERR" "1 read as TCVN3" "TCVN3: said in the summary"
run query "$T/a" trạm đo gió
is "$CODE" 0 "TCVN3: found"
has "$OUT" "Trạm đo gió ở đảo xa" "TCVN3: converted"
run index "$T/a" "$T/old.txt" --json
has "$OUT" '"converted":{"TCVN3":1}' "TCVN3: counted in JSON"
run index "$T/a" "$ARTICLES" --json
has "$OUT" '"converted":{},"misread":0,"repair":false' "UTF-8: nothing converted"
printf '\377\376T\000r\000\241\036m\000 \000\021\001o\000\n\000' >"$T/wide.txt"
run index "$T/wide" "$T/wide.txt"
has "$ERR" "1 read as UTF-16LE" "UTF-16: said in the summary"

# --- told
bytes 'Ph\266n\n'
run index "$T/told" "$T/old.txt" --encoding viscii
is "$CODE" 0 "--encoding: exit 0"
has "$ERR" "1 read as VISCII" "--encoding: said in the summary"
run query "$T/told" phờn
is "$CODE" 0 "--encoding: believed"
run index "$T/told" "$T/old.txt" --encoding VNI-Windows
has "$ERR" "1 read as VNI" "--encoding: other names"
run index "$T/none" "$T/old.txt" --encoding tcnv3
fails 2 "unknown encoding tcnv3; known: auto, UTF-8, " "unknown encoding"
has "$ERR" "did you mean TCVN3?" "unknown encoding: the nearest"
run index "$T/none" "$T/old.txt" --encoding klingon
fails 2 "unknown encoding klingon" "nothing like an encoding"
[ ! -e "$T/none" ]
ok $? "unknown encoding: no folder is made"

# --- what fits nothing
bytes '\311t\351 \340 Orl\351ans, d\351j\340 vu, gar\347on\n'
run index "$T/none" "$T/old.txt"
is "$CODE" 4 "French in windows-1252: rejected"
has "$ERR" "if you know it: --encoding NAME" "French: the way out"
run index "$T/fr" "$T/old.txt" --encoding windows-1252
is "$CODE" 0 "French, told: exit 0"
run query "$T/fr" orléans
is "$CODE" 0 "French, told: found"

# --- mojibake
printf '{"id":"m","title":"Tr¹m ®o giã ë ®¶o xa"}\n{"id":"u","title":"MÃ¡y Ä‘o giÃ³"}\n' \
    >"$T/misread.jsonl"
printf '{"id":"s","title":"Máy đo gió"}\n' >>"$T/misread.jsonl"
run index "$T/m" "$T/misread.jsonl"
has "$ERR" "2 look like mojibake (--repair undoes it)" "mojibake: noticed"
run query "$T/m" trạm gió đảo --all
is "$CODE" 1 "mojibake: indexed as it is"
run index "$T/m" "$T/misread.jsonl" --repair
has "$ERR" "2 repaired from mojibake" "--repair: counted"
run query "$T/m" trạm gió đảo --all -f ids
is "$OUT" "m" "--repair: found"
run index "$T/m" "$T/misread.jsonl" --repair --json
has "$OUT" '"misread":2,"repair":true' "--repair: counted in JSON"

# --- by hand
run text --op bytes TCVN3:43AB6E67206E6768D6
is "$OUT" "Công nghệ" "text --op bytes"
run text --op bytes auto:43AB6E67206E6768D6
is "$OUT" "Công nghệ" "text --op bytes: guessed"
run text --op repair 'C«ng nghÖ th«ng tin'
is "$OUT" "Công nghệ thông tin" "text --op repair"
run text --op bytes auto:C974E920E0204F726CE9616E73
fails 2 "no charset makes Vietnamese" "text --op bytes: guessed in vain"
run text --op nonsense x
is "$CODE" 2 "an op that is none"
done_testing
