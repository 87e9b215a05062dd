# What tools/shards measured, as tables.  Of a search the median of its rounds counts; means and
# percentiles are over queries.
BEGIN {
    FS = "\t"
    targets = split("native here 1 2 3", name, " ")
    head["native"] = "native"
    head["here"] = "Xapian, here"
    head["1"] = "1 server"
    head["2"] = "2 servers"
    head["3"] = "3 servers"
    base["native"] = "native"; base["here"] = base["1"] = "x1"; base["2"] = "x2"; base["3"] = "x3"
    kinds = split("statistics match article counts vocabulary connect", kind, " ")
}
$1 == "machine" { machine = $2 ", " $3 " processors" }
$1 == "database" { articles = $3; bytes[$2] = $4; built[$2] = $5 }
$1 == "search" {
    way = $7 == "first" ? "first " $3 " " $4 : $3 " " $4 " " $5
    key = $2 SUBSEP way
    if (!((key, $6) in rounds))
        query[key, ++queries[key]] = $6
    at = ++rounds[key, $6]
    us[key, $6, at] = $8
    searches[key]++
    client[key] += $9
    server[key] += $10
    chain[key] += $12
    messages[key] += $13
    wire[key] += $14 + $15
    cut[key] += 100 * $17
}
$1 == "trips" {
    way = $7 == "first" ? "first " $3 " " $4 : $3 " " $4 " " $5
    trips[$2, way, $8] += $9
}
function sort(list, n,    gap, i, j, x) {
    for (gap = int(n / 2); gap > 0; gap = int(gap / 2))
        for (i = gap + 1; i <= n; i++) {
            x = list[i]
            for (j = i; j > gap && list[j - gap] > x; j -= gap)
                list[j] = list[j - gap]
            list[j] = x
        }
}
# Fills mean, half and most (99 in 100), in ms.
function take(key,    i, k, n, list, q, all, m) {
    n = queries[key]
    mean = half = most = 0
    for (i = 1; i <= n; i++) {
        q = query[key, i]
        m = rounds[key, q]
        for (k = 1; k <= m; k++)
            list[k] = us[key, q, k]
        sort(list, m)
        all[i] = m % 2 ? list[(m + 1) / 2] : (list[m / 2] + list[m / 2 + 1]) / 2
        mean += all[i]
    }
    if (!n)
        return 0
    sort(all, n)
    mean /= n * 1000
    half = all[int((n + 1) / 2)] / 1000
    most = all[int(n * .99 + .999)] / 1000
    return n
}
function number(x) { return sprintf(x < 10 ? "%.2f" : x < 100 ? "%.1f" : "%.0f", x) }
function per(sum, key) { return searches[key] ? sum / searches[key] : 0 }
function row(title, way,    t, line) {
    line = "| " title " |"
    for (t = 1; t <= targets; t++)
        line = line (take(name[t] SUBSEP way) ? " " number(mean) " / " number(half) " / " number(most) : "") " |"
    print line
}
function ratio(title, way,    t, line, least) {
    line = "| " title " |"
    for (t = 1; t <= targets; t++) {
        take(name[t] SUBSEP way)
        if (t == 1)
            least = mean
        line = line " " (least > 0 ? number(mean / least) : "") " |"
    }
    print line
}
function per_search(title, sums, way, unit,    t, line, key) {
    line = "| " title " |"
    for (t = 1; t <= targets; t++) {
        key = name[t] SUBSEP way
        line = line " " (sums[key] > 0 ? number(per(sums[key], key) / unit) : "") " |"
    }
    print line
}
function by_kind(title, way,    t, k, line, key, cell) {
    line = "| " title " |"
    for (t = 1; t <= targets; t++) {
        key = name[t] SUBSEP way
        cell = ""
        for (k = 1; k <= kinds; k++)
            if (trips[key, kind[k]] > 0)
                cell = cell (cell == "" ? " " : ", ") number(per(trips[key, kind[k]], key)) " " kind[k]
        line = line cell " |"
    }
    print line
}
END {
    line = "| " articles " articles |"
    rule = "|---|"
    size = "| MB |"
    time = "| s to build |"
    for (t = 1; t <= targets; t++) {
        line = line " " head[name[t]] " |"
        rule = rule "---|"
        size = size " " sprintf("%.0f", bytes[base[name[t]]] / 1e6) " |"
        time = time " " (built[base[name[t]]] > 0 ? built[base[name[t]]] : "") " |"
    }
    print line "\n" rule "\n" size "\n" time
    row("bm25, as written, ms", "marks bm25 total")
    ratio("mean / native's", "marks bm25 total")
    row("bm25, without marks", "plain bm25 total")
    ratio("mean / native's", "plain bm25 total")
    row("default ranking, as written", "marks default total")
    row("default ranking, without marks", "plain default total")
    row("bm25, as written, no total", "marks bm25 none")
    row("bm25, without marks, no total", "plain bm25 none")
    by_kind("trips, bm25, as written", "marks bm25 total")
    by_kind("trips, bm25, without marks", "plain bm25 total")
    by_kind("trips, default, as written", "marks default total")
    by_kind("trips, default, without marks", "plain default total")
    per_search("cut short, bm25, as written, %", cut, "marks bm25 total", 1)
    per_search("cut short, bm25, without marks, %", cut, "plain bm25 total", 1)
    per_search("messages, bm25, as written", messages, "marks bm25 total", 1)
    per_search("messages, bm25, without marks", messages, "plain bm25 total", 1)
    per_search("KB, bm25, as written", wire, "marks bm25 total", 1000)
    per_search("KB, bm25, without marks", wire, "plain bm25 total", 1000)
    per_search("processor, client, bm25, as written, ms", client, "marks bm25 total", 1000)
    per_search("processor, servers, bm25, as written, ms", server, "marks bm25 total", 1000)
    per_search("processor, client, bm25, without marks, ms", client, "plain bm25 total", 1000)
    per_search("processor, servers, bm25, without marks, ms", server, "plain bm25 total", 1000)
    row("opening, ms", "first marks open")
    by_kind("its trips", "first marks open")
    row("first search after it, as written", "first marks bm25")
    by_kind("its trips", "first marks bm25")
    row("first search after it, without marks", "first plain bm25")
    by_kind("its trips", "first plain bm25")
    print "\nMean / median / 99 in 100, milliseconds. " machine ", shared by servers and client."
}
