/*
 * limits.c - see limits.h.
 *
 * The limits catch what nobody thought of: every input that is known to cost much has a
 * limit of its own nearer to where it is read.
 */
#include "cgi/limits.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>

/* No query may take 2 s; one that takes more than twice that is not worth waiting for. */
enum { SECONDS_MAX = 5 };

/*
 * The limit is compared with time counted by ticks, while getrusage() tells time that was
 * measured; in a process that answers for hours the two drift apart by more than any request
 * may take, and innocent ones were ended.  A timer by the same ticks, set to years, tells how
 * many went by.
 */
enum { TIMER_SECONDS = 100000000 };

/* AddressSanitizer maps terabytes of shadow: under it there is no limit on addresses. */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_SHADOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_SHADOW 1
#endif
#endif

sigjmp_buf hlcgi_guard;

/* ---------------------------------------------------------------------- guard */

/* Both signals come from the code between begin and end itself, not from elsewhere, so
 * that the jump leaves no lock held but at worst one of the allocator's, and the process
 * ends after one more answer. */
static void jump(int signal_number)
{
    assert(signal_number == SIGBUS || signal_number == SIGXCPU);
    siglongjmp(hlcgi_guard, signal_number);
}

static void handle(void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};
    int failed = sigemptyset(&action.sa_mask);
    failed |= sigaction(SIGBUS, &action, NULL);
    failed |= sigaction(SIGXCPU, &action, NULL);
    assert(!failed);
    (void)failed;
}

void hlcgi_guard_begin(void)
{
    handle(jump);
}

void hlcgi_guard_end(void)
{
    handle(SIG_DFL);
}

/* --------------------------------------------------------------------- limits */

/* The soft limit alone, since a FastCGI process moves it for each request.  The hard one is
 * the administrator's and is never passed. */
static void set_soft(__rlimit_resource_t resource, rlim_t value)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit))
        return;
    limit.rlim_cur = value < limit.rlim_max ? value : limit.rlim_max;
    assert(limit.rlim_cur <= limit.rlim_max);
    setrlimit(resource, &limit);
}

void hlcgi_limits_init(void)
{
    struct rlimit none = {0, 0};
    const struct itimerval years = {.it_value = {.tv_sec = TIMER_SECONDS}};
    setrlimit(RLIMIT_CORE, &none);
    setitimer(ITIMER_PROF, &years, NULL);
    /* A visitor who has gone is an error of write(), not the end of a FastCGI process. */
    signal(SIGPIPE, SIG_IGN);
}

void hlcgi_limit_time(void)
{
    struct itimerval left;
    if (!getitimer(ITIMER_PROF, &left) && left.it_value.tv_sec <= TIMER_SECONDS)
        set_soft(RLIMIT_CPU, (rlim_t)(TIMER_SECONDS - left.it_value.tv_sec) + 1 + SECONDS_MAX);
}

#ifndef HAS_SHADOW
/* Bytes of the files in a folder, where links lead too; 0 if it cannot be read.  Older
 * generations count too: what is too much here only makes the limit wider. */
static uint64_t folder_bytes(const char *path)
{
    uint64_t bytes = 0;
    struct dirent *entry;
    DIR *folder = opendir(path);
    if (!folder)
        return 0;
    while ((entry = readdir(folder))) {
        struct stat info;
        bool is_file =
            !fstatat(dirfd(folder), entry->d_name, &info, 0) && S_ISREG(info.st_mode);
        if (is_file && (uint64_t)info.st_size < UINT64_MAX / 4 - bytes)
            bytes += (uint64_t)info.st_size;
    }
    closedir(folder);
    return bytes;
}
#endif

void hlcgi_limit_memory(const char *const *paths, size_t count)
{
    assert(paths || !count);
#ifndef HAS_SHADOW
    rlim_t bytes = (rlim_t)512 << 20;
    for (size_t i = 0; i < count; i++)
        bytes += (rlim_t)folder_bytes(paths[i]);
    set_soft(RLIMIT_AS, bytes);
#endif
}
