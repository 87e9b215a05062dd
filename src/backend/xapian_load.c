#include "backend/xapian_load.h"

#include "base/err.h"

#include <assert.h>
#include <dlfcn.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

/* Where `make install` puts it; the Makefile knows. */
#ifndef HLX_MODULE_FOLDER
#define HLX_MODULE_FOLDER "/usr/local/lib/hlsearch"
#endif

#define MODULE "hlsearch-xapian.so"

static const struct hlx_calls *_Atomic loaded;

/* A program without an interpreter has no loader that could bring in a module. */
static bool is_static(void)
{
    return !getauxval(AT_BASE);
}

/* The folder of the running program, with its slash; "" if the system does not tell. */
static void find_folder(char to[PATH_MAX])
{
    ssize_t size = readlink("/proc/self/exe", to, PATH_MAX - 1);
    to[size > 0 ? size : 0] = 0;
    char *slash = strrchr(to, '/');
    to[slash ? slash + 1 - to : 0] = 0;
}

/* The module at a place.  Unless a user named it, not to be there is no fault; of one that does
 * not load the loader's words are kept, since a later place may have a good one. */
static const struct hlx_calls *try_at(const char *path, bool named, char *why, size_t room)
{
    static const char absent[] = "cannot open shared object file: No such file";
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!module) {
        const char *words = dlerror();
        bool not_there = words && !strncmp(words, path, strlen(path)) && strstr(words, absent);
        if (!*why && words && (named || !not_there))
            snprintf(why, room, "%s", words);
        return NULL;
    }
    const struct hlx_calls *(*entry)(void);
    *(void **)&entry = dlsym(module, HLX_MODULE_SYMBOL);
    const struct hlx_calls *calls = entry ? entry() : NULL;
    if (calls && calls->version == HLX_VERSION)
        return calls;
    if (!*why)
        snprintf(why, room, "%s: %s", path, hlerr_say("is of another version of hlsearch"));
    dlclose(module);
    return NULL;
}

static const struct hlx_calls *search(char *why, size_t room)
{
    const char *said = getenv("HLSEARCH_XAPIAN");
    if (said && *said)
        return try_at(said, true, why, room);
    char folder[PATH_MAX], path[PATH_MAX + 64];
    find_folder(folder);
    static const char *const places[] = {MODULE, "../lib/hlsearch/" MODULE};
    const struct hlx_calls *calls = NULL;
    for (size_t i = 0; *folder && !calls && i < sizeof places / sizeof *places; i++) {
        snprintf(path, sizeof path, "%s%s", folder, places[i]);
        calls = try_at(path, false, why, room);
    }
    return calls ? calls : try_at(HLX_MODULE_FOLDER "/" MODULE, false, why, room);
}

hl_status hlx_load(const struct hlx_calls **out_calls, struct hl_error *err)
{
    assert(out_calls);
    const struct hlx_calls *calls = atomic_load_explicit(&loaded, memory_order_acquire);
    if (!calls) {
        if (is_static())
            return hlerr_set(err, HL_UNSUPPORTED,
                             "this program is linked statically and cannot load Xapian; "
                             "the tool hlsearch can");
        char why[320] = "";
        calls = search(why, sizeof why);
        if (!calls)
            return hlerr_set(err, HL_UNSUPPORTED,
                             "no Xapian: " MODULE " is wanted (built where libxapian-dev and "
                             "g++ are), and the package libxapian30%s%s",
                             *why ? ": " : "", why);
        /* Two threads that load it get the same table. */
        atomic_store_explicit(&loaded, calls, memory_order_release);
    }
    *out_calls = calls;
    return HL_OK;
}
