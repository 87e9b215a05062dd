# What tools/shards measured of one shard by itself, carried on to 1 to 100 of that size.
#
#   search = what the client does + for each trip to all servers (round trip + the slowest)
#            + for each article (round trip + one server)
#
# How many trips a query makes, and what the client does more for each shard, is as measured
# with three shards.  A server takes for a trip what the query took at the median of the single
# shards and rounds, times a factor drawn from how far single trips of that kind were from
# theirs.  Shards of another size take longer in proportion: all that answers is looked at.
BEGIN {
    FS = "\t"
    srand(1)
    draws = 4000
    many = 40
    forms = split("marks plain", form, " ")
    said["marks"] = "as written"; said["plain"] = "without marks"
    trip_times = split("0.1 0.5 2", rtt, " ")
    limit = 300 # ms, of a server: HLSHARDS_TIMEOUT_MS
    rank = "bm25"
}
$1 == "database" && $2 == "x3" { size = $3 / 3; bytes = $4 / 3 }
$1 == "search" && $7 != "first" && $4 == rank && $5 == "total" {
    own[$2, $3] += $8 - $16; owns[$2, $3]++
    if ($2 == "3") { own_of[$3, $6] += $8 - $16; own_count[$3, $6]++ }
    if ($2 ~ /^alone/) { server_cpu[$3] += $10; server_searches[$3]++ }
    if ($2 == "3") { client_cpu[$3] += $9; client_searches[$3]++ }
    if ($2 == "3" && !(($3, $6) in seen)) { seen[$3, $6] = 1; query[$3, ++queries[$3]] = $6 }
}
$1 == "trips" && $2 == "3" && $7 != "first" && $4 == rank && $5 == "total" {
    trips[$3, $6, $8] += $9; rounds[$3, $6, $8]++
}
$1 == "trips" && $7 == "first" && ($2 == "1" || $2 == "3" || $2 ~ /^alone/) {
    way = $4 == "open" ? "open" : $3
    first[$2 ~ /^alone/ ? "alone" : $2, way, $8] += $9
    took[$2 ~ /^alone/ ? "alone" : $2, way, $8] += $11
    ways[way]; first_kinds[$8]
}
$1 == "search" && $7 == "first" && ($2 == "1" || $2 == "3") {
    way = $4 == "open" ? "open" : $3
    firsts[$2, way]++; first_own[$2, way] += $8 - $16
}
$1 == "trip" && $7 != "first" && $4 == rank && $5 == "total" {
    if ($8 == "article") { article[$3, ++articles[$3]] = $10; spent[$3, "article"] += $10 }
    else {
        n = ++samples[$3, $6, $8]
        sample[$3, $6, $8, n] = $10
        spent[$3, "all"] += $10
    }
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
# The median of each query and kind, and how far single trips are from it.
function find_factors(    f, i, q, k, kind, n, m, m1, list, all) {
    split("statistics match", kind, " ")
    for (k = 1; k <= 2; k++) {
        m = 0
        for (f = 1; f <= forms; f++)
            for (i = 1; i <= queries[form[f]]; i++) {
                q = query[form[f], i]
                n = samples[form[f], q, kind[k]]
                for (m1 = 1; m1 <= n; m1++)
                    list[m1] = sample[form[f], q, kind[k], m1]
                sort(list, n)
                middle[form[f], q, kind[k]] = n ? list[int((n + 1) / 2)] : 0
                for (m1 = 1; m1 <= n; m1++)
                    all[++m] = list[m1] / list[int((n + 1) / 2)]
            }
        sort(all, m)
        for (m1 = 1; m1 <= m; m1++)
            factor[kind[k], m1] = all[m1]
        factors[kind[k]] = m
    }
}
function find_articles(    f, i, k, sum, squares, x) {
    for (f = 1; f <= forms; f++) {
        k = form[f]
        sum = squares = 0
        for (i = 1; i <= articles[k]; i++) {
            x = article[k, i]
            sum += x
            squares += x * x
        }
        if (!articles[k])
            continue
        mean_article[k] = sum / articles[k]
        x = squares / articles[k] - mean_article[k] ^ 2
        spread_article[k] = x > 0 ? sqrt(x) : 0
    }
}
# The greatest of n draws.
function slowest(kind, n,    at) {
    if (n < 1)
        return 0
    at = int(rand() ^ (1 / n) * factors[kind]) + 1
    return factor[kind, at > factors[kind] ? factors[kind] : at]
}
# A search of form f on n shards, each `scale` times as large, `slow` of them ten times as slow:
# what it takes but for round trips (us, into work), their number (into waits), and those that
# pass the limit (into late).
function search(f, n, scale, slow,    q, k, kind, i, one, lame, count) {
    split("statistics match", kind, " ")
    q = query[f, 1 + int(rand() * queries[f])]
    work = own_of[f, q] / own_count[f, q] + grows[f] * (n - 3)
    if (work < 0)
        work = 0
    waits = late = 0
    for (k = 1; k <= 2; k++) {
        count = trips[f, q, kind[k]] / rounds[f, q, kind[k]]
        for (i = 0; i < count; i++) {
            one = slowest(kind[k], n - slow)
            lame = slow ? 10 * slowest(kind[k], slow) : 0
            one = lame > one ? lame : one
            one *= middle[f, q, kind[k]] * (kind[k] == "match" ? scale : 1)
            late += one > limit * 1000
            work += one
            waits++
        }
    }
    if (!rounds[f, q, "article"])
        return
    count = trips[f, q, "article"] / rounds[f, q, "article"]
    waits += together ? trips[f, q, "match"] / rounds[f, q, "match"] : count
    if (count > many) { # a sum of so many: its mean and spread are enough
        one = count * mean_article[f] + sqrt(count) * spread_article[f] * (rand() + rand() + rand() + rand() - 2) * sqrt(3)
        work += (one > 0 ? one : 0) * (slow ? 1 + 9 * slow / n : 1)
        return
    }
    for (i = 0; i < count; i++) {
        one = article[f, 1 + int(rand() * articles[f])]
        work += slow && rand() * n < slow ? 10 * one : one
    }
}
# Fills mean, half, most for each round-trip time r, and share_late.
function simulate(f, n, scale, slow,    i, r, list, sums, all) {
    share_late = 0
    for (i = 1; i <= draws; i++) {
        search(f, n, scale, slow)
        share_late += (late > 0) / draws
        for (r = 1; r <= trip_times; r++)
            list[r, i] = work / 1000 + waits * rtt[r]
    }
    for (r = 1; r <= trip_times; r++) {
        sums = 0
        for (i = 1; i <= draws; i++)
            sums += all[i] = list[r, i]
        sort(all, draws)
        mean[r] = sums / draws
        half[r] = all[int(draws / 2)]
        most[r] = all[int(draws * .99)]
    }
}
function number(x) { return sprintf(x < 10 ? "%.2f" : x < 100 ? "%.1f" : "%.0f", x) }
function thousands(x) { return x < 1e6 ? sprintf("%.0f,000", x / 1000) : sprintf("%.1f M", x / 1e6) }
function cells(    r, line) {
    for (r = 1; r <= trip_times; r++)
        line = line " " number(mean[r]) " / " number(half[r]) " / " number(most[r]) " |"
    return line
}
function show_growth(    c, counts, count, f, line) {
    counts = split("1 2 3 5 10 20 30 64 100", count, " ")
    line = "| shards | articles |"
    rule = "|---|---|"
    for (f = 1; f <= forms; f++)
        for (r = 1; r <= trip_times; r++) {
            line = line " " said[form[f]] ", " rtt[r] " ms |"
            rule = rule "---|"
        }
    print "\n" line "\n" rule
    for (c = 1; c <= counts; c++) {
        line = "| " count[c] " | " thousands(size * count[c]) " |"
        for (f = 1; f <= forms; f++) {
            simulate(form[f], count[c], 1, 0)
            line = line cells()
        }
        print line
    }
}
function show_sizes(    m, c, millions, million, counts, count, line) {
    millions = split("1 3 10 30 100", million, " ")
    counts = split("1 3 10 30 64 100", count, " ")
    line = "| articles |"; rule = "|---|"
    for (c = 1; c <= counts; c++) { line = line " " count[c] " shards |"; rule = rule "---|" }
    print "\n" line "\n" rule
    for (m = 1; m <= millions; m++) {
        line = "| " million[m] " M |"
        for (c = 1; c <= counts; c++) {
            simulate("marks", count[c], million[m] * 1e6 / count[c] / size, 0)
            line = line " " number(half[2]) " / " number(most[2]) (share_late > .0005 ? sprintf(", %.1f %% late", 100 * share_late) : "") " |"
        }
        print line
    }
}
# What if the articles of a round came in one trip?
function show_together(    c, counts, count, f, line) {
    counts = split("3 10 30 100", count, " ")
    together = 1
    print "\n| shards, articles of a round in one trip | as written | without marks |\n|---|---|---|"
    for (c = 1; c <= counts; c++) {
        line = "| " count[c] " |"
        for (f = 1; f <= forms; f++) {
            simulate(form[f], count[c], 1, 0)
            line = line " " number(mean[2]) " / " number(half[2]) " / " number(most[2]) " |"
        }
        print line
    }
    together = 0
}
function show_slow(    c, counts, count, f, line) {
    counts = split("3 10 30 100", count, " ")
    print "\n| shards | one is 10 times as slow | the same of 1 M articles each |\n|---|---|---|"
    for (c = 1; c <= counts; c++) {
        simulate("marks", count[c], 1, 1)
        line = "| " count[c] " | " number(half[2]) " / " number(most[2]) sprintf(", %.1f %% late |", 100 * share_late)
        simulate("marks", count[c], 1e6 / size, 1)
        print line " " number(half[2]) " / " number(most[2]) sprintf(", %.1f %% late |", 100 * share_late)
    }
}
# Means: trips that come with each shard, one behind the other, and what a process waits that
# asks once.  A connection is two round trips, for its making and for the greeting.
function show_first(    w, k, c, counts, count, r, line, one, more, a, b, way) {
    counts = split("1 3 10 30 64 100", count, " ")
    print "\n| of a process that asks once | shards | trips | 0.1 ms | 0.5 ms | 2 ms |\n|---|---|---|---|---|---|"
    for (w = 0; w <= forms; w++) {
        way = w ? form[w] : "open"
        for (c = 1; c <= counts; c++) {
            one = more = work = 0
            for (k in first_kinds) {
                if (!firsts["1", way] || !firsts["3", way])
                    continue
                a = first["1", way, k] / firsts["1", way]
                b = (first["3", way, k] / firsts["3", way] - a) / 2
                b = b < .05 ? 0 : b
                if (first["alone", way, k] > 0)
                    work += (a + b * (count[c] - 1)) * took["alone", way, k] / first["alone", way, k] / 1000
                one += (a + b * (count[c] - 1)) * (k == "connect" ? 2 : 1)
            }
            if (w == 0)
                one += 2 # all are looked for at once, before they are opened
            work += first_own["1", way] / (firsts["1", way] ? firsts["1", way] : 1) / 1000
            line = "| " (w ? "its search, " said[way] : "opening") " | " count[c] " | " sprintf("%.0f", one) " |"
            for (r = 1; r <= trip_times; r++)
                line = line " " number(work + one * rtt[r]) " |"
            print line
        }
    }
}
END {
    if (!size || !queries["marks"])
        exit
    find_factors()
    find_articles()
    for (f = 1; f <= forms; f++) {
        k = form[f]
        grows[k] = (own["3", k] / owns["3", k] - own["1", k] / owns["1", k]) / 2
        grows[k] = grows[k] < 0 ? 0 : grows[k]
    }
    printf "\nSimulated of %s articles a shard (%.1f KB of index each), %s, total, 10 hits, %d searches each.\n", thousands(size), bytes / size / 1000, rank, draws
    for (f = 1; f <= forms; f++) {
        k = form[f]
        cpu = server_cpu[k] / server_searches[k] / 1000
        fan = spent[k, "all"] / (spent[k, "all"] + spent[k, "article"])
        printf "%s: a server's processor works %.2f ms a query, %.0f %% of it for what all servers do (%.0f queries a second a processor), the client's %.2f ms (%.0f), and %.3f ms more for each shard\n",
            said[k], cpu, 100 * fan, 1000 / cpu, client_cpu[k] / client_searches[k] / 1000,
            1000 / (client_cpu[k] / client_searches[k] / 1000), grows[k] / 1000
    }
    show_growth()
    print "\nMean / median / 99 in 100, ms, by the time of a round trip."
    show_sizes()
    print "\nMedian / 99 in 100, ms, as written, round trip 0.5 ms; late: a server took longer than " limit " ms."
    show_slow()
    show_together()
    show_first()
}
