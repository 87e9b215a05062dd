# instead of systemd, as root
export HLSEARCH_INDEX=/srv/news.ix
export HLSEARCH_BASE_URL=https://news.example/search
spawn-fcgi -s /run/hlsearch.sock -M 0600 -U www-data -u www-data -F 2 \
    -- /usr/local/lib/cgi-bin/hlsearch.cgi
