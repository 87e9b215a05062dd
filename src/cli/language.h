/*
 * language.h - in which language the tool speaks to people.
 *
 * Sentences stand in the sources in English, and in one table (vietnamese.tsv) beside what
 * is said instead of them where LC_ALL, LC_MESSAGES or LANG (the first that is set) begins
 * with "vi". Exit codes, codes and keys of JSON and everything else a program reads are the
 * same in every language; tools/check-messages holds the table to the sources.
 *
 * Threads     set once at the start, read from any thread after that.
 */
#ifndef HL_CLI_LANGUAGE_H
#define HL_CLI_LANGUAGE_H

#include <stdbool.h>

/* Reads the environment; the library's messages follow. */
void hlcli_language_set(void);
bool hlcli_vietnamese(void);

/* What is said for an English sentence or format: itself where the table has no other.
 * Conversions are the same. */
const char *hlcli_say(const char *english) __attribute__((format_arg(1)));

/* Marks a constant that is given to hlcli_say() later, for tools/check-messages. */
#define HLCLI_SAID(english) english

#endif
