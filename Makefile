# hlsearch.  `make help` lists the targets; there is no configure step.
B      ?= build
ifeq ($(origin CC),default)
CC      = gcc
endif
PREFIX ?= /usr/local
DESTDIR ?=
HLSEARCH_DATA ?= ../shared/data
export HLSEARCH_DATA

WARN   = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
         -Wno-unused-parameter
CFLAGS ?= -g
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif
ALL_CFLAGS = -std=gnu11 $(OPT) $(WARN) -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -ffp-contract=off \
         -fvisibility=hidden -fPIC -pthread -Isrc -Iinclude -I$(B)/gen -MMD -MP $(CFLAGS) $(SAN)
OPT    = -O2
HOT    = codec segment match score
SAN    =

LIB_DIRS = base text token codec words segment match score query backend engine
LIB_SRC  = $(foreach d,$(LIB_DIRS),$(wildcard src/$(d)/*.c))
TEMPLATE_SRC = $(wildcard src/template/*.c)
TOOL_SRC = $(wildcard src/import/*.c) $(TEMPLATE_SRC) $(wildcard src/cli/*.c)
CGI_SRC  = $(wildcard src/cgi/*.c)
LIB_OBJ  = $(LIB_SRC:src/%.c=$(B)/%.o)
TOOL_OBJ = $(TOOL_SRC:src/%.c=$(B)/%.o)
CGI_OBJ  = $(CGI_SRC:src/%.c=$(B)/%.o)
CGI_PARTS = $(filter-out %/main.o,$(CGI_OBJ))
IMPORT_OBJ = $(patsubst src/%.c,$(B)/%.o,$(wildcard src/import/*.c))
TEMPLATE_OBJ = $(TEMPLATE_SRC:src/%.c=$(B)/%.o)

LIBS      = -licuuc -lz -lm -pthread
TOOL_LIBS = -ljson-c $(LIBS)
CGI_LIBS  = -lfcgi -lmd $(LIBS)

ALL = hlsearch hlsearch.cgi libhlsearch.so scale hlsearch-xapian.so hlsearch-xapian.cgi

all: $(ALL:%=$(B)/%)  ## library, tool, search page, scale, Xapian's module

$(foreach d,$(HOT),$(eval $(B)/$(d)/%.o: OPT = -O3))

$(B)/%.o: src/%.c | deps
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(ALL_CFLAGS) -include src/base/banned.h -c -o $@ $<

$(B)/libhlsearch.a: $(LIB_OBJ)
	@rm -f $@
	@ar rcs $@ $^

$(B)/libhlsearch.so: $(LIB_OBJ)
	@echo "  LD   $@"
	@$(CC) -shared -Wl,-soname,libhlsearch.so.2 -o $@ $^ $(SAN) $(LIBS)

$(B)/hlsearch: $(TOOL_OBJ) $(B)/libhlsearch.a
	@echo "  LD   $@"
	@$(CC) $(SAN) -o $@ $^ $(TOOL_LIBS)

# Statically: a CGI program is started for each request, and finding and relocating its
# libraries took a third of the time.  Where one of them is missing as .a, or the C library is
# too old to relocate itself by packed relocations, which a trial shows, it is linked as others
# are.  ld warns of gethostbyname and dlopen, which libfcgi and ICU have but nobody calls; what
# else it has to say of a link that failed it says again of the second.
CGI_STATIC = -static-pie -Wl,-z,pack-relative-relocs

$(B)/hlsearch.cgi: $(CGI_OBJ) $(TEMPLATE_OBJ) $(B)/libhlsearch.a
	@echo "  LD   $@"
	@$(if $(SAN),false,$(CC) $(CGI_STATIC) -o $@ $^ $(CGI_LIBS) -lstdc++ -lm 2>$@.log && \
	    env -i $@ </dev/null >$@.log 2>&1) || $(CC) $(SAN) -o $@ $^ $(CGI_LIBS)
	@rm -f $@.log

# Xapian is a module of its own, loaded when a database of its is asked for; without
# libxapian-dev there is none.  It shows the loader one function: what it has of the C++ library
# stays its own.
$(B)/hlsearch-xapian.so: src/backend/xapian_shim.cc src/backend/xapian_shim.map \
        src/backend/xapian_shim.h include/hlsearch.h | deps
	@mkdir -p $(@D)
	@if echo '#include <xapian.h>' | $(CXX) -E -x c++ - >/dev/null 2>&1; then \
	    echo "  CXX  $<" && $(CXX) -std=gnu++17 -O2 -g -Wall -Wextra -fPIC -fvisibility=hidden \
	        -Isrc -Iinclude $(SAN) -shared -Wl,--version-script=src/backend/xapian_shim.map \
	        -o $@ $< -lxapian; fi

$(B)/backend/xapian_load.o: ALL_CFLAGS += -DHLX_MODULE_FOLDER='"$(PREFIX)/lib/hlsearch"'

# The same page where Xapian's module can be loaded, which a static program cannot.
$(B)/hlsearch-xapian.cgi: $(CGI_OBJ) $(TEMPLATE_OBJ) $(B)/libhlsearch.a
	@echo "  LD   $@"
	@$(CC) $(SAN) -o $@ $^ $(CGI_LIBS)

# Tables come from ICU, so that no list of characters is kept by hand.
$(B)/gen-text-table: tools/gen-text-table.c src/text/rules.h src/text/table.h | deps
	@mkdir -p $(@D)
	@echo "  CC   $@"
	@$(CC) -O1 -D_GNU_SOURCE -Isrc -Iinclude -o $@ tools/gen-text-table.c -licuuc

$(B)/gen/text_table.h: $(B)/gen-text-table
	@mkdir -p $(@D)
	$< > $@.tmp && mv $@.tmp $@

$(filter $(B)/text/%,$(LIB_OBJ)): $(B)/gen/text_table.h

# The hash of these tables and of what reads them.
RULES_OBJ = $(filter-out %/rules_hash.o,$(filter $(B)/base/% $(B)/text/%,$(LIB_OBJ)))

$(B)/gen-rules-hash: tools/gen-rules-hash.c $(RULES_OBJ)
	@echo "  CC   $@"
	@$(CC) $(ALL_CFLAGS) -o $@ $^ $(LIBS)

$(B)/gen/rules_hash.h: $(B)/gen-rules-hash
	@mkdir -p $(@D)
	$< > $@.tmp && mv $@.tmp $@

$(B)/text/rules_hash.o: $(B)/gen/rules_hash.h

$(B)/bench-kernels $(B)/bench-snippets: $(B)/%: tools/%.c $(B)/libhlsearch.a
	@echo "  CC   $@"
	@$(CC) $(ALL_CFLAGS) -o $@ $^ $(LIBS)

# What a request to the page costs; the empty program is what starting any costs.
$(B)/bench-page: tools/bench-page.c tools/bench-page-fast.c tools/bench-page.h $(B)/bench-empty
	@echo "  CC   $@"
	@$(CC) $(filter-out -MMD -MP,$(ALL_CFLAGS)) -o $@ $(filter tools/%.c,$^)

$(B)/bench-empty: tools/bench-empty.c | deps
	@mkdir -p $(@D)
	@$(CC) -O2 -o $@ $<

# The list of synonyms is read at build time by the code that reads a user's at run time.
SYN_OBJ = $(filter $(B)/base/% $(B)/text/% $(B)/token/%,$(LIB_OBJ)) \
          $(patsubst %,$(B)/query/synonyms%.o,_read _link) $(B)/query/synonyms.o

$(B)/gen-synonyms: tools/gen-synonyms.c $(SYN_OBJ)
	@echo "  CC   $@"
	@$(CC) $(ALL_CFLAGS) -o $@ $^ $(LIBS)

$(B)/gen/synonyms_table.h: $(B)/gen-synonyms src/query/synonyms.txt
	@mkdir -p $(@D)
	$< src/query/synonyms.txt > $@.tmp && mv $@.tmp $@

$(B)/query/synonyms_default.o: $(B)/gen/synonyms_table.h

$(B)/gen-width-table: tools/gen-width-table.c | deps
	@mkdir -p $(@D)
	@echo "  CC   $@"
	@$(CC) -O1 -D_GNU_SOURCE -o $@ $< -licuuc

$(B)/gen/width_table.h: $(B)/gen-width-table
	@mkdir -p $(@D)
	$< > $@.tmp && mv $@.tmp $@

$(B)/cli/wrap.o: $(B)/gen/width_table.h

# The pages that come with the program, compiled in.
PAGES = $(foreach e,css html js xml,$(wildcard src/template/pages/*.$(e)))

$(B)/gen-pages: tools/gen-pages.c | deps
	@mkdir -p $(@D)
	@echo "  CC   $@"
	@$(CC) -O1 -D_GNU_SOURCE $(WARN) -o $@ $<

$(B)/gen/pages_table.h: $(B)/gen-pages $(PAGES)
	@mkdir -p $(@D)
	$< $(PAGES) > $@.tmp && mv $@.tmp $@

$(B)/template/builtin.o: $(B)/gen/pages_table.h

# What reading those of the search page gives, by the code that reads a user's at run time.
READY_OBJ = $(filter-out %/ready.o,$(TEMPLATE_OBJ)) $(B)/libhlsearch.a

$(B)/gen-programs: tools/gen-programs.c $(READY_OBJ)
	@echo "  CC   $@"
	@$(CC) $(ALL_CFLAGS) -o $@ $^ $(LIBS)

$(B)/gen/programs_table.h: $(B)/gen-programs
	@mkdir -p $(@D)
	$< page.vi.html page.en.html feed.xml opensearch.xml > $@.tmp && mv $@.tmp $@

$(B)/template/ready.o: $(B)/gen/programs_table.h

# What is said in Vietnamese, from a table that people write.
$(B)/gen-messages: tools/gen-messages.c | deps
	@mkdir -p $(@D)
	@echo "  CC   $@"
	@$(CC) -O1 -D_GNU_SOURCE $(WARN) -o $@ $<

$(B)/gen/vietnamese_table.h: $(B)/gen-messages src/cli/vietnamese.tsv
	@mkdir -p $(@D)
	$< table src/cli/vietnamese.tsv > $@.tmp && mv $@.tmp $@

$(B)/cli/language.o: $(B)/gen/vietnamese_table.h

# What servers are to be told, for the manual of the search page.
SERVERS = $(sort $(wildcard src/cli/servers/*))

$(B)/gen/servers_table.h: tools/gen-servers $(SERVERS)
	@mkdir -p $(@D)
	$^ > $@.tmp && mv $@.tmp $@

$(B)/cli/page.o: $(B)/gen/servers_table.h

# Larger archives to measure with (tools/growth).
$(B)/scale: tools/scale.c $(IMPORT_OBJ) $(B)/libhlsearch.a | deps
	@echo "  CC   $@"
	@$(CC) $(ALL_CFLAGS) -o $@ $< $(IMPORT_OBJ) $(B)/libhlsearch.a $(TOOL_LIBS)

# What searches cost on shards (tools/shards): its read() and write() are Xapian's too.
$(B)/shards: tools/shards.c $(B)/libhlsearch.a | deps
	@echo "  CC   $@"
	@$(CC) $(ALL_CFLAGS) -rdynamic -o $@ $< $(B)/libhlsearch.a $(TOOL_LIBS)

# ------------------------------------------------------------------ tests and the rest
TESTS    = $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/[0-9]*.c))
TEST_AID = $(filter-out $(wildcard tests/[0-9]*.c),$(wildcard tests/*.c))
TEST_LIB = $(B)/tests/libtest.a
# The same sources once more, each build in a folder of its own.
ASAN  = $(MAKE) --no-print-directory B=$(B)/asan CFLAGS='-g1 -O1 -fno-omit-frame-pointer' \
        SAN='-fsanitize=address,undefined -fno-sanitize-recover=all'
COVER = $(MAKE) --no-print-directory B=$(B)/cover CFLAGS='-g1 -O0' SAN=--coverage
FUZZ  = $(MAKE) --no-print-directory B=$(B)/fuzz CC=clang CFLAGS='-g1 -O1' \
        SAN='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all'
export ASAN_OPTIONS  ?= detect_leaks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS ?= print_stacktrace=1
V ?=
A ?=
T ?= query parse synonyms text segment snippet template page
S ?= 60

deps:  ## install what is missing of the Debian packages (tools/setup lists them)
	@tools/setup build

help:  ## this list
	@awk -F ':.*  ## ' '/^[a-z-]+:.*  ## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

$(B)/tests/%.o: tests/%.c | deps
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(ALL_CFLAGS) -Itests -c -o $@ $<

$(TEST_LIB): $(TEST_AID:tests/%.c=$(B)/tests/%.o)
	@rm -f $@
	@ar rcs $@ $^

$(B)/tests/%: tests/%.c $(TEST_LIB) $(B)/libhlsearch.a $(IMPORT_OBJ) $(TEMPLATE_OBJ)
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(ALL_CFLAGS) -Itests -o $@ $< $(TEST_LIB) $(MORE) $(IMPORT_OBJ) $(TEMPLATE_OBJ) \
	    $(B)/libhlsearch.a $(TOOL_LIBS)

$(B)/tests/833-limits $(B)/tests/834-cache $(B)/tests/836-page: $(CGI_PARTS)
$(B)/tests/833-limits $(B)/tests/834-cache $(B)/tests/836-page: MORE = $(CGI_PARTS) -lmd

tests: all $(TESTS) $(B)/peers/oracle $(B)/peers/tokens $(B)/bench-page  ## build the tests, run none

check:  ## lint and every test, twice: as built, and under ASan and UBSan (V=-v: each file)
	@tools/setup build check
	$(MAKE) --no-print-directory tests
	+$(ASAN) tests
	@B=$(B) tools/run-tests $(V) -t 900 tools/lint $(B) $(B)/asan

asan:  ## the tests under ASan and UBSan only
	+$(ASAN) tests
	@tools/run-tests $(V) -t 900 $(B)/asan

lint: all  ## layers, symbols, sizes, links, words, layout
	@B=$(B) tools/lint

fmt:  ## lay out the sources by .clang-format
	@tools/check-format --fix

demo: all  ## index corpus/ into index/demo and ask it something
	rm -rf index/demo
	$(B)/hlsearch index index/demo corpus/articles-a.jsonl corpus/articles-b.jsonl \
	    corpus/text-a corpus/text-b
	$(B)/hlsearch query index/demo khu cong nghe cao hoa lac

# Peers of the bench: Xapian always, the others where their packages are (tools/setup peers).
PEERS = oracle tokens xapian $(if $(wildcard /usr/include/sqlite3.h),fts5) \
        $(if $(and $(wildcard /usr/share/java/lucene-core-*),$(wildcard /usr/bin/javac)),Lucene.class)

bench: all $(PEERS:%=$(B)/peers/%)  ## speed and size beside peers; A='FILE...' or A='--tokens FILE'
	@B=$(B) tools/bench $(A)

bench-kernels: $(B)/bench-kernels  ## time each kernel at each level of the processor
	@$<

bench-deps: deps
	@tools/setup bench

$(B)/peers/oracle $(B)/peers/fts5: $(B)/peers/%: tools/peers/%.c | deps
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(ALL_CFLAGS) -o $@ $< $(if $(filter %fts5,$@),-lsqlite3,-lm)

$(B)/peers/tokens: tools/peers/tokens.c $(IMPORT_OBJ) $(B)/libhlsearch.a
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(ALL_CFLAGS) -o $@ $^ $(TOOL_LIBS)

$(B)/peers/xapian: tools/peers/xapian.cc | bench-deps
	@mkdir -p $(@D)
	@echo "  CXX  $<"
	@$(CXX) -std=gnu++17 -O2 -g -Wall -Wextra -o $@ $< -lxapian

$(B)/peers/Lucene.class: tools/peers/Lucene.java
	@mkdir -p $(@D)
	@echo "  JAVA $<"
	@B=$(B) tools/peers/lucene compile

relevance: all  ## ranking quality on the shared collections, where they are
	@HLSEARCH=$(B)/hlsearch tools/relevance

fuzz:  ## S seconds (60) of each fuzz target T (query parse synonyms text segment snippet template page); needs clang
	@tools/setup -n extra
	+$(FUZZ) $(T:%=$(B)/fuzz/fuzz-%)
	@for t in $(T); do B=$(B)/fuzz tools/fuzz $$t $(S) || exit 1; done

$(B)/fuzz-%: tests/fuzz/%.c $(TEST_LIB) $(CGI_PARTS) $(TEMPLATE_OBJ) $(B)/libhlsearch.a
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(ALL_CFLAGS) -Itests -fsanitize=fuzzer -o $@ $< $(TEST_LIB) $(CGI_PARTS) \
	    $(TEMPLATE_OBJ) $(B)/libhlsearch.a -lmd $(LIBS)

cover:  ## lines that no test reaches, by file
	+$(COVER) tests
	@tools/run-tests $(V) -t 900 $(B)/cover && tools/cover $(B)/cover

install: all  ## into $(DESTDIR)$(PREFIX): library, headers, tool, search page, manual
	@B=$(B) PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) tools/install

clean:  ## forget what was built
	rm -rf $(B) index/demo

.PHONY: all deps help tests check asan lint fmt demo bench bench-deps bench-kernels relevance fuzz \
        cover install clean
.SECONDARY: $(TEST_AID:tests/%.c=$(B)/tests/%.o)

-include $(LIB_OBJ:.o=.d) $(TOOL_OBJ:.o=.d) $(CGI_OBJ:.o=.d) $(wildcard $(B)/tests/*.d $(B)/scale.d)
