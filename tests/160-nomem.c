/* The n-th allocation fails, for every n: a status, outputs untouched, nothing leaked. */
#include "base/mem.h"
#include "hlsearch_inspect.h"
#include "tap.h"
#include "text/charset.h"
#include "token/tokenise.h"

static long left; /* allocations until the one that fails; below 0: none does */
static long live;

static void *failing_realloc(void *p, size_t size)
{
    if (left == 0)
        return NULL;
    left--;
    live += p == NULL;
    return realloc(p, size ? size : 1);
}

static void counting_free(void *p)
{
    live -= p != NULL;
    free(p);
}

static const char text[] =
    "“Ho\u0300a\u00ad” Ǆivo İz TP.HCM 3,5kg ngày 9/1/2021 \u0441ủa ðặc 10⁶ "
    "3,5MP ΑΣ-ΒΣ";

/* Runs an op with the n-th allocation failing; true when it got through. */
static bool run_op(const char *op, const char *input, long n, int *wrong)
{
    char *out = NULL;
    left = n;
    hl_status status = hl_text_op(op, input, strlen(input), &out, NULL);
    *wrong += status != HL_OK && (status != HL_NOMEM || out);
    hl_text_free(out);
    *wrong += live != 0;
    return status == HL_OK;
}

static void test_ops(void)
{
    static const char *const ops[][2] = {
        {"clean", text},
        {"key", text},
        {"var", text},
        {"fold", text},
        {"tok", text},
        {"date", text},
        {"num", "1.000"},
        {"syl", "hòa"},
        {"telex", "ngheej"},
        {"vni", "d9ai5"},
        {"bytes", "CP1258:486fcc61"},
        {"bytes", "VNI:486ff861"},
    };
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        int wrong = 0;
        long n = 0;
        while (n < 1000 && !run_op(ops[i][0], ops[i][1], n, &wrong))
            n++;
        OK(wrong == 0 && n > 0 && n < 1000, "%s fails %ld times and then not", ops[i][0], n);
    }
}

static void test_tokens(void)
{
    int wrong = 0;
    long n = 0;
    for (; n < 1000; n++) {
        struct hl_tokens tokens = {0};
        left = n;
        hl_status status = hl_tokens_make(text, strlen(text), &tokens, NULL);
        wrong += status != HL_OK && (status != HL_NOMEM || tokens.memory);
        hl_tokens_free(&tokens);
        wrong += live != 0;
        if (!status)
            break;
    }
    OK(wrong == 0 && n > 0 && n < 1000, "tokens fail %ld times and then not", n);
}

static void test_charset(void)
{
    static const char bytes[] = "C\xabng ngh\xd6 th\xabng tin";
    int wrong = 0;
    long n = 0;
    for (; n < 1000; n++) {
        const char *charset = NULL;
        left = n;
        hl_status status = hltext_charset_guess(bytes, strlen(bytes), NULL, &charset, NULL);
        wrong += live != 0 || (status && (charset || status != HL_NOMEM));
        if (!status)
            break;
    }
    OK(wrong == 0 && n > 0 && n < 1000, "guessing fails %ld times and then not", n);
    static const char misread[] = "C«ng nghÖ th«ng tin → C«ng nghÖ";
    for (n = 0; n < 1000; n++) {
        const char *charset = NULL;
        struct hlbuf out = {0};
        left = n;
        hl_status status = hltext_mojibake_find(misread, strlen(misread), NULL, &charset, NULL);
        wrong += status && (charset || status != HL_NOMEM);
        if (!status)
            status = hltext_mojibake_undo(misread, strlen(misread), charset, &out, NULL);
        wrong += status && status != HL_NOMEM;
        hlbuf_release(&out);
        wrong += live != 0;
        if (!status)
            break;
    }
    OK(wrong == 0 && n > 0 && n < 1000, "repairing fails %ld times and then not", n);
}

int main(void)
{
    static const struct hlmem_hook hook = {failing_realloc, counting_free};
    hlmem_set_hook(&hook);
    test_ops();
    test_tokens();
    test_charset();
    hlmem_set_hook(NULL);
    return tap_done();
}
