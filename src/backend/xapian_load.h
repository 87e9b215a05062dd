/*
 * xapian_load.h - finds the module that knows Xapian, when somebody first wants it.
 *
 * $HLSEARCH_XAPIAN names its file, and then no other is looked for; without it that is
 * hlsearch-xapian.so beside the program, in ../lib/hlsearch/ of the program's folder, or where
 * it was installed (HLX_MODULE_FOLDER).
 *
 * Threads  any; loaded once, never unloaded.
 * Errors   HL_UNSUPPORTED: there is none, it does not fit, or the program is linked statically
 *          and can load nothing; the message says which package to install.
 */
#ifndef HL_BACKEND_XAPIAN_LOAD_H
#define HL_BACKEND_XAPIAN_LOAD_H

#include "backend/xapian_shim.h"

hl_status hlx_load(const struct hlx_calls **out_calls, struct hl_error *err);

#endif
