/*
 * page.c - the search page, as hlsearch.cgi(1) and `hlsearch help page` tell it.
 *
 * For those who put it behind a site.  What servers are to be told stands in servers/, a file
 * each, and comes here through a generated table; tests/837-servers.sh takes it out of what is
 * printed and runs it.  A block begins with a comment that says where it belongs.
 */
#include "cli/language.h"
#include "cli/topic.h"

#include "servers_table.h"

static const char try_it[] =
    "HLSEARCH_INDEX=/srv/news.ix REQUEST_METHOD=GET QUERY_STRING=q=ung+thu \\\n"
    "    /usr/local/lib/cgi-bin/hlsearch.cgi\n";

static const char make_index[] = "hlsearch index /srv/news.ix FILES...\n"
                                 "chmod -R a+rX /srv/news.ix\n";

static const char start_units[] = "systemctl daemon-reload\n"
                                  "systemctl enable --now hlsearch.socket\n";

static const char begin_template[] = "hlsearch template vi >/srv/page.html\n";

static const struct hlcli_entry entries[] = {
    {NULL,
     HLCLI_SAID(
         "hlsearch.cgi is a page to search an index with. A web server runs it, for each "
         "request (CGI) or once for many (FastCGI). It needs no script in the browser, no "
         "cookie, no database and no folder to write to: it reads the index, answers, and "
         "writes one line to the server's log.")},
    {HLCLI_SAID("In five minutes"), NULL},
    {NULL, HLCLI_SAID("Make an index where the server's user may read it; with Debian that is "
                      "www-data:")},
    {HLCLI_LINES, make_index},
    {NULL, HLCLI_SAID("Ask the page without a server; the answer is headers and a page:")},
    {HLCLI_LINES, try_it},
    {NULL,
     HLCLI_SAID(
         "Then take one of the blocks below, adapt the paths, the address of the site, and "
         "/search, where the page is to be, and have the server read its configuration again. "
         "The blocks are files too, in /usr/local/share/doc/hlsearch/servers. CGI starts a "
         "process for each request, which does for most sites; FastCGI keeps processes, the "
         "index open in them, and answers many times as many requests.")},
    {HLCLI_SAID("Configuration"), NULL},
    {NULL, HLCLI_SAID("By the environment of the process, which the server sets; nothing of it "
                      "can come from a request.")},
    {"HLSEARCH_INDEX",
     HLCLI_SAID(
         "The folder of the index. Several, /srv/a.ix,/srv/b.ix, are searched as one; of "
         "an article that several have, the one of the index named last counts.")},
    {"HLSEARCH_SHARDS, HLSEARCH_SHARD_TIMEOUT",
     HLCLI_SAID(
         "Databases of Xapian on other machines, host:port,host:port, and for how many "
         "milliseconds each is waited for (300): see hlsearch-shards(7). They want "
         "hlsearch-xapian.cgi in place of hlsearch.cgi, and so does an index of Xapian.")},
    {"HLSEARCH_LANG", HLCLI_SAID("vi or en: the language of the page. Without it, vi.")},
    {"HLSEARCH_TEMPLATE",
     HLCLI_SAID("A file with a page of your own, instead of the one of that language.")},
    {"HLSEARCH_BASE_URL",
     HLCLI_SAID("The page's absolute address, https://news.example/search. RSS and the "
                "description for OpenSearch need it for their links; the page does not.")},
    {"lighttpd", NULL},
    {NULL, HLCLI_SAID("CGI. What the page writes to the log goes to server.breakagelog; "
                      "lighttpd drops it where that is not set.")},
    {HLCLI_LINES, lighttpd_cgi},
    {NULL, HLCLI_SAID("FastCGI. lighttpd starts the processes, and new ones for those that "
                      "end; each answers one request at a time.")},
    {HLCLI_LINES, lighttpd_fastcgi},
    {"nginx", NULL},
    {NULL,
     HLCLI_SAID("nginx starts no programs. For CGI, fcgiwrap does (package fcgiwrap). The "
                "page reads no body of a request, so none is passed.")},
    {HLCLI_LINES, nginx_fcgiwrap},
    {NULL, HLCLI_SAID("FastCGI, through a socket that somebody else listens on:")},
    {HLCLI_LINES, nginx_fastcgi},
    {NULL, HLCLI_SAID("systemd can: it starts the page at the first request, and again should "
                      "it end. Two files,")},
    {HLCLI_LINES, hlsearch_socket},
    {NULL, HLCLI_SAID("and")},
    {HLCLI_LINES, hlsearch_service},
    {NULL, HLCLI_SAID("then")},
    {HLCLI_LINES, start_units},
    {NULL, HLCLI_SAID("spawn-fcgi (package spawn-fcgi) starts several processes, here two, and "
                      "leaves them to themselves:")},
    {HLCLI_LINES, spawn_fcgi_sh},
    {"Apache", NULL},
    {NULL,
     HLCLI_SAID("CGI. mod_cgid breaks off its answer where a program leaves the body of a "
                "request unread, so that methods with a body are refused before.")},
    {HLCLI_LINES, apache_cgi},
    {NULL, HLCLI_SAID("FastCGI, with systemd or spawn-fcgi behind it, as for nginx:")},
    {HLCLI_LINES, apache_fastcgi},
    {HLCLI_SAID("Files and rights"), NULL},
    {NULL,
     HLCLI_SAID(
         "make install puts the page into /usr/local/lib/cgi-bin, or lib/cgi-bin of another "
         "PREFIX. The server's user needs to run it, to read the files of the index, "
         "among them synonyms.txt where there is one, and to pass through the folders above. "
         "It needs to write nothing. Who indexes later should do so under umask 022, or the "
         "server cannot read what is new. A mistake in synonyms.txt costs the list, not the "
         "search: the log names file and line.")},
    {HLCLI_SAID("Parameters"), NULL},
    {NULL, HLCLI_SAID("All that a request can say; the page's own links and form use the same. "
                      "What is unknown is ignored, a value that is none is replaced, and the "
                      "page says so.")},
    {"q=WORDS, keywords=WORDS",
     HLCLI_SAID("What to search for: all that hlsearch-query(7) tells of.")},
    {"page=N, n=N", HLCLI_SAID("Which page (1), and how many articles on it (10).")},
    {"sort=relevance|date|-date",
     HLCLI_SAID("Best first, oldest first, or newest first (-date).")},
    {"from=DAY, to=DAY, date_from=DAY, date_to=DAY",
     HLCLI_SAID("Of these days only: 2017-01-05 or 05/01/2017, at +07:00, both included.")},
    {"section=NAME, source=NAME, author=NAME, tag=NAME",
     HLCLI_SAID("Only articles that have this name.")},
    {"marks=auto|strict|loose",
     HLCLI_SAID("Words without marks stand for likely ones, for themselves, or for all.")},
    {"format=html|json|rss|opensearch",
     HLCLI_SAID("The page; the answer as JSON; the same articles as an RSS feed; the "
                "description by which a browser adds the search.")},
    {"part=results", HLCLI_SAID("Only the list of articles, without a page around it.")},
    {"do=show&id=ID, do=related&id=ID",
     HLCLI_SAID("One article with its text; articles like it.")},
    {"do=suggest&q=WORDS", HLCLI_SAID("What the words may go on to, as JSON; with "
                                      "format=opensearch in the form that browsers ask for.")},
    {"more=section|source|year", HLCLI_SAID("All values of this filter, not only the most.")},
    {"copies=all", HLCLI_SAID("Near copies too, which are folded otherwise.")},
    {"do=style", HLCLI_SAID("The style sheet of the page that is built in.")},
    {HLCLI_SAID("In a page of your site"), NULL},
    {NULL,
     HLCLI_SAID(
         "A form of method get with an input named q is a search box; its action is the "
         "page's address. part=results gives the list alone, to be put into a page by the "
         "server or a script of the same site; its classes begin with hl- and keep their "
         "names. With HLSEARCH_BASE_URL its links lead to the page, without it they hold only "
         "at the page's own address. JSON of searches has the keys of hlsearch query --json, "
         "by answer.schema.json in /usr/local/share/doc/hlsearch; that of do=show and "
         "do=suggest those of hlsearch show and suggest.")},
    {HLCLI_SAID("A page of your own"), NULL},
    {NULL, HLCLI_SAID("Begin with the one that is built in, change it, and name it in "
                      "HLSEARCH_TEMPLATE:")},
    {HLCLI_LINES, begin_template},
    {NULL,
     HLCLI_SAID(
         "A template is HTML with {{field}} where a value is to stand; every value is escaped "
         "for its place. A template where one could break out of it is refused: visitors get "
         "the page that is built in, and each line of the log names the mistake. feed.xml and "
         "opensearch.xml beside it take the place of the built-in ones (hlsearch template "
         "feed).")},
    {HLCLI_SAID("RSS, OpenSearch and suggestions"), NULL},
    {NULL,
     HLCLI_SAID(
         "Each page of results links the RSS feed of its query, by which readers follow a "
         "subject, and the description by which browsers offer the search in their address "
         "bar. Both want HLSEARCH_BASE_URL. Suggestions complete what is being typed from the "
         "words of the index, marks or not.")},
    {HLCLI_SAID("Answers"), NULL},
    {"200", HLCLI_SAID("An answer, with articles or without.")},
    {"304", HLCLI_SAID("What the browser has (If-None-Match) is what it would get.")},
    {"400", HLCLI_SAID("The query is too long, or cannot be searched.")},
    {"404", HLCLI_SAID("No article has this id.")},
    {"405", HLCLI_SAID("Neither GET nor HEAD.")},
    {"503", HLCLI_SAID("No index, or a damaged one. The visitor sees a number, and the line of "
                       "the log that has it says what is wrong. Retry-After is 30 seconds.")},
    {NULL, HLCLI_SAID("Each request is one line of the server's log: status, method, page, "
                      "query, how many articles of how many, milliseconds. nginx writes what a "
                      "FastCGI program logs as errors, whatever it says.")},
    {HLCLI_SAID("Headers"), NULL},
    {NULL,
     HLCLI_SAID("Every answer has a Content-Security-Policy that allows the page's own style "
                "sheet and script and nothing else, and X-Content-Type-Options, "
                "Referrer-Policy, X-Robots-Tag: noindex and Cross-Origin-Resource-Policy. None "
                "is made of the request, and there is no cookie. The server should add none of "
                "these a second time. Cache-Control lets an answer be kept for a minute.")},
    {HLCLI_SAID("Limits"), NULL},
    {NULL,
     HLCLI_SAID(
         "512 bytes and 32 words a query, 50 articles a page, 1,000 that can be reached by "
         "paging, 250 milliseconds a search; what was found by then is shown, with a note. The "
         "process limits its own memory and processor time, makes no core files, and runs no "
         "other program. With FastCGI it keeps at most 1,024 answers that it gave, of 16 MiB "
         "together, until the index, synonyms.txt or the template changes.")},
    {HLCLI_SAID("While the index changes"), NULL},
    {NULL, HLCLI_SAID(
               "There is nothing to do: hlsearch index may add and replace articles while the "
               "page serves. What is committed shows in the next request of CGI, and within a "
               "second or two with FastCGI, and so does a change of synonyms.txt or the "
               "template; caches may show the old answer for a minute. To put another index in "
               "its place, rename the folders. Processes of FastCGI are to be started anew "
               "only when the program or a variable has changed: systemctl restart hlsearch.")},
    {HLCLI_SAID("Where it does not work"), NULL},
    {NULL,
     HLCLI_SAID("A page of hlsearch.cgi with a number: look for the number in the log. An "
                "error of the server itself: 403 or 500, it may not run the program; 502, "
                "nobody listens on the socket, or its rights keep the server out.")},
};

const struct hlcli_topic hlcli_topic_page = {
    .word = "page",
    .page = "hlsearch.cgi",
    .section = 1,
    .about = "the search page of hlsearch, for CGI and FastCGI",
    .also = ".BR hlsearch (1),\n.BR hlsearch\\-query (7),\n.BR hlsearch\\-shards (7)\n",
    .entries = entries,
    .count = sizeof entries / sizeof *entries,
};
