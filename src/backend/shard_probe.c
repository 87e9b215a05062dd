#include "backend/shard_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hlsearch.h"

enum { AGAIN_MS = 1000 };

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void hlprobe_init(struct hlprobe *probe)
{
    memset(probe, 0, sizeof *probe);
    probe->fd = -1;
}

static void end(struct hlprobe *p, enum hlprobe_state state, const char *problem)
{
    if (p->fd >= 0)
        close(p->fd);
    p->fd = -1;
    p->state = state;
    snprintf(p->problem, sizeof p->problem, "%s", problem);
}

void hlprobe_release(struct hlprobe *probe)
{
    end(probe, HLPROBE_IDLE, "");
}

/* The first address of a name; what is found is kept. */
static bool find_address(struct hlprobe *p, const char *host, unsigned port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG}, *list;
    char number[16];
    if (p->address_size)
        return true;
    snprintf(number, sizeof number, "%u", port);
    hints.ai_flags |= AI_NUMERICSERV;
    int code = getaddrinfo(host, number, &hints, &list);
    if (code == EAI_NONAME || code == EAI_ADDRFAMILY) {
        hints.ai_flags = AI_NUMERICSERV; /* loopback counts as no address of the machine */
        code = getaddrinfo(host, number, &hints, &list);
    }
    if (code) {
        end(p, HLPROBE_FAILED, gai_strerror(code));
        return false;
    }
    memcpy(&p->address, list->ai_addr, list->ai_addrlen);
    p->address_size = list->ai_addrlen;
    freeaddrinfo(list);
    return true;
}

void hlprobe_begin(struct hlprobe *probe, const char *host, unsigned port)
{
    uint64_t now = now_ms();
    if (probe->state == HLPROBE_BEGUN ||
        (probe->state == HLPROBE_FAILED && now < probe->begun + AGAIN_MS))
        return;
    probe->begun = now;
    if (!find_address(probe, host, port))
        return;
    const struct sockaddr *to = (const struct sockaddr *)&probe->address;
    probe->fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (probe->fd < 0 ||
        (connect(probe->fd, to, probe->address_size) != 0 && errno != EINPROGRESS))
        end(probe, HLPROBE_FAILED, strerror(errno));
    else
        probe->state = HLPROBE_BEGUN;
}

/* The socket has something to say: the greeting, or why there is none. */
static void look(struct hlprobe *p)
{
    int problem = 0;
    socklen_t size = sizeof problem;
    char greeting[4096]; /* all of it: what is left unread would break the connection off */
    if (getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &problem, &size) == 0 && problem) {
        end(p, HLPROBE_FAILED, strerror(problem));
        return;
    }
    ssize_t n = recv(p->fd, greeting, sizeof greeting, MSG_DONTWAIT);
    if (n > 0)
        end(p, HLPROBE_GREETED, "");
    else if (n == 0)
        end(p, HLPROBE_FAILED, strerror(ECONNRESET));
    else if (errno != EAGAIN && errno != EINTR)
        end(p, HLPROBE_FAILED, strerror(errno));
}

void hlprobe_wait(struct hlprobe *const *probes, size_t count, unsigned ms)
{
    uint64_t until = now_ms() + ms;
    struct pollfd fds[HL_SHARDS_MAX];
    struct hlprobe *of[HL_SHARDS_MAX];
    for (;;) {
        nfds_t n = 0;
        for (size_t i = 0; i < count && n < HL_SHARDS_MAX; i++)
            if (probes[i]->state == HLPROBE_BEGUN) {
                of[n] = probes[i];
                fds[n++] = (struct pollfd){.fd = probes[i]->fd, .events = POLLIN};
            }
        uint64_t now = now_ms();
        int left = now < until ? (int)(until - now) : 0;
        if (!n || poll(fds, n, left) <= 0)
            return;
        for (nfds_t i = 0; i < n; i++)
            if (fds[i].revents)
                look(of[i]);
    }
}
