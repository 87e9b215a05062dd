/*
 * records.h - an answer as FastCGI records, sent with one call to the system.
 *
 * libfcgi sends a stream by 8 KiB, and each of its writes wakes the web server up; a page of
 * results is twice that, and its line of the log and its end are two writes more.  What stands
 * ready in memory goes out as it is, without being copied.
 *
 * Errors  none are told: a server that has gone is nobody to tell of.
 */
#ifndef HL_CGI_RECORDS_H
#define HL_CGI_RECORDS_H

#include "cgi/out.h"

/* The line for the log, head and body, then the end of the request. */
void hlcgi_records_send(int fd, int request, const struct hlcgi_out *log,
                        const struct hlcgi_out *head, const struct hlcgi_out *body);

#endif
