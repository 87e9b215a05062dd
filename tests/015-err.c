/* Sentences of failures: formats, places, another language, and room that ends. */
#include "base/err.h"
#include "tap.h"

#include <string.h>

static const char *vietnamese(const char *english)
{
    if (!strcmp(english, "%s: cannot read %d bytes"))
        return "không đọc được %2$d byte của %1$s";
    if (!strcmp(english, "out of memory"))
        return "hết bộ nhớ";
    if (!strcmp(english, HLERR_NO_ANSWER))
        return "; không trả lời được";
    return english;
}

static void test_english(void)
{
    struct hl_error err;
    OK(hlerr_set(&err, HL_IO, "%s: cannot read %d bytes", "a", 7) == HL_IO, "the status back");
    IS(err.text, "a: cannot read 7 bytes", "the sentence");
    OK(err.code == HL_IO && err.at == -1, "code, no place");
    OK(hlerr_set_at(&err, HL_BAD_QUERY, 5, "x") == HL_BAD_QUERY && err.at == 5, "a place");
    OK(hlerr_set(NULL, HL_IO, "x") == HL_IO, "nobody to tell");
    OK(hlerr_corrupt(&err, NULL, "head", 8, "checksum") == HL_CORRUPT, "damage");
    IS(err.text, "corrupt index: segment, head, byte 8: checksum" HLERR_NO_ANSWER, "its words");
}

static void test_translated(void)
{
    struct hl_error err;
    hl_messages_set(vietnamese);
    OK(hlerr_set(&err, HL_IO, "%s: cannot read %d bytes", "a", 7) == HL_IO, "the same status");
    IS(err.text, "không đọc được 7 byte của a", "arguments in another order");
    hlerr_nomem(&err);
    IS(err.text, "hết bộ nhớ", "a sentence without arguments");
    OK(err.code == HL_NOMEM, "the same code");
    hlerr_corrupt(&err, "f", "head", 8, "checksum");
    IS(err.text, "corrupt index: f, head, byte 8: checksum; không trả lời được",
       "what is not translated stays English");
    IS(hlerr_say("some"), "some", "a word that is not known");
    IS(hl_status_name(HL_IO), "IO", "names of codes have no language");
    hl_messages_set(NULL);
    IS(hlerr_say("out of memory"), "out of memory", "English again");
}

/* Room ends anywhere within letters of two and three bytes; what is cut is a whole letter. */
static void test_cut(void)
{
    char text[sizeof((struct hl_error *)NULL)->text + 8];
    int bad = 0;
    for (size_t before = 0; before < 6; before++) {
        struct hl_error err;
        size_t size = before;
        memset(text, 'a', before);
        while (size + 4 < sizeof text) {
            memcpy(text + size, "\xe1\xba\xa1", 3); /* ạ */
            size += 3;
        }
        text[size] = 0;
        hlerr_set(&err, HL_IO, "%s", text);
        size_t kept = strlen(err.text);
        bad += kept > sizeof err.text - 1 || kept + 2 < sizeof err.text - 1 ||
               (kept - before) % 3 != 0 || memcmp(err.text, text, kept) != 0;
    }
    OK(bad == 0, "a long sentence is cut between letters, and no earlier");
    struct hl_error err;
    memset(text, 'b', sizeof err.text - 1);
    text[sizeof err.text - 1] = 0;
    hlerr_set(&err, HL_IO, "%s", text);
    IS(err.text, text, "one that just fits is whole");
}

int main(void)
{
    test_english();
    test_translated();
    test_cut();
    return tap_done();
}
