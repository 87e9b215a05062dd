/* Cases as data: every line of a vectors file goes through hl_text_op(). */
#include "hlsearch_inspect.h"
#include "tap.h"
#include "text/utf8.h"

enum { LINE_MAX_SIZE = 4096, FIELDS = 5 };

/* \uXXXX and \UXXXXXXXX in a field become UTF-8, in place. */
static void unescape(char *s)
{
    char *to = s;
    while (*s) {
        size_t digits = s[0] != '\\' ? 0 : s[1] == 'u' ? 4 : s[1] == 'U' ? 8 : 0;
        if (!digits || strlen(s) < digits + 2) {
            *to++ = *s++;
            continue;
        }
        char hex[9] = "", bytes[4];
        memcpy(hex, s + 2, digits);
        size_t n = hltext_utf8_encode((uint32_t)strtoul(hex, NULL, 16), bytes);
        memcpy(to, bytes, n);
        to += n;
        s += digits + 2;
    }
    *to = 0;
}

/* Cuts a line at tabs; returns how many fields there are. */
static int cut(char *line, char *fields[FIELDS])
{
    int n = 0;
    line[strcspn(line, "\r\n")] = 0;
    while (n < FIELDS) {
        fields[n++] = line;
        char *tab = strchr(line, '\t');
        if (!tab)
            break;
        *tab = 0;
        line = tab + 1;
    }
    return n;
}

static int run_file(const char *path)
{
    char line[LINE_MAX_SIZE], *fields[FIELDS];
    int cases = 0;
    FILE *f = fopen(path, "r");
    if (!OK(f != NULL, "%s opens", path))
        return 0;
    while (fgets(line, sizeof line, f)) {
        if (line[0] == '#' || line[0] == '\n' ||
            !OK(cut(line, fields) >= 4, "%.12s has fields", line))
            continue;
        unescape(fields[2]);
        unescape(fields[3]);
        char what[128], *out = NULL;
        struct hl_error err = {0};
        snprintf(what, sizeof what, "%s %s", fields[0], fields[1]);
        hl_status status = hl_text_op(fields[1], fields[2], strlen(fields[2]), &out, &err);
        IS(status ? err.text : out, fields[3], what);
        hl_text_free(out);
        cases++;
    }
    fclose(f);
    return cases;
}

static void test_refusals(void)
{
    char *out = NULL;
    struct hl_error err;
    OK(hl_text_op("nothing", "a", 1, &out, &err) == HL_NOT_FOUND, "an unknown stage");
    OK(hl_text_op("clean", "a\xff", 2, &out, &err) == HL_MISUSE && err.at == 1, "no UTF-8");
    OK(hl_text_op("clean", "\xed\xa0\x80", 3, &out, &err) == HL_MISUSE, "a surrogate");
    OK(hl_text_op("clean", "\xc0\xaf", 2, &out, &err) == HL_MISUSE, "an overlong form");
    OK(hl_text_op("clean", "\xf4\x90\x80\x80", 4, &out, &err) == HL_MISUSE, "past U+10FFFF");
    OK(hl_text_op("clean", "a\xe1\xba", 3, &out, &err) == HL_MISUSE && err.at == 1,
       "cut short");
    OK(hl_text_op("bytes", "KLINGON:41", 10, &out, &err) == HL_UNSUPPORTED,
       "an unknown charset");
    OK(hl_text_op("bytes", "VPS:4", 5, &out, &err) == HL_MISUSE, "half a byte");
    OK(hl_text_op("bytes", "414243", 6, &out, &err) == HL_MISUSE, "no charset");
    OK(out == NULL, "failures leave the output alone");
}

int main(void)
{
    OK(run_file("tests/cases/text-vectors.tsv") >= 150, "at least 150 cases of our own");
    test_refusals();
    const char *data = tap_data();
    if (data) {
        char path[1024];
        snprintf(path, sizeof path, "%s/vectors/normalise.tsv", data);
        OK(run_file(path) == 128, "128 shared vectors");
    } else {
        tap_skip("../shared not there");
    }
    return tap_done();
}
