# hlsearch.  `make help` lists the targets; there is no configure step.
B      ?= build
CC     ?= gcc
PREFIX ?= /usr/local
DESTDIR ?=
HLSEARCH_DATA ?= ../shared/data
export HLSEARCH_DATA

WARN   = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
         -Wno-unused-parameter
CFLAGS ?= -g
ALL_CFLAGS = -std=gnu11 $(OPT) $(WARN) -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -ffp-contract=off \
         -fvisibility=hidden -fPIC -pthread -Isrc -Iinclude -I$(B)/gen -MMD -MP $(CFLAGS) $(SAN)
OPT    = -O2
HOT    = codec segment match score
SAN    =

LIB_DIRS = base text token codec segment match score query backend engine
LIB_SRC  = $(foreach d,$(LIB_DIRS),$(wildcard src/$(d)/*.c))
TOOL_SRC = $(wildcard src/import/*.c) $(wildcard src/cli/*.c)
CGI_SRC  = $(wildcard src/cgi/*.c)
LIB_OBJ  = $(LIB_SRC:src/%.c=$(B)/%.o)
TOOL_OBJ = $(TOOL_SRC:src/%.c=$(B)/%.o)
CGI_OBJ  = $(CGI_SRC:src/%.c=$(B)/%.o)
IMPORT_OBJ = $(patsubst src/%.c,$(B)/%.o,$(wildcard src/import/*.c))
TESTS    = $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/[0-9]*.c))

LIBS      = -licuuc -lz -lm -pthread
TOOL_LIBS = -ljson-c $(LIBS)
CGI_LIBS  = -lfcgi $(LIBS)

all: $(B)/hlsearch $(B)/hlsearch.cgi $(B)/libhlsearch.so

$(foreach d,$(HOT),$(eval $(B)/$(d)/%.o: OPT = -O3))

$(B)/%.o: src/%.c | deps
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(B)/libhlsearch.a: $(LIB_OBJ)
	@rm -f $@
	ar rcs $@ $^

$(B)/libhlsearch.so: $(LIB_OBJ)
	$(CC) -shared -Wl,-soname,libhlsearch.so.0 -o $@ $^ $(SAN) $(LIBS)

$(B)/hlsearch: $(TOOL_OBJ) $(B)/libhlsearch.a
	$(CC) $(SAN) -o $@ $^ $(TOOL_LIBS)

$(B)/hlsearch.cgi: $(CGI_OBJ) $(B)/libhlsearch.a
	$(CC) $(SAN) -o $@ $^ $(CGI_LIBS)

# Tables come from ICU, so that no list of characters is kept by hand.
$(B)/gen-text-table: tools/gen-text-table.c src/text/rules.h src/text/table.h
	@mkdir -p $(@D)
	$(CC) -O1 -D_GNU_SOURCE -Isrc -Iinclude -o $@ tools/gen-text-table.c -licuuc

$(B)/gen/text_table.h: $(B)/gen-text-table
	@mkdir -p $(@D)
	$< > $@.tmp && mv $@.tmp $@

$(filter $(B)/text/%,$(LIB_OBJ)): $(B)/gen/text_table.h

deps:
	@true

$(B)/tests/%: tests/%.c $(TEST_LIB) $(B)/libhlsearch.a $(IMPORT_OBJ)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests -o $@ $< $(TEST_LIB) $(IMPORT_OBJ) $(B)/libhlsearch.a $(TOOL_LIBS)

-include $(LIB_OBJ:.o=.d) $(TOOL_OBJ:.o=.d) $(CGI_OBJ:.o=.d)
