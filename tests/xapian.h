/*
 * xapian.h - Xapian in tests: the module as it was built beside them, and servers on loopback.
 */
#ifndef HL_TESTS_XAPIAN_H
#define HL_TESTS_XAPIAN_H

#include "backend/xapian_load.h"
#include "tap.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
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

/* A socket that listens on a free port of 127.0.0.1; -1 if there is none. */
static inline int xapian_listen(unsigned *out_port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, 8) ||
        getsockname(fd, (struct sockaddr *)&at, &size))
        return -1;
    *out_port = ntohs(at.sin_port);
    return fd;
}

/* Whether somebody listens there. */
static inline bool xapian_answers(unsigned port)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                             .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is = fd >= 0 && !connect(fd, (struct sockaddr *)&to, sizeof to);
    if (fd >= 0)
        close(fd);
    return is;
}

static inline pid_t xapian_start(const char *path, unsigned port)
{
    char number[16];
    snprintf(number, sizeof number, "%u", port);
    pid_t pid = fork();
    if (!pid) {
        setpgid(0, 0);
        if (!freopen("/dev/null", "w", stderr))
            _exit(126);
        execlp("xapian-tcpsrv", "xapian-tcpsrv", "--interface", "127.0.0.1", "--port", number,
               "--quiet", path, (char *)NULL);
        _exit(127);
    }
    return pid;
}

/* A xapian-tcpsrv of the database on the port, or on a free one where *port is 0; its pid, or
 * -1 where there is no such program.  It and its children (one a connection) are a group. */
static inline pid_t xapian_serve(const char *path, unsigned *port)
{
    if (!*port) {
        int fd = xapian_listen(port);
        if (fd < 0)
            return -1;
        close(fd);
    }
    pid_t pid = -1;
    for (int i = 0; i < 500; i++) {
        int status = 0;
        /* One that ends at once may have found the port taken by one that was just killed. */
        if (pid < 0)
            pid = xapian_start(path, *port);
        else if (xapian_answers(*port))
            return pid;
        usleep(20000);
        if (waitpid(pid, &status, WNOHANG) == pid) {
            pid = -1;
            if (WIFEXITED(status) && WEXITSTATUS(status) >= 126)
                return -1;
        }
    }
    return pid;
}

static inline void xapian_stop(pid_t pid)
{
    if (pid <= 0)
        return;
    kill(-pid, SIGCONT);
    kill(-pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* ---- short ways to say things ---- */

static inline struct hlx_bytes xb(const char *text)
{
    return (struct hlx_bytes){text, strlen(text)};
}

/* Keeps the last bytes that it was given, and counts. */
struct xapian_taken {
    char last[4096];
    size_t size, count;
    bool none;    /* the last were none */
    size_t limit; /* stops after so many; 0: never */
};

static inline bool xapian_take(void *user, const void *bytes, size_t size)
{
    struct xapian_taken *to = user;
    to->none = !bytes;
    to->size = size < sizeof to->last ? size : sizeof to->last - 1;
    if (size)
        memcpy(to->last, bytes, to->size);
    to->last[to->size] = 0;
    to->count++;
    return !to->limit || to->count < to->limit;
}

static inline bool xapian_take_term(void *user, const void *bytes, size_t size, uint64_t df)
{
    return xapian_take(user, bytes, size) && df;
}

#endif
