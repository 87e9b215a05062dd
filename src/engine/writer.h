/*
 * writer.h - the inside of a struct hl_writer, shared by its files.
 *
 *   writer.c   the public calls; intake of articles
 *   seal.c     a full spool becomes a segment; ids against older segments
 *   delete.c   articles are taken away
 *   gather.c   small segments go back into the spool, to be one with the new one
 */
#ifndef HL_ENGINE_WRITER_H
#define HL_ENGINE_WRITER_H

#include "engine/build.h"
#include "engine/intake.h"
#include "engine/remove.h"
#include "engine/xapian_writer.h"

/* A segment of the index as the writer sees it. */
struct hlwriter_segment {
    struct hlseg seg;
    struct hlmanifest_segment entry;
    struct hlremoval removal;
    bool fresh; /* built by this writer since the last commit */
    bool gone;  /* gathered into a newer one, or empty */
};

struct hl_writer {
    char *path;
    int lock;
    struct hl_writer_options options;
    struct hlxwriter *xapian;   /* NULL: all below, which is the native writer's */
    struct hlmanifest manifest; /* of the generation that the run builds on */
    struct hlwriter_segment **segments;
    size_t segment_count;
    struct hlvocab vocab;
    struct hlspool spool;
    struct hlaccept accept;
    struct hlintake *intake;
    uint64_t next_file;
    struct hl_commit_info info;
    struct hlstages stages;
    bool broken; /* after a failure nothing more can be committed */
    bool named;  /* index_id is set */
};

/* The spool's articles become a segment; last: this is the end of a run, small ones join. */
hl_status hlwriter_seal(struct hl_writer *w, bool last, struct hl_error *err);
/* Opens a segment and puts it into the writer's list. */
hl_status hlwriter_adopt(struct hl_writer *w, const struct hlmanifest_segment *entry,
                         bool fresh, struct hl_error *err);
void hlwriter_forget_segments(struct hl_writer *w);
/* Puts the live articles of a segment into the spool and marks it gone. */
hl_status hlwriter_gather(struct hl_writer *w, struct hlwriter_segment *segment,
                          struct hl_error *err);

#endif
