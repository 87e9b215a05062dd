#include "import/utf16.h"

#include "text/utf8.h"

#include <assert.h>

static void put_broken(struct hlbuf *out)
{
    hlbuf_put_u8(out, 0xff);
}

static void put_code(struct hlbuf *out, uint32_t code)
{
    char bytes[4];
    assert(code < 0xd800 || (code >= 0xe000 && code < 0x110000));
    size_t size = hltext_utf8_encode(code, bytes);
    hlbuf_put(out, bytes, size);
}

static void put_unit(struct hlimport_utf16 *from, uint16_t unit, struct hlbuf *out)
{
    bool is_low = unit >= 0xdc00 && unit < 0xe000;
    bool is_high = unit >= 0xd800 && unit < 0xdc00;
    bool mark = unit == 0xfeff && !from->begun;
    from->begun = true;
    if (from->high && is_low) {
        put_code(out, 0x10000 + ((uint32_t)(from->high - 0xd800) << 10) + (unit - 0xdc00u));
        from->high = 0;
        return;
    }
    if (from->high)
        put_broken(out);
    from->high = is_high ? unit : 0;
    if (is_low)
        put_broken(out);
    else if (!is_high && !mark)
        put_code(out, unit);
}

void hlimport_utf16_put(struct hlimport_utf16 *from, const uint8_t *bytes, size_t size,
                        struct hlbuf *out)
{
    size_t i = 0;
    assert(bytes || !size);
    if (from->has_odd && size) {
        uint8_t first = from->odd, second = bytes[i++];
        put_unit(from, (uint16_t)(from->big ? first << 8 | second : second << 8 | first), out);
        from->has_odd = false;
    }
    for (; i + 1 < size; i += 2) {
        uint8_t first = bytes[i], second = bytes[i + 1];
        put_unit(from, (uint16_t)(from->big ? first << 8 | second : second << 8 | first), out);
    }
    if (i < size) {
        from->odd = bytes[i];
        from->has_odd = true;
    }
}

void hlimport_utf16_end(struct hlimport_utf16 *from, struct hlbuf *out)
{
    if (from->high)
        put_broken(out);
    if (from->has_odd)
        put_broken(out);
    from->high = 0;
    from->has_odd = false;
}
