/*
 * json.h - writes JSON, one token after the other, commas by itself.
 *
 *   object ( key value )* end      array ( value )* end
 *
 * Invariants  the output is always valid UTF-8: other bytes become U+FFFD; control
 *             characters are escaped; numbers are finite and read back exactly.
 *             Keys stand in the order of the calls.  Depth is at most 32.
 * Ownership   writes into a text that the caller owns.
 */
#ifndef HL_CLI_JSON_H
#define HL_CLI_JSON_H

#include "cli/text.h"

struct hlcli_json {
    struct hlcli_text *text;
    uint32_t some; /* bit d: something stands already at depth d */
    unsigned depth;
    bool after_key;
};

void hlcli_json_init(struct hlcli_json *json, struct hlcli_text *text);
void hlcli_json_object(struct hlcli_json *json);
void hlcli_json_object_end(struct hlcli_json *json);
void hlcli_json_array(struct hlcli_json *json);
void hlcli_json_array_end(struct hlcli_json *json);
void hlcli_json_key(struct hlcli_json *json, const char *key);
void hlcli_json_string(struct hlcli_json *json, const char *s); /* NULL: null */
void hlcli_json_bytes(struct hlcli_json *json, const char *s, size_t size);
/* JSON as it stands, which is the caller's to be sure of. */
void hlcli_json_raw(struct hlcli_json *json, const char *s, size_t size);
void hlcli_json_uint(struct hlcli_json *json, uint64_t n);
void hlcli_json_int(struct hlcli_json *json, int64_t n);
void hlcli_json_double(struct hlcli_json *json, double x);
void hlcli_json_bool(struct hlcli_json *json, bool yes);
void hlcli_json_null(struct hlcli_json *json);

/* "key": value in one call. */
void hlcli_json_put(struct hlcli_json *json, const char *key, const char *s);
void hlcli_json_put_uint(struct hlcli_json *json, const char *key, uint64_t n);
void hlcli_json_put_double(struct hlcli_json *json, const char *key, double x);
void hlcli_json_put_bool(struct hlcli_json *json, const char *key, bool yes);

#endif
