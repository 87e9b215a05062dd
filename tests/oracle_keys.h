/*
 * oracle_keys.h - what the oracle knows of words: letters, marks and numbers for strings.
 *
 * The rules of vietnamese.md sections 1 and 4 worked out a second time, slowly and
 * for the Vietnamese alphabet only, so that a fault of the engine's tables is not
 * repeated here.  Used by oracle.c and by tests that need a key of their own.
 *
 * Ownership   strings are copied in; oracle_names_release() frees them.
 * Errors      none: an assert ends the test.
 */
#ifndef HL_TESTS_ORACLE_KEYS_H
#define HL_TESTS_ORACLE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* realloc() and strdup() that end the test when memory is out. */
void *oracle_grow(void *p, size_t count, size_t size);
char *oracle_copy(const char *s); /* NULL for NULL */
/* Room for one more than count; doubles, so that a million of them cost little. */
void *oracle_grow_by_one(void *p, size_t count, size_t size);

/* Key without marks, and key with i/y unified: at most `room` bytes with the NUL. */
void oracle_fold(const char *key, char *out, size_t room);
void oracle_variant(const char *key, char *out, size_t room);
/* True if every mark of `typed` stands in `key` too and both fold alike. */
bool oracle_adds_marks(const char *typed, const char *key);

/* Different strings, numbered from 0 in the order in which they came. */
struct oracle_names {
    char **text;
    uint32_t *slots; /* number + 1; 0: free */
    size_t count, slot_count;
};

/* The number of s, a new one if it has none: then *out_new. */
uint32_t oracle_names_put(struct oracle_names *names, const char *s, bool *out_new);
void oracle_names_release(struct oracle_names *names);

#endif
