/*
 * machines.c - shards on several machines, as hlsearch-shards(7) and `hlsearch help shards`
 * tell it.
 */
#include "cli/language.h"
#include "cli/topic.h"

static const char five_minutes[] =
    "hlsearch index --backend xapian --shards 3 /srv/news.db FILES...\n"
    "cd /srv/news.db\n"
    "xapian-tcpsrv --interface 127.0.0.1 --port 7070 --quiet shard-0 &\n"
    "xapian-tcpsrv --interface 127.0.0.1 --port 7071 --quiet shard-1 &\n"
    "xapian-tcpsrv --interface 127.0.0.1 --port 7072 --quiet shard-2 &\n"
    "hlsearch query --shard 127.0.0.1:7070,127.0.0.1:7071 \\\n"
    "    --shard 127.0.0.1:7072 khu công nghệ cao\n";

static const char shard_list[] = "# /srv/news.shards\n"
                                 "remote 10.0.0.1:7070\n"
                                 "remote 10.0.0.2:7070\n"
                                 "auto /srv/news.db/shard-2\n";

static const char ssh_tunnel[] = "ssh -N -L 127.0.0.1:7071:127.0.0.1:7070 shard-b.example\n";

static const char unit[] = "[Unit]\n"
                           "Description=hlsearch, shard %i\n"
                           "Wants=network-online.target\n"
                           "After=network-online.target\n"
                           "\n"
                           "[Service]\n"
                           "EnvironmentFile=/etc/hlsearch/shard-%i\n"
                           "ExecStart=/usr/bin/xapian-tcpsrv --interface 10.0.0.2 \\\n"
                           "    --port ${PORT} --quiet ${DB}\n"
                           "Restart=always\n"
                           "RestartSec=1\n"
                           "DynamicUser=yes\n"
                           "ProtectSystem=strict\n"
                           "ProtectHome=yes\n"
                           "IPAddressDeny=any\n"
                           "IPAddressAllow=localhost 10.0.0.0/24\n"
                           "\n"
                           "[Install]\n"
                           "WantedBy=multi-user.target\n";

static const char unit_start[] = "systemctl daemon-reload\n"
                                 "systemctl enable --now hlsearch-shard@0\n";

static const char replicate_master[] =
    "XAPIAN_MAX_CHANGESETS=20 hlsearch index /srv/news.db NEW...\n"
    "xapian-replicate-server --interface 10.0.0.1 --port 7080 /srv/news.db\n";

static const char replicate_copy[] =
    "xapian-replicate --host 10.0.0.1 --port 7080 --master shard-0 \\\n"
    "    --interval 10 --reader-time 0 --quiet /srv/shard-0\n"
    "xapian-tcpsrv --interface 10.0.0.2 --port 7070 --quiet /srv/shard-0\n";

static const struct hlcli_entry entries[] = {
    {NULL,
     HLCLI_SAID("A database of Xapian can be searched in place of a native index, or several "
                "as one: on this machine, or on others, where Xapian's own server answers for "
                "them. Statistics are those of all together, so that the ranking is that of "
                "one index with all articles. One machine is enough for millions of articles; "
                "shards are for more than its memory holds, for more searches than it "
                "answers, or to go on when a machine is away.")},
    {HLCLI_SAID("In five minutes"), NULL},
    {NULL, HLCLI_SAID("Three databases, by a hash of the articles' ids, in one folder; three "
                      "servers; a search of all:")},
    {HLCLI_LINES, five_minutes},
    {NULL,
     HLCLI_SAID("The packages are libxapian30 for hlsearch and xapian-tools for the servers, "
                "as Debian calls them; hlsearch-xapian.so stands beside hlsearch or in its "
                "lib/hlsearch. Where it is missing, all but Xapian works.")},
    {HLCLI_SAID("Ways to name them"), NULL},
    {"/srv/news.db",
     HLCLI_SAID("INDEX may be the folder of a database, or that of several which index made "
                "with --shards. Whether it is of Xapian is seen from its files; --backend "
                "xapian, or native, makes anything else an error.")},
    {"--shard HOST:PORT",
     HLCLI_SAID("A server; more with commas or with the option again, at most 64. INDEX is "
                "left out then, and -i DIR names what is here beside them. An IPv6 address "
                "stands in brackets: [fd00::2]:7070.")},
    {"/srv/news.shards",
     HLCLI_SAID("A stub file, which is Xapian's own form: a line for each database. INDEX may "
                "be one, which is the way for every day, since all commands, the search page "
                "and Xapian's programs take the same file:")},
    {HLCLI_LINES, shard_list},
    {"HLSEARCH_INDEX, HLSEARCH_SHARDS",
     HLCLI_SAID("The search page takes a database or a stub file as HLSEARCH_INDEX, and "
                "servers as HLSEARCH_SHARDS, host:port,host:port; HLSEARCH_SHARD_TIMEOUT is "
                "--shard-timeout. The program is hlsearch-xapian.cgi, which takes the place "
                "of hlsearch.cgi in hlsearch.cgi(1): that one is linked statically, to start "
                "faster, and can load no module.")},
    {HLCLI_SAID("Serving a shard"), NULL},
    {NULL,
     HLCLI_SAID("xapian-tcpsrv asks for no password and encrypts nothing: whoever reaches its "
                "port reads every article. Let it listen on loopback, on a private network, "
                "or on the address of a WireGuard tunnel, and never without --interface, "
                "which means all. --writable is not for a shard that is searched. Between two "
                "machines without such a network, ssh carries the connection:")},
    {HLCLI_LINES, ssh_tunnel},
    {NULL, HLCLI_SAID("A unit for systemd, one for all shards of a machine, as "
                      "/etc/systemd/system/hlsearch-shard@.service; /etc/hlsearch/shard-0 says "
                      "DB=/srv/news.db/shard-0 and PORT=7070:")},
    {HLCLI_LINES, unit},
    {HLCLI_LINES, unit_start},
    {NULL,
     HLCLI_SAID("The server starts a process for each connection, which ends with it. It "
                "closes one that asked nothing for a minute (--idle-timeout), which a search "
                "page that keeps its connections gets around by opening it anew; an answer "
                "that takes longer than 15 seconds is given up (--active-timeout).")},
    {HLCLI_SAID("When a shard does not answer"), NULL},
    {NULL,
     HLCLI_SAID("Each is waited for --shard-timeout milliseconds (300): to be reached, and "
                "for each answer. One that lets them pass, refuses or breaks off is left out, "
                "and the search is done again without it: hits, counts and scores are those "
                "of the others, as if its articles were not there.")},
    {"exit 5",
     HLCLI_SAID("The answer of the others is printed, in any form, and a note on stderr for "
                "each that is missing: which one, why, and how many answered. So it is where "
                "nothing was found, and also where --timeout was reached, which the note "
                "tells too: more time brings no shard back.")},
    {"exit 2", HLCLI_SAID("None of them answers.")},
    {"JSON",
     HLCLI_SAID("`shards` has `asked`, `answered`, and where there are any `missing`, a list "
                "of `name` and `problem`; `partial` is true. `total_is` is at_least then, or "
                "estimate: about so many.")},
    {"the search page",
     HLCLI_SAID("A note above the hits says how many parts did not answer; which ones stands "
                "in the log alone. Such an answer is not kept, by the page or by caches.")},
    {NULL,
     HLCLI_SAID("A process that lives on, as the page under FastCGI does, does not wait a "
                "second time: it looks at each search whether the shard is back, which takes "
                "no time, once a second and ever more rarely where it fails again, and has it "
                "in the answer from then on. A restarted server, or one whose machine woke "
                "up, needs nothing else.")},
    {HLCLI_SAID("Building and bringing up to date"), NULL},
    {NULL,
     HLCLI_SAID("index writes where the databases are: build on one machine, then copy a "
                "folder shard-N to each, or keep them up to date by replication. How many "
                "shards there are is fixed when the first article is committed; to change it, "
                "export and index anew. An article goes to the shard that its id says, so "
                "that it is replaced and deleted there, and is never in two. All must be made "
                "by one version of the text rules, with the same weights of fields.")},
    {HLCLI_SAID("Replication"), NULL},
    {NULL,
     HLCLI_SAID("xapian-replicate copies what changed in a database to another machine, where "
                "it may be served and searched meanwhile. On the machine that writes, keep "
                "what changed, or every update copies the whole database:")},
    {HLCLI_LINES, replicate_master},
    {NULL, HLCLI_SAID("On each of the others, for each shard:")},
    {HLCLI_LINES, replicate_copy},
    {NULL,
     HLCLI_SAID("The replica is a folder that Xapian makes, and is served as it is. "
                "--interval is how often it asks. --reader-time is how long it waits between "
                "two changes that come together, for those who read the older one: 30 seconds "
                "unless said, so that ten commits of the writer take five minutes; with 0 a "
                "search that is under way may have to begin again, which hlsearch does by "
                "itself. Where more commits went by than XAPIAN_MAX_CHANGESETS keeps, the "
                "whole database is copied once. The replication server too has no password.")},
    {HLCLI_SAID("What Xapian cannot do"), NULL},
    {NULL,
     HLCLI_SAID("A clear error says so (UNSUPPORTED, exit 2); nothing is answered otherwise "
                "than asked. All else is as with a native index: the query language, marks, "
                "phrases, filters, dates, facets, related articles, suggestions.")},
    {"--recency", HLCLI_SAID("Order by date instead, narrow to days, or use a native index.")},
    {"index --store no",
     HLCLI_SAID("Articles are always stored: scores are made from their text.")},
    {"suggest",
     HLCLI_SAID("Words are weighed by articles, not by places, and by a few articles that are "
                "read: suggestions and their order may differ from a native index. Of "
                "three words and more it is counted how many articles have the rarest pair.")},
    {"near copies",
     HLCLI_SAID("How many are folded under a hit is counted among the articles that were "
                "ranked for the page, not among all answers.")},
    {"inspect, check",
     HLCLI_SAID("xapian-delve shows what is in a database, xapian-check whether it is sound; "
                "both want the database itself, not its server. stats has no bytes by part.")},
    {"a.db,b.db",
     HLCLI_SAID("Databases searched together must not share ids: an article that two of them "
                "have is found twice, where of native indexes the last one counts. Shards of "
                "one index never do.")},
    {"a.ix,b.db",
     HLCLI_SAID("A native index and a database of Xapian are not searched together.")},
    {HLCLI_SAID("What is not promised"), NULL},
    {NULL,
     HLCLI_SAID("That shards are moved or split by themselves as they grow, that another "
                "writer takes over when one fails, that many owners share a cluster and are "
                "kept apart: for those, OpenSearch and Manticore are made. `hlsearch export` "
                "gives all articles in the form that index reads, to feed them.")},
};

const struct hlcli_topic hlcli_topic_shards = {
    .word = "shards",
    .page = "hlsearch-shards",
    .section = 7,
    .about = "searching Xapian databases on several machines",
    .also = ".BR hlsearch (1),\n.BR hlsearch\\-query (1),\n.BR hlsearch.cgi (1),\n"
            ".BR xapian\\-tcpsrv (1),\n.BR xapian\\-replicate (1)\n",
    .entries = entries,
    .count = sizeof entries / sizeof *entries,
};
