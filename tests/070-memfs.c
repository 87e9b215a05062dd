/*
 * The disk in memory that the crash tests stand on: what survives in which world.
 * A model that loses too little would prove nothing.
 */
#include "memfs.h"
#include "tap.h"

#include <errno.h>

static const struct memfs_file *file_in(const struct memfs_world *world, const char *path)
{
    for (size_t i = 0; i < world->count; i++)
        if (!strcmp(world->files[i].path, path))
            return &world->files[i];
    return NULL;
}

static bool holds(const struct memfs_world *world, const char *path, const char *text)
{
    const struct memfs_file *file = file_in(world, path);
    return file && file->size == strlen(text) && !memcmp(file->data, text, file->size);
}

static struct memfs_disk *play(const struct memfs_journal *journal, size_t count)
{
    struct memfs_disk *disk = memfs_disk_new(NULL);
    for (size_t i = 0; i < count && i < journal->count; i++)
        memfs_disk_apply(disk, &journal->ops[i]);
    return disk;
}

static struct memfs_world world_of(const struct memfs_disk *disk, enum memfs_keep names,
                                   enum memfs_keep writes, size_t at)
{
    struct memfs_choice choice = {names, at, writes, at, 7 + at};
    struct memfs_world world;
    memfs_world_make(disk, &choice, &world);
    return world;
}

static void write_text(const char *path, const char *text, uint64_t at)
{
    int fd = memfs_io.open_lock(path);
    memfs_io.pwrite(fd, text, strlen(text), at);
    memfs_io.close(fd);
}

static void sync_file(const char *path)
{
    int fd = memfs_io.open_lock(path);
    memfs_io.fsync(fd);
    memfs_io.close(fd);
}

static void test_names(void)
{
    struct memfs_journal journal;
    memfs_load(NULL);
    memfs_io.mkdir("d");
    memfs_io.sync_folder("./d/../");
    write_text("d/a", "one", 0);
    sync_file("d/a");
    memfs_io.rename("d/a", "d//b");
    memfs_take_journal(&journal);
    struct memfs_disk *disk = play(&journal, journal.count);
    OK(memfs_disk_names(disk) == 2 && memfs_disk_writes(disk) == 0, "two names wait");
    struct memfs_world world = world_of(disk, MEMFS_NONE, MEMFS_NONE, 0);
    OK(world.count == 1 && file_in(&world, "d")->folder, "none: fsync keeps no name");
    memfs_world_release(&world);
    world = world_of(disk, MEMFS_ALL, MEMFS_NONE, 0);
    OK(world.count == 2 && holds(&world, "d/b", "one"), "all: the new name, synced bytes");
    memfs_world_release(&world);
    world = world_of(disk, MEMFS_ONLY, MEMFS_NONE, 0);
    OK(world.count == 2 && holds(&world, "d/a", "one"), "the rename is lost");
    memfs_world_release(&world);
    world = world_of(disk, MEMFS_ONLY, MEMFS_NONE, 1);
    OK(world.count == 2 && holds(&world, "d/b", "one"), "the rename alone survives");
    memfs_world_release(&world);
    memfs_disk_free(disk);
    memfs_journal_release(&journal);
}

static void test_folder_lost(void)
{
    struct memfs_journal journal;
    memfs_load(NULL);
    memfs_io.mkdir("d");
    write_text("d/a", "one", 0);
    sync_file("d/a");
    memfs_io.sync_folder("d");
    memfs_take_journal(&journal);
    struct memfs_disk *disk = play(&journal, journal.count);
    struct memfs_world world = world_of(disk, MEMFS_NONE, MEMFS_ALL, 0);
    OK(world.count == 0, "a folder whose parent was not synced goes with all in it");
    memfs_world_release(&world);
    memfs_disk_free(disk);
    memfs_journal_release(&journal);
}

static void test_unlink(void)
{
    struct memfs_journal journal;
    memfs_load(NULL);
    write_text("a", "one", 0);
    sync_file("a");
    memfs_io.sync_folder("");
    memfs_io.unlink("a");
    write_text("a", "two", 0);
    sync_file("a");
    memfs_take_journal(&journal);
    struct memfs_disk *disk = play(&journal, journal.count);
    struct memfs_world world = world_of(disk, MEMFS_NONE, MEMFS_NONE, 0);
    OK(holds(&world, "a", "one"), "an unlink is lost");
    memfs_world_release(&world);
    world = world_of(disk, MEMFS_ONLY, MEMFS_NONE, 0);
    OK(world.count == 0, "the unlink alone survives");
    memfs_world_release(&world);
    world = world_of(disk, MEMFS_ALL, MEMFS_NONE, 0);
    OK(holds(&world, "a", "two"), "both survive: another file of that name");
    memfs_world_release(&world);
    memfs_disk_free(disk);
    memfs_journal_release(&journal);
}

static void fill(char *text, size_t size, char c)
{
    memset(text, c, size);
    text[size] = 0;
}

static void test_writes(void)
{
    static char a[1025], b[3001];
    struct memfs_journal journal;
    fill(a, 1024, 'a');
    fill(b, 3000, 'b');
    memfs_load(NULL);
    write_text("f", a, 0);
    sync_file("f");
    memfs_io.sync_folder(".");
    write_text("f", b, 500);
    write_text("f", "end", 3500);
    memfs_take_journal(&journal);
    struct memfs_disk *disk = play(&journal, journal.count);
    OK(memfs_disk_writes(disk) == 2, "two writes wait");
    struct memfs_world world = world_of(disk, MEMFS_NONE, MEMFS_NONE, 0);
    OK(holds(&world, "f", a), "none: the synced bytes");
    memfs_world_release(&world);
    world = world_of(disk, MEMFS_NONE, MEMFS_ALL, 0);
    const struct memfs_file *f = &world.files[0];
    OK(f->size == 3503 && f->data[499] == 'a' && f->data[500] == 'b' && f->data[3500] == 'e',
       "all: all bytes");
    memfs_world_release(&world);
    world = world_of(disk, MEMFS_NONE, MEMFS_ONLY, 1);
    f = &world.files[0];
    OK(f->size == 3503 && f->data[600] == 'a' && f->data[1024] == 0 && f->data[3502] == 'd',
       "the second alone leaves a hole");
    memfs_world_release(&world);
    world = world_of(disk, MEMFS_NONE, MEMFS_ZEROS, 0);
    f = &world.files[0];
    OK(f->size == 3503 && f->data[1023] == 'a' && f->data[1024] == 0 && f->data[3502] == 0,
       "grown over zeros");
    memfs_world_release(&world);
    world = world_of(disk, MEMFS_NONE, MEMFS_GARBAGE, 0);
    f = &world.files[0];
    bool odd = false;
    for (size_t i = 1024; i < f->size; i++)
        odd |= f->data[i] != 0 && f->data[i] != 'b';
    OK(f->size == 3503 && f->data[1023] == 'a' && odd, "grown over garbage");
    memfs_world_release(&world);
    memfs_disk_free(disk);
    memfs_journal_release(&journal);
}

/* Every sector border is hit, nothing but borders is. */
static void test_torn(void)
{
    static char b[3001];
    bool seen[8] = {false}, at_border = true, grown = false, cut = false;
    struct memfs_journal journal;
    fill(b, 3000, 'b');
    memfs_load(NULL);
    write_text("f", b, 100);
    memfs_io.sync_folder("/");
    memfs_take_journal(&journal);
    struct memfs_disk *disk = play(&journal, journal.count);
    for (size_t seed = 0; seed < 200; seed++) {
        struct memfs_world world = world_of(disk, MEMFS_NONE, MEMFS_TORN, seed);
        const struct memfs_file *f = &world.files[0];
        size_t end = f->size;
        while (end && f->data[end - 1] == 0)
            end--;
        grown |= f->size == 3100 && end < 3100;
        cut |= f->size == end;
        at_border &= end % 512 == 0 && end >= 512 && end <= 3072;
        seen[end / 512] = true;
        memfs_world_release(&world);
    }
    OK(at_border, "torn between sectors only");
    OK(seen[1] && seen[2] && seen[3] && seen[4] && seen[5] && seen[6], "at each of them");
    OK(grown && cut, "with the new size and without");
    memfs_disk_free(disk);
    memfs_journal_release(&journal);
}

static void test_again(void)
{
    struct memfs_journal first, second;
    memfs_load(NULL);
    memfs_io.mkdir("d");
    write_text("d/a", "one", 0);
    memfs_take_journal(&first);
    struct memfs_disk *disk = play(&first, first.count);
    struct memfs_world world = world_of(disk, MEMFS_ALL, MEMFS_ALL, 0);
    uint64_t hash = memfs_world_hash(&world);
    memfs_load(&world);
    write_text("d/a", "t", 0);
    int fd = memfs_io.open_read("d/a");
    char text[4] = "";
    OK(memfs_io.pread(fd, text, 3, 0) == 3 && !strcmp(text, "tne"), "a world can be served");
    memfs_io.close(fd);
    OK(memfs_world_hash(&world) == hash, "and is not changed by it");
    memfs_take_journal(&second);
    OK(second.count == 1 && second.ops[0].kind == MEMFS_WRITE, "its journal is a new one");
    struct memfs_disk *after = memfs_disk_new(&world);
    memfs_disk_apply(after, &second.ops[0]);
    struct memfs_world lost = world_of(after, MEMFS_ALL, MEMFS_NONE, 0);
    struct memfs_world kept = world_of(after, MEMFS_ALL, MEMFS_ALL, 0);
    OK(holds(&lost, "d/a", "one") && holds(&kept, "d/a", "tne"), "crashes after crashes");
    OK(memfs_world_hash(&lost) == hash && memfs_world_hash(&kept) != hash, "told by hash");
    memfs_world_release(&lost);
    memfs_world_release(&kept);
    memfs_load(NULL);
    memfs_world_release(&world);
    memfs_disk_free(after);
    memfs_disk_free(disk);
    memfs_journal_release(&first);
    memfs_journal_release(&second);
}

int main(void)
{
    test_names();
    test_folder_lost();
    test_unlink();
    test_writes();
    test_torn();
    test_again();
    memfs_load(NULL);
    return tap_done();
}
