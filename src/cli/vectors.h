/*
 * vectors.h - a file of text rules by example, run against the library.
 *
 * Lines `id TAB op TAB input TAB expected TAB note`; \uXXXX stands for a code point in
 * input and expected; a first line that begins with # is a heading.
 */
#ifndef HL_CLI_VECTORS_H
#define HL_CLI_VECTORS_H

/* Prints each failure and "N passed, N failed"; the exit code. */
int hlcli_vectors(const char *path);

#endif
