/*
 * Other names of a query's words: which stretches get which (a vocabulary made up here),
 * and what a search finds by them in articles written for it.
 */
#include "query/widen.h"
#include "scratch.h"
#include "tap.h"

#include <assert.h>

/* ---------------------------------------------------------------- a made up index */

/* What it has, each word once between blanks; what it calls rows of keys, "row = name". */
struct made_up {
    const char *words;
    const char *names[4];
    size_t asked; /* names that were asked for */
};

static hl_status find(void *user, const char *key, size_t size, struct hlq_counts *out_counts,
                      struct hl_error *err)
{
    const struct made_up *index = user;
    *out_counts = (struct hlq_counts){0, 0};
    for (const char *p = index->words; *p; p += strcspn(p, " "), p += strspn(p, " "))
        if (strcspn(p, " ") == size && !memcmp(p, key, size))
            *out_counts = (struct hlq_counts){1, 1};
    return HL_OK;
}

static hl_status names(void *user, const struct hlq_key *keys, uint32_t count, hlq_each *each,
                       void *to, struct hl_error *err)
{
    struct made_up *index = user;
    char row[512] = "";
    for (uint32_t i = 0; i < count; i++) {
        strncat(row, keys[i].bytes, sizeof row - strlen(row) - 1);
        strncat(row, i + 1 < count ? " " : " = ", sizeof row - strlen(row) - 1);
    }
    index->asked++;
    for (size_t i = 0; i < 4 && index->names[i]; i++) {
        const char *name = index->names[i];
        struct hlq_counts counts = {2, 2};
        if (strncmp(name, row, strlen(row)))
            continue;
        hl_status status = each(to, name + strlen(row), strlen(name) - strlen(row), &counts);
        if (status != HL_OK)
            return status;
    }
    return HL_OK;
}

static hl_status broken(void *user, const char *key, size_t size, struct hlq_counts *out_counts,
                        struct hl_error *err)
{
    return HL_CORRUPT;
}

/* "a b =c | d": c means itself, d stands apart. */
static uint32_t slots_of(const char *query, struct hlq_widen_slot *slots, uint32_t most,
                         char *keys)
{
    uint32_t count = 0;
    bool linked = false;
    for (const char *p = query; *p; p += strspn(p, " ")) {
        size_t size = strcspn(p, " ");
        const char *word = p;
        p += size;
        if (size == 1 && *word == '|') {
            linked = false;
            continue;
        }
        assert(count < most);
        bool closed = *word == '=';
        word += closed;
        size -= closed;
        memcpy(keys, word, size);
        keys[size] = '\0';
        slots[count++] = (struct hlq_widen_slot){keys, (uint32_t)size, linked, closed};
        keys += size + 1;
        linked = true;
    }
    return count;
}

static void say(char *out, size_t room, const struct hlq_widenings *all)
{
    size_t size = 0;
    *out = '\0';
    for (uint32_t i = 0; i < all->count; i++) {
        const struct hlq_widening *w = &all->list[i];
        size += (size_t)snprintf(out + size, room - size, "%s%u-%u:", i ? "; " : "", w->from,
                                 w->to);
        for (uint32_t k = 0; k < w->count; k++)
            size += (size_t)snprintf(out + size, room - size, " %s", w->keys[k].bytes);
        for (uint32_t r = 0; r < w->row_count; r++) {
            size += (size_t)snprintf(out + size, room - size, " (");
            for (uint32_t k = 0; k < w->rows[r].count; k++)
                size += (size_t)snprintf(out + size, room - size, "%s%s", k ? " " : "",
                                         w->rows[r].keys[k].bytes);
            size += (size_t)snprintf(out + size, room - size, ")");
        }
    }
}

static bool all_weigh_eight(const struct hlq_widenings *all)
{
    bool good = true;
    for (uint32_t i = 0; i < all->count; i++) {
        const struct hlq_widening *w = &all->list[i];
        good = good && w->count + w->row_count > 0 && w->count + w->row_count <= HLQ_WIDEN_MAX;
        for (uint32_t k = 0; k < w->count; k++)
            good = good && w->keys[k].weight == 8;
        for (uint32_t r = 0; r < w->row_count; r++)
            good = good && w->rows[r].weight == 8 && w->rows[r].count >= 2;
    }
    return good;
}

struct widen_case {
    const char *what, *list;
    struct made_up index;
    const char *query, *want;
};

static const struct widen_case cases[] = {
    {"a single key for a row",
     "vắc xin = vaccine\n",
     {.words = "vắc xin vaccine"},
     "tiêm vắc xin covid",
     "1-3: vaccine"},
    {"a row for a single key",
     "vắc xin = vaccine\n",
     {.words = "vắc xin vaccine"},
     "tiêm vaccine",
     "1-2: (vắc xin)"},
    {"both kinds at once",
     "vắc xin = vaccine = thuốc chủng = vacxin\n",
     {.words = "vắc xin vaccine vacxin thuốc chủng"},
     "vaccine",
     "0-1: vacxin (vắc xin) (thuốc chủng)"},
    {"no other name in the index", "vắc xin = vaccine\n", {.words = "vắc xin"}, "vắc xin", ""},
    {"a row must be there whole",
     "vắc xin = vaccine\n",
     {.words = "vắc vaccine"},
     "vaccine",
     ""},
    {"the words of the query need not be there",
     "vắc xin = vaccine\n",
     {.words = "vaccine"},
     "vắc xin",
     "0-2: vaccine"},
    {"marks that differ", "vắc xin = vaccine\n", {.words = "vac xin vaccine"}, "vac xin", ""},
    {"i and y are one", "bác sĩ = bs\n", {.words = "bs"}, "bác sỹ", "0-2: bs"},
    {"one way", "gien => gen\n", {.words = "gien gen"}, "gien | gen", "0-1: gen"},
    {"=word means itself",
     "vắc xin = vaccine\ntiêm = chích\n",
     {.words = "vaccine chích vắc xin"},
     "=tiêm vắc =xin",
     ""},
    {"=word beside others",
     "vắc xin = vaccine\ntiêm = chích\n",
     {.words = "vaccine chích vắc xin"},
     "=tiêm vắc xin",
     "1-3: vaccine"},
    {"words apart are no row", "vắc xin = vaccine\n", {.words = "vaccine"}, "vắc | xin", ""},
    {"the longest wins where it starts",
     "a b = x\na b c = z\na = q\n",
     {.words = "x z q"},
     "a b c",
     "0-3: z"},
    {"groups that overlap", "a b = x\nb c = y\n", {.words = "x y"}, "a b c", "0-2: x; 1-3: y"},
    {"a group inside another",
     "a b c = z\nb = q\n",
     {.words = "z q"},
     "a b c",
     "0-3: z; 1-2: q"},
    {"twice in a query", "a = x\n", {.words = "x"}, "a b a", "0-1: x; 2-3: x"},
    {"an abbreviation",
     NULL,
     {.words = "khcn khoa học công nghệ", .names = {"khcn = khoa học công nghệ"}},
     "bộ khcn",
     "1-2: (khoa học công nghệ)"},
    {"a name that has an abbreviation",
     NULL,
     {.words = "khcn", .names = {"khoa học công nghệ = khcn"}},
     "khoa học công nghệ",
     "0-4: khcn"},
    {"the longest name, nothing within it",
     NULL,
     {.words = "khcn kh cn",
      .names = {"khoa học công nghệ = khcn", "khoa học = kh", "công nghệ = cn"}},
     "khoa học công nghệ",
     "0-4: khcn"},
    {"the next name behind it",
     NULL,
     {.words = "kh cn", .names = {"khoa học = kh", "công nghệ = cn"}},
     "khoa học công nghệ",
     "0-2: kh; 2-4: cn"},
    {"an abbreviation that the index lacks",
     NULL,
     {.words = "khoa", .names = {"khoa học = kh"}},
     "khoa học",
     ""},
    {"an abbreviation of =words",
     NULL,
     {.words = "kh", .names = {"khoa học = kh"}},
     "khoa =học",
     ""},
    {"a list and the index, the same",
     "khoa học = kh\n",
     {.words = "kh", .names = {"khoa học = kh"}},
     "khoa học",
     "0-2: kh"},
    {"a list and the index, another",
     "khoa học = science\n",
     {.words = "kh science", .names = {"khoa học = kh"}},
     "khoa học",
     "0-2: science kh"},
    {"a list and the index, the same row",
     "kh = khoa học\n",
     {.words = "khoa học", .names = {"kh = khoa học"}},
     "kh",
     "0-1: (khoa học)"},
    {"at most six",
     "a = b = c = d = e = g = h = k\n",
     {.words = "b c d e g h k"},
     "a",
     "0-1: b c d e g h"},
    {"the first six that are there",
     "a = b = c = d = e = g = h = k = l\n",
     {.words = "c e g h k l"},
     "a",
     "0-1: c e g h k l"},
    {"a full group takes no name of the index",
     "a = b = c = d = e = g = h\n",
     {.words = "b c d e g h kh", .names = {"a = kh"}},
     "a",
     "0-1: b c d e g h"},
    {"a name of more than ten keys",
     NULL,
     {.words = "a", .names = {"abc = a a a a a a a a a a a"}},
     "abc",
     ""},
    {"a name of ten keys",
     NULL,
     {.words = "a", .names = {"abc = a a a a a a a a a a"}},
     "abc",
     "0-1: (a a a a a a a a a a)"},
    {"nothing", "a = b\n", {.words = "b"}, "", ""},
};

static void check_case(const struct widen_case *c)
{
    struct made_up index = c->index;
    struct hlq_vocabulary vocabulary = {.find = find, .names = names, .user = &index};
    struct hl_synonyms *list = NULL;
    struct hlarena arena = {0};
    struct hlq_widen_slot slots[16];
    struct hlq_widenings all = {NULL, 0};
    char keys[512], got[1024];
    if (c->list)
        OK(!hl_synonyms_read(NULL, c->list, strlen(c->list), &list, NULL), "%s: list", c->what);
    uint32_t count = slots_of(c->query, slots, 16, keys);
    hl_status status = hlq_widen(slots, count, list, &vocabulary, &arena, &all, NULL);
    say(got, sizeof got, &all);
    IS(status == HL_OK ? got : "failed", c->want, c->what);
    if (!all_weigh_eight(&all))
        OK(false, "%s: weights and sizes", c->what);
    vocabulary.names = NULL;
    status = hlq_widen(slots, count, NULL, &vocabulary, &arena, &all, NULL);
    if (status != HL_OK || all.count)
        OK(false, "%s: no list and no names, yet %u widenings", c->what, all.count);
    hlarena_release(&arena);
    hl_synonyms_free(list);
}

static void check_made_up(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_case(&cases[i]);
    struct made_up index = {.words = ""};
    struct hlq_vocabulary vocabulary = {.find = broken, .names = names, .user = &index};
    struct hlq_widen_slot slot = {"a", 1, false, false};
    struct hl_synonyms *list = NULL;
    struct hlarena arena = {0};
    struct hlq_widenings all = {NULL, 7};
    OK(!hl_synonyms_read(NULL, "a = b\n", 6, &list, NULL) &&
           hlq_widen(&slot, 1, list, &vocabulary, &arena, &all, NULL) == HL_CORRUPT &&
           all.count == 7,
       "what the index reports ends it, nothing is told");
    struct hlarena small = {.limit = 1};
    OK(hlq_widen(&slot, 1, list, &vocabulary, &small, &all, NULL) == HL_NOMEM && all.count == 7,
       "no memory");
    hlarena_release(&arena);
    hlarena_release(&small);
    hl_synonyms_free(list);
}

/* ------------------------------------------------------------- through an index */

static struct hl_synonyms *list_of(const char *text)
{
    struct hl_synonyms *list = NULL;
    struct hl_error err = {0};
    if (hl_synonyms_read(NULL, text, strlen(text), &list, &err))
        OK(false, "%s", err.text);
    return list;
}

/* Ids in the order of rank, blanks between; with `scores` each as "id 0.123456". */
static const char *answer(const struct hl_index *index, const char *words,
                          const struct hl_synonyms *synonyms, bool scores)
{
    static char text[4][2048];
    static unsigned turn;
    char *out = text[turn++ % 4];
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    struct hl_error err = {0};
    struct hl_search_options options;
    size_t size = 0;
    hl_search_options_init(&options);
    options.cover = HL_COVER_ALL;
    options.refine = scores ? 0 : -1;
    options.synonyms = synonyms;
    *out = '\0';
    if (hl_query_parse(index, words, strlen(words), NULL, &query, &err) ||
        hl_search(index, query, &options, &result, &err))
        size += (size_t)snprintf(out, sizeof text[0], "%s", err.text);
    for (size_t i = 0; i < hl_result_count(result) && size < sizeof text[0]; i++) {
        const struct hl_hit *hit = hl_result_hit(result, i);
        size +=
            (size_t)snprintf(out + size, sizeof text[0] - size, "%s%s", i ? " " : "", hit->id);
        if (scores)
            size += (size_t)snprintf(out + size, sizeof text[0] - size, " %.12f", hit->score);
    }
    hl_result_free(result);
    hl_query_free(query);
    return out;
}

/* Are these the ids, in any order? */
static void finds(const struct hl_index *index, const char *words,
                  const struct hl_synonyms *synonyms, const char *want)
{
    const char *got = answer(index, words, synonyms, false);
    bool good = strlen(got) == strlen(want);
    for (const char *p = want; *p && good; p += strcspn(p, " "), p += strspn(p, " ")) {
        char padded[2100], id[32];
        snprintf(padded, sizeof padded, " %s ", got);
        snprintf(id, sizeof id, " %.*s ", (int)strcspn(p, " "), p);
        good = strstr(padded, id) != NULL;
    }
    OK(good, "[%s] finds %s", words, *want ? want : "nothing");
    if (!good)
        printf("#   got: %s\n", got);
}

static struct hl_index *index_of(const char *name, const struct hl_article *articles,
                                 size_t count)
{
    struct hl_index *index = NULL;
    OK(scratch_commit(scratch_name(name), NULL, articles, 0, count, NULL) &&
           !hl_index_open(scratch_name(name), &index, NULL),
       "index %s", name);
    return index;
}

static void check_synonyms(void)
{
    /* a and b have ten words each, so that lengths do not tell them apart. */
    static const struct hl_article articles[] = {
        {.id = "a", .body = "vaccine vaccine vaccine vaccine một hai ba bốn năm sáu"},
        {.id = "b", .body = "vắc xin vắc xin vắc xin vắc xin vắc xin"},
        {.id = "c", .body = "vắc không có ở đây mà xin thì có ở đó"},
        {.id = "d", .title = "Dân số TP.HCM"},
        {.id = "e", .title = "Dân số thành phố Hồ Chí Minh"},
        {.id = "f", .title = "Dân số TPHCM"},
        {.id = "g", .title = "Thành phố khác"},
    };
    struct hl_index *index = index_of("synonyms", articles, 7);
    struct hl_synonyms *own = list_of("vắc xin = vaccine\n");
    const struct hl_synonyms *all = hl_synonyms_default();
    finds(index, "vaccine", all, "a b");
    finds(index, "vắc xin", all, "a b c");
    finds(index, "vac xin", all, "a b c");
    finds(index, "\"vắc xin\"", all, "b");
    finds(index, "vaccine", NULL, "a");
    finds(index, "vắc xin", NULL, "b c");
    finds(index, "=vaccine", all, "a");
    finds(index, "=vắc =xin", all, "b c");
    finds(index, "dân số TP.HCM", all, "d e f");
    finds(index, "dân số tphcm", all, "d e f");
    finds(index, "dân số thành phố Hồ Chí Minh", all, "d e f");
    finds(index, "dan so thanh pho ho chi minh", all, "d e f");
    finds(index, "dân số thành phố Hồ Chí Minh", NULL, "e");

    /* df 1 + 0.8 rounded up; five rows at 0.8 are four vaccine, to the last bit. */
    char a[64] = "", b[64] = "";
    const char *scores = answer(index, "vaccine", own, true);
    bool read = sscanf(scores, "a %63s b %63s", a, b) == 2;
    OK(read && !strcmp(a, b), "a synonym counts 0.8: %s", scores);
    hl_synonyms_free(own);
    hl_index_close(index);
}

static void check_abbreviations(void)
{
    static const struct hl_article articles[] = {
        {.id = "a", .body = "Ngân hàng Nhà nước (NHNN) tăng lãi suất."},
        {.id = "b", .body = "Theo Ngân hàng Nhà nước (NHNN), tỷ giá giảm."},
        {.id = "c", .body = "NHNN họp hôm nay."},
        {.id = "d", .body = "Ngân hàng Nhà nước họp hôm qua."},
        {.id = "e", .body = "Hội Chữ thập đỏ (CTĐ) và Viện Vệ sinh dịch tễ (VSDT)."},
        {.id = "f", .body = "VSDT báo cáo."},
        {.id = "g", .body = "Vệ sinh dịch tễ là gì?"},
        {.id = "h", .body = "Công an (CA) vào cuộc."},
        {.id = "i", .body = "Công an (CA) điều tra."},
        {.id = "j", .body = "Công an làm việc."},
        {.id = "k", .body = "Làm ca đêm."},
        {.id = "l", .body = "Quỹ Trường An Minh (TAM) mở cửa."},
        {.id = "m", .body = "Nhờ Trường An Minh (TAM) giúp."},
        {.id = "n", .body = "Trường An Minh đóng cửa."},
        {.id = "o", .body = "Hình tam giác."},
    };
    struct hl_index *index = index_of("abbreviations", articles, 15);
    finds(index, "NHNN", NULL, "a b c d");
    finds(index, "ngân hàng nhà nước", NULL, "a b c d");
    finds(index, "ngan hang nha nuoc", NULL, "a b c d");
    finds(index, "=nhnn", NULL, "a b c");
    finds(index, "VSDT", NULL, "e f");
    finds(index, "vệ sinh dịch tễ", NULL, "e g");
    finds(index, "ca", NULL, "h i k");
    finds(index, "công an", NULL, "h i j");
    finds(index, "tam", NULL, "l m o");
    finds(index, "trường an minh", NULL, "l m n");
    hl_index_close(index);
}

/* ------------------------------------------------------------------ nothing is lost */

/* How many of the answers without synonyms are missing with them; *out_more counts others. */
static size_t lost(const struct hl_index *index, const char *words, int cover,
                   const struct hl_synonyms *synonyms, size_t *out_more)
{
    struct hl_query *query = NULL;
    struct hl_result *with = NULL, *without = NULL;
    struct hl_search_options options;
    size_t missing = 0;
    hl_search_options_init(&options);
    options.cover = cover;
    options.count = 10000;
    options.synonyms = synonyms;
    bool good = !hl_query_parse(index, words, strlen(words), NULL, &query, NULL) &&
                !hl_search(index, query, &options, &with, NULL);
    options.synonyms = NULL;
    good = good && !hl_search(index, query, &options, &without, NULL);
    for (size_t i = 0; good && i < hl_result_count(without); i++) {
        bool there = false;
        for (size_t k = 0; !there && k < hl_result_count(with); k++)
            there = hl_result_hit(without, i)->docid == hl_result_hit(with, k)->docid;
        missing += !there;
    }
    *out_more += hl_result_total(with) > hl_result_total(without);
    hl_result_free(with);
    hl_result_free(without);
    hl_query_free(query);
    if (!good || missing)
        printf("# [%s], cover %d: %zu are lost\n", words, cover, missing);
    return good ? missing : 1;
}

static void check_broad(uint64_t seed)
{
    static const char list[] = "công nghệ = khcn = tphcm\nkhoa học = kỹ thuật = ma\n"
                               "hóa = hòa nghiên cứu\ncovid => covid-19 = h5n1\nda = đà\n";
    struct scratch_shape shape = {600, 250, 8, 12, 40, 10, false};
    struct scratch_archive archive = scratch_archive_make(&shape, seed);
    struct hl_synonyms *synonyms = list_of(list);
    struct hl_index *index = NULL;
    size_t missing = 0, more = 0, asked = 600 / SCRATCH_SLOWNESS;
    OK(scratch_build(scratch_name("broad"), NULL, &archive, 3) &&
           !hl_index_open(scratch_name("broad"), &index, NULL),
       "an archive of chance (seed 0x%llx)", (unsigned long long)seed);
    for (size_t i = 0; index && i < asked && missing < 5; i++) {
        char words[256] = "";
        size_t size = 0;
        for (size_t w = 1 + tap_random(&seed) % 4; w; w--)
            size += (size_t)snprintf(words + size, sizeof words - size, "%s%s", size ? " " : "",
                                     scratch_draw(&archive.lexicon, &seed));
        bool any = tap_random(&seed) % 2;
        missing += lost(index, words, any ? HL_COVER_ANY : HL_COVER_ALL, synonyms, &more);
    }
    OK(!missing, "what is found without synonyms is found with them");
    OK(more > asked / 20, "%zu of %zu queries find more", more, asked);
    hl_index_close(index);
    hl_synonyms_free(synonyms);
    scratch_archive_release(&archive);
}

int main(void)
{
    const char *text = getenv("HLSEARCH_SEED");
    scratch_begin();
    check_made_up();
    check_synonyms();
    check_abbreviations();
    check_broad(text && *text ? strtoull(text, NULL, 0) : 20260404);
    return tap_done();
}
