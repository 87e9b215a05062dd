/*
 * What tests/fuzz/page.c asks of the search page, without a fuzzer: over what fuzzing found
 * before, and over requests put together at random from its dictionary.  A wrong answer is
 * printed and ends the program.
 */
#include "tap.h"

#include "fuzz/page.c"

enum { ROUNDS = 20000, TOKENS = 200, NAMES = 18, PARTS_MAX = 16 };

static struct {
    char bytes[40];
    size_t size;
} tokens[TOKENS];
static size_t token_count;

/* "text" with \\ \" and \xNN, as libFuzzer's dictionaries have it. */
static void read_token(const char *line)
{
    size_t n = 0;
    for (line++; *line && *line != '"' && n < sizeof tokens[0].bytes; line++) {
        char c = *line;
        if (c == '\\' && line[1] == 'x') {
            char hex[3] = {line[2], line[3], 0};
            c = (char)strtol(hex, NULL, 16);
            line += 3;
        } else if (c == '\\')
            c = *++line;
        tokens[token_count].bytes[n++] = c;
    }
    tokens[token_count++].size = n;
}

static bool read_tokens(void)
{
    char line[256];
    FILE *in = fopen("tests/fuzz/page.dict", "r");
    while (in && fgets(line, sizeof line, in))
        if (*line == '"' && token_count < TOKENS)
            read_token(line);
    return in && !fclose(in) && token_count > 50;
}

static size_t add(char *bytes, size_t size, const char *s, size_t length)
{
    memcpy(bytes + size, s, length);
    return size + length;
}

/* Mostly words that are found first; then parameters, which come first in the dictionary,
 * with anything as their values. */
static size_t make_request(uint64_t *seed, char *bytes)
{
    static const char *const words[] = {
        "q=zqx",           "q=cong+nghe+cao", "q=h*+OR+t*", "do=show&id=5",
        "do=related&id=3", "do=suggest&q=c",  "q="};
    size_t size = 1, parts = tap_random(seed) % PARTS_MAX;
    bytes[0] = (char)(tap_random(seed) % 16 ? 0 : tap_random(seed) % 5);
    const char *word = words[tap_random(seed) % 7];
    size = add(bytes, size, word, strlen(word));
    for (size_t i = 0; i < parts; i++) {
        bool is_name = tap_random(seed) % 2;
        size_t pick = tap_random(seed) % (is_name ? NAMES : token_count);
        if (is_name)
            bytes[size++] = '&';
        size = add(bytes, size, tokens[pick].bytes, tokens[pick].size);
        if (tap_random(seed) % 16 == 0)
            bytes[size++] = (char)(tap_random(seed) % 256);
    }
    return size;
}

static void test_random(uint64_t seed)
{
    char bytes[PARTS_MAX * 42 + 32];
    for (size_t i = 0; i < ROUNDS; i++)
        LLVMFuzzerTestOneInput((uint8_t *)bytes, make_request(&seed, bytes));
    OK(true, "%d requests by chance", ROUNDS);
}

static void test_seeds(void)
{
    static uint8_t bytes[1 << 16];
    size_t count = 0;
    DIR *folder = opendir("tests/fuzz/page-seeds");
    for (struct dirent *e; folder && (e = readdir(folder));) {
        char path[512];
        snprintf(path, sizeof path, "tests/fuzz/page-seeds/%s", e->d_name);
        FILE *in = *e->d_name == '.' ? NULL : fopen(path, "rb");
        if (!in)
            continue;
        LLVMFuzzerTestOneInput(bytes, fread(bytes, 1, sizeof bytes, in));
        fclose(in);
        count++;
    }
    if (folder)
        closedir(folder);
    OK(count >= 5, "%zu requests that were found before", count);
}

/* The checks can fail. */
static void test_checks(void)
{
    static const char *const good[] = {"<p class=\"a\">a &lt; b</p>", "<ol><li>a</li></ol>",
                                       "<a href=\"?q=a\">a</a><input value=\"a\">"};
    static const char *const bad[] = {"<p>",
                                      "</p>",
                                      "a<b",
                                      "a>b",
                                      "a & b",
                                      "<p onclick=\"a\">a</p>",
                                      "<p class=a>a</p>",
                                      "<p style=\"a\">a</p>",
                                      "<a href=\"javascript:a\">a</a>",
                                      "<a href=\"//a\">a</a>",
                                      "<p><b>a</p></b>",
                                      "<p class=\"a\"\">a</p>",
                                      "<!-- a -->",
                                      "<p class='a'>a</p>"};
    static const char *const not_json[] = {
        "",   "a", "{", "{]", "[\"a]", "[\"<\"]", "[\"&\"]", "[\"\\a\"]", "[\"\xe2\x80\xa8\"]",
        "{}}"};
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        wrong += !is_marked_up(good[i], true);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        wrong += is_marked_up(bad[i], true);
    for (size_t i = 0; i < sizeof not_json / sizeof *not_json; i++)
        wrong += is_json(not_json[i]);
    wrong += !is_json("{\"a\":[\"\\u003c\"]}");
    char hidden[] = "a\xe2\x80\xae", cut[] = "a\xe1\xbb", control[] = "\x1b";
    wrong += is_shown(&(struct hlcgi_out){.data = hidden, .size = 4});
    wrong += is_shown(&(struct hlcgi_out){.data = cut, .size = 3});
    wrong += is_shown(&(struct hlcgi_out){.data = control, .size = 1});
    OK(!wrong, "%zu of the checks' own examples are taken wrongly", wrong);
}

int main(void)
{
    const char *seed = getenv("SEED");
    test_checks();
    bool good = read_tokens();
    OK(good, "%zu tokens", token_count);
    test_seeds();
    test_random(seed ? strtoull(seed, NULL, 0) : 836);
    return tap_done();
}
