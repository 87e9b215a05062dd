/*
 * shard_probe.h - is there a server that answers?  Asked without waiting.
 *
 * A xapian-tcpsrv speaks first: who connects and is greeted has found one that lives.  A probe
 * is such a connection under way; it is looked at now and then, and several are waited for
 * together, so that a hundred dead servers cost the time of one.
 *
 *     probe   idle -> begun -> greeted
 *               ^-- failed (refused, no route: begun again, a second later at the soonest)
 *
 * Threads  one a probe.
 */
#ifndef HL_BACKEND_SHARD_PROBE_H
#define HL_BACKEND_SHARD_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum hlprobe_state { HLPROBE_IDLE = 0, HLPROBE_BEGUN, HLPROBE_GREETED, HLPROBE_FAILED };

struct hlprobe {
    enum hlprobe_state state;
    int fd;            /* -1: none */
    uint64_t begun;    /* ms */
    char problem[120]; /* of the last failure, or "" */
    struct sockaddr_storage address;
    socklen_t address_size; /* 0: the name was not found yet */
};

void hlprobe_init(struct hlprobe *probe);
void hlprobe_release(struct hlprobe *probe);
/* Begins, unless it is under way or failed a moment ago. */
void hlprobe_begin(struct hlprobe *probe, const char *host, unsigned port);
/* Waits until all of them that are under way are greeted or failed, at most so long; 0: looks.
 * A probe that was greeted is closed and idle again: the state says so until it is begun. */
void hlprobe_wait(struct hlprobe *const *probes, size_t count, unsigned ms);

#endif
