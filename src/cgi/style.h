/*
 * style.h - how the page looks, and the hash that lets a browser use it.
 *
 * The policy (Content-Security-Policy) allows no style but one with this SHA-256.  Whoever
 * changes the text must change the hash: tests/830-cgi.sh prints the right one.
 */
#ifndef HL_CGI_STYLE_H
#define HL_CGI_STYLE_H

#define HLCGI_STYLE_HASH "sha256-5afCM/J+2uDbU/6X1KJMg/EwYj2CxThEO5VDobHUByA="

extern const char hlcgi_style[];

#endif
