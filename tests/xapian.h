/*
 * xapian.h - the module that knows Xapian, as it was built beside the tests.
 */
#ifndef HL_TESTS_XAPIAN_H
#define HL_TESTS_XAPIAN_H

#include "backend/xapian_load.h"
#include "tap.h"

#include <unistd.h>

/* Names the module of this build (a test is in its folder tests/) unless another is named;
 * false and why where none can be loaded: the test skips. */
static inline bool xapian_begin(const struct hlx_calls **out_calls, struct hl_error *err)
{
    char path[4096];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 64);
    path[size > 0 ? size : 0] = 0;
    char *slash = strrchr(path, '/');
    if (slash) {
        snprintf(slash, 32, "/../hlsearch-xapian.so");
        if (!access(path, R_OK))
            setenv("HLSEARCH_XAPIAN", path, 0);
    }
    return hlx_load(out_calls, err) == HL_OK;
}

#endif
