/* The allocator's door: zero sizes, products that do not fit, the hook. */
#include "base/mem.h"
#include "faultio.h"
#include "tap.h"

static void test_system(void)
{
    void *p = hlmem_alloc(0);
    OK(p, "nothing asked for is still something to free");
    hlmem_free(p);
    hlmem_free(NULL);
    uint8_t *zeros = hlmem_zalloc(1000, 3);
    bool clean = zeros;
    for (int i = 0; clean && i < 3000; i++)
        clean = zeros[i] == 0;
    OK(clean, "zalloc gives zeros");
    zeros = hlmem_realloc(zeros, 0);
    OK(zeros, "realloc to nothing keeps something to free");
    hlmem_free(zeros);
    char *copy = hlmem_strdup("Khoa học");
    IS(copy, "Khoa học", "strdup copies");
    hlmem_free(copy);
}

static void test_product(void)
{
    size_t bytes = 7;
    OK(hlmem_product(3, 5, &bytes) && bytes == 15, "3 x 5");
    OK(hlmem_product(SIZE_MAX, 1, &bytes) && bytes == SIZE_MAX, "the greatest that fits");
    bytes = 7;
    OK(!hlmem_product(SIZE_MAX / 2 + 1, 2, &bytes) && bytes == 7,
       "one that does not fit leaves the output alone");
    OK(hlmem_product(SIZE_MAX, 0, &bytes) && bytes == 0, "times nothing");
    OK(!hlmem_zalloc(SIZE_MAX / 4, 8), "zalloc checks the product");
}

static void test_hook(void)
{
    faultmem_start(3, false);
    void *a = hlmem_alloc(10), *b = hlmem_zalloc(2, 5);
    void *c = hlmem_strdup("x");
    void *d = hlmem_alloc(10);
    OK(a && b && !c && d, "the third allocation fails, the fourth works");
    OK(faultmem_count() == 4 && faultmem_failed() == 1, "the hook saw all four");
    OK(faultmem_live() == 3, "three are out");
    void *e = hlmem_realloc(a, 100);
    OK(e && faultmem_live() == 3, "realloc changes no count");
    hlmem_free(e);
    hlmem_free(b);
    hlmem_free(d);
    OK(faultmem_live() == 0, "all came back");
    faultmem_start(1, true);
    OK(!hlmem_alloc(1) && !hlmem_alloc(1), "from the first on nothing works");
    faultmem_stop();
    a = hlmem_alloc(1);
    OK(a, "the system's allocator is back");
    hlmem_free(a);
}

int main(void)
{
    test_system();
    test_product();
    test_hook();
    return tap_done();
}
