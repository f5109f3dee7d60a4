/*
 * Preloaded into the server (LD_PRELOAD): writes down how to undo whatever a loss of power would take away, before it is done. After the process was
 * killed, the test undoes what no fsync had covered (PowerLoss/PowerCut.cs reads the journal and decides what of it stays).
 *
 *   POWERLOSS_FOLDER   only what is below it counts
 *   POWERLOSS_JOURNAL  the journal; outside of the folder
 *   POWERLOSS_KEEP     a folder on the same file system: each file gets a second name there, its inode number, so that its content outlives its names
 *   POWERLOSS_NUMBER   the number of the last record of a life before this one, when the journal goes on; not set: 0
 *   POWERLOSS_DIE      the process is killed after the record of this number; not set or 0: never
 *   POWERLOSS_STOP     a file: "NAME N kill" in it kills the process when for the Nth time a sync begins of something whose path has NAME in it;
 *                      "NAME N fail" makes that sync fail with EIO: what it should have written is not written by a later one either
 *
 * A record is 8 numbers of 64 bits in the machine's order (kind, number, inode, offset, count, size before, size after, length of what follows), then
 * the bytes that were there before, or names, each ended by 0. One lock is held from the record to the end of the operation: the journal's order is
 * the order of the effects. A record is whole, or it is the last and its operation did not happen.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, SIZE, SYNC, CREATE, UNLINK, RENAME, LINK, MKDIR, RMDIR, SYNC_NAMES, FAILED };
enum { SLOTS = 1 << 16 };

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static const char *folder, *keep, *stop;
static size_t folder_length;
static int journal = -1;
static uint64_t number, death, stops;
static ino_t known[SLOTS];

static int (*real_open)(const char *, int, ...);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fallocate)(int, int, off_t, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_link)(const char *, const char *);
static int (*real_unlink)(const char *);
static int (*real_mkdir)(const char *, mode_t);
static int (*real_rmdir)(const char *);

static void *find(const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    if (!found)
    {
        abort();
    }

    return found;
}

/* A shim that does not see must not let a test pass: whatever is missing here ends the server at once. */
__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("POWERLOSS_JOURNAL"), *die = getenv("POWERLOSS_DIE"), *last = getenv("POWERLOSS_NUMBER");

    *(void **)&real_open = find("open64");
    *(void **)&real_write = find("write");
    *(void **)&real_pwrite = find("pwrite64");
    *(void **)&real_pwritev = find("pwritev64");
    *(void **)&real_ftruncate = find("ftruncate64");
    *(void **)&real_fallocate = find("fallocate64");
    *(void **)&real_fsync = find("fsync");
    *(void **)&real_fdatasync = find("fdatasync");
    *(void **)&real_rename = find("rename");
    *(void **)&real_link = find("link");
    *(void **)&real_unlink = find("unlink");
    *(void **)&real_mkdir = find("mkdir");
    *(void **)&real_rmdir = find("rmdir");
    folder = getenv("POWERLOSS_FOLDER");
    keep = getenv("POWERLOSS_KEEP");
    stop = getenv("POWERLOSS_STOP");
    number = last ? strtoull(last, NULL, 10) : 0;
    death = die ? strtoull(die, NULL, 10) : 0;
    journal = path ? real_open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (!folder || !keep || journal < 0)
    {
        abort();
    }

    folder_length = strlen(folder);
}

/* One write(2) in append mode; cut off by the kill it is the journal's end. */
static void note(uint64_t kind, uint64_t inode, uint64_t offset, uint64_t count, uint64_t before, uint64_t after, const void *bytes, size_t length)
{
    uint64_t head[8] = { kind, ++number, inode, offset, count, before, after, length };
    struct iovec parts[2] = { { head, sizeof head }, { (void *)bytes, length } };
    if (writev(journal, parts, 2) != (ssize_t)(sizeof head + length))
    {
        abort();
    }
}

static void done(void)
{
    if (death && number >= death)
    {
        kill(getpid(), SIGKILL);
    }

    pthread_mutex_unlock(&gate);
}

static int below(const char *path)
{
    return path && strncmp(path, folder, folder_length) == 0 && path[folder_length] == '/';
}

static ino_t *slot(ino_t inode)
{
    size_t at = (size_t)(inode * 2654435761u) % SLOTS;
    while (known[at] && known[at] != inode)
    {
        at = (at + 1) % SLOTS;
    }

    return &known[at];
}

/* Under the lock. The second name keeps the inode, so that its number is never another file's. */
static ino_t meet(const char *path)
{
    char second[PATH_MAX];
    struct stat file;
    ino_t *place;
    if (lstat(path, &file) != 0 || !S_ISREG(file.st_mode))
    {
        return 0;
    }

    place = slot(file.st_ino);
    if (!*place)
    {
        snprintf(second, sizeof second, "%s/%llu", keep, (unsigned long long)file.st_ino);
        if (real_link(path, second) != 0 && errno != EEXIST)
        {
            abort();
        }

        *place = file.st_ino;
    }

    return file.st_ino;
}

/* Under the lock: the inode of a file that counts, else 0. */
static ino_t watched(int fd, struct stat *file)
{
    return fstat(fd, file) == 0 && S_ISREG(file->st_mode) && *slot(file->st_ino) ? file->st_ino : 0;
}

/* Under the lock: what is in the file where it is about to be written or cut off. */
static void note_bytes(int fd, const struct stat *file, uint64_t kind, off_t offset, size_t count, off_t after)
{
    size_t there = offset < file->st_size ? (size_t)(file->st_size - offset) : 0, got = 0;
    char *bytes = NULL;
    char path[64];
    int reader = fd;
    there = there < count ? there : count;
    if (there > 0)
    {
        /* The descriptor itself may be open for writing only. */
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        reader = real_open(path, O_RDONLY | O_CLOEXEC);
        bytes = malloc(there);
        while (bytes && reader >= 0 && got < there)
        {
            ssize_t read = pread(reader, bytes + got, there - got, offset + (off_t)got);
            if (read <= 0)
            {
                abort();
            }

            got += (size_t)read;
        }

        if (!bytes || reader < 0)
        {
            abort();
        }

        close(reader);
    }

    note(kind, file->st_ino, (uint64_t)offset, count, (uint64_t)file->st_size, (uint64_t)after, bytes, there);
    free(bytes);
}

static void note_write(int fd, const struct stat *file, off_t offset, size_t count)
{
    off_t end = offset + (off_t)count;
    note_bytes(fd, file, WRITE, offset, count, end > file->st_size ? end : file->st_size);
}

static void note_size(int fd, const struct stat *file, off_t length)
{
    off_t from = length < file->st_size ? length : file->st_size;
    note_bytes(fd, file, SIZE, from, (size_t)(file->st_size - from), length);
}

static void note_names(uint64_t kind, ino_t inode, ino_t replaced, const char *from, const char *to)
{
    char names[2 * PATH_MAX];
    int length = snprintf(names, sizeof names, "%s%c%s", from, 0, to);
    if (length < 0 || (size_t)length >= sizeof names)
    {
        abort();
    }

    note(kind, inode, replaced, 0, 0, 0, names, (size_t)length + 1);
}

static int open_noting(const char *path, int flags, mode_t mode)
{
    struct stat file;
    int fd, error, is_new;
    if (!below(path))
    {
        return real_open(path, flags, mode);
    }

    pthread_mutex_lock(&gate);
    is_new = lstat(path, &file) != 0;
    if (!is_new && (flags & O_TRUNC) && !(flags & O_EXCL) && meet(path))
    {
        int reader = real_open(path, O_RDONLY | O_CLOEXEC);
        if (reader < 0)
        {
            abort();
        }

        note_size(reader, &file, 0);
        close(reader);
    }

    if (is_new && (flags & O_CREAT))
    {
        note_names(CREATE, 0, 0, path, "");
    }

    fd = real_open(path, flags, mode);
    error = errno;
    if (fd >= 0)
    {
        meet(path);
    }

    done();
    errno = error;
    return fd;
}

int open(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_noting(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list rest;
    va_start(rest, flags);
    mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_noting(path, flags, mode);
}

/* The body of every call that changes the content of a file: note it if it counts, then do it. */
#define CHANGING(type, fd, noting, doing)   \
    struct stat file;                       \
    type result;                            \
    int error;                              \
    pthread_mutex_lock(&gate);              \
    if (watched(fd, &file))                 \
    {                                       \
        noting;                             \
        result = doing;                     \
        error = errno;                      \
        done();                             \
        errno = error;                      \
        return result;                      \
    }                                       \
    pthread_mutex_unlock(&gate);            \
    return doing;

static off_t place_of(int fd, const struct stat *file)
{
    return (fcntl(fd, F_GETFL) & O_APPEND) ? file->st_size : lseek(fd, 0, SEEK_CUR);
}

ssize_t write(int fd, const void *bytes, size_t count)
{
    CHANGING(ssize_t, fd, note_write(fd, &file, place_of(fd, &file), count), real_write(fd, bytes, count))
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset)
{
    CHANGING(ssize_t, fd, note_write(fd, &file, offset, count), real_pwrite(fd, bytes, count, offset))
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset)
{
    return pwrite64(fd, bytes, count, offset);
}

static size_t total(const struct iovec *parts, int count)
{
    size_t sum = 0;
    for (int i = 0; i < count; i++)
    {
        sum += parts[i].iov_len;
    }

    return sum;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset)
{
    CHANGING(ssize_t, fd, note_write(fd, &file, offset, total(parts, count)), real_pwritev(fd, parts, count, offset))
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    return pwritev64(fd, parts, count, offset);
}

int ftruncate64(int fd, off64_t length)
{
    CHANGING(int, fd, note_size(fd, &file, length), real_ftruncate(fd, length))
}

int ftruncate(int fd, off_t length)
{
    return ftruncate64(fd, length);
}

/* Of its modes the plain one and the one that keeps the size are foreseen: neither changes a byte that is there. */
int fallocate64(int fd, int mode, off64_t offset, off64_t length)
{
    CHANGING(int, fd, if (mode == 0 && offset + length > file.st_size) note_size(fd, &file, offset + length); else if (mode & ~FALLOC_FL_KEEP_SIZE) abort(),
        real_fallocate(fd, mode, offset, length))
}

int fallocate(int fd, int mode, off_t offset, off_t length)
{
    return fallocate64(fd, mode, offset, length);
}

static void path_of(int fd, char *path)
{
    char link[64];
    ssize_t length;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0)
    {
        abort();
    }

    path[length] = 0;
}

/* Under the lock: whether this is the sync that has to fail, or at which the process has to die. */
static int stops_at(int fd)
{
    char path[PATH_MAX], name[256], how[16];
    int fails = 0;
    unsigned long long nth;
    FILE *order = stop ? fopen(stop, "re") : NULL;
    if (!order)
    {
        return 0;
    }

    path_of(fd, path);
    if (fscanf(order, "%255s %llu %15s", name, &nth, how) == 3 && strstr(path, name) && ++stops == nth)
    {
        fails = strcmp(how, "fail") == 0;
        if (!fails)
        {
            kill(getpid(), SIGKILL);
        }
    }

    fclose(order);
    return fails;
}

static int sync_noting(int fd, int (*real)(int))
{
    char path[PATH_MAX];
    struct stat file;
    uint64_t covered;
    int result, error, fails;
    pthread_mutex_lock(&gate);
    covered = number;
    fails = stops_at(fd);
    if (fails && fstat(fd, &file) == 0)
    {
        note(FAILED, file.st_ino, 0, covered, 0, 0, NULL, 0);
    }

    pthread_mutex_unlock(&gate);
    if (fails)
    {
        errno = EIO;
        return -1;
    }

    result = real(fd);
    error = errno;
    if (result != 0 || fstat(fd, &file) != 0)
    {
        errno = error;
        return result;
    }

    pthread_mutex_lock(&gate);
    if (watched(fd, &file))
    {
        note(SYNC, file.st_ino, 0, covered, 0, 0, NULL, 0);
    }
    else if (S_ISDIR(file.st_mode))
    {
        path_of(fd, path);
        note(SYNC_NAMES, 0, 0, covered, 0, 0, path, strlen(path) + 1);
    }

    pthread_mutex_unlock(&gate);
    errno = error;
    return result;
}

int fsync(int fd)
{
    return sync_noting(fd, real_fsync);
}

int fdatasync(int fd)
{
    return sync_noting(fd, real_fdatasync);
}

/* The body of every call that changes names: note it if it counts and will work, then do it. */
#define NAMING(counts, works, noting, doing)    \
    struct stat file;                           \
    int result, error;                          \
    if (!(counts))                              \
    {                                           \
        return doing;                           \
    }                                           \
    pthread_mutex_lock(&gate);                  \
    if (works)                                  \
    {                                           \
        noting;                                 \
    }                                           \
    result = doing;                             \
    error = errno;                              \
    done();                                     \
    errno = error;                              \
    return result;

int rename(const char *from, const char *to)
{
    NAMING(below(from) || below(to), lstat(from, &file) == 0, note_names(RENAME, meet(from), meet(to), from, to), real_rename(from, to))
}

int link(const char *from, const char *to)
{
    NAMING(below(to), lstat(from, &file) == 0 && lstat(to, &file) != 0, note_names(LINK, meet(from), 0, to, ""), real_link(from, to))
}

int unlink(const char *path)
{
    NAMING(below(path), lstat(path, &file) == 0, note_names(UNLINK, meet(path), 0, path, ""), real_unlink(path))
}

int mkdir(const char *path, mode_t mode)
{
    NAMING(below(path), lstat(path, &file) != 0, note_names(MKDIR, 0, 0, path, ""), real_mkdir(path, mode))
}

int rmdir(const char *path)
{
    NAMING(below(path), lstat(path, &file) == 0, note_names(RMDIR, 0, 0, path, ""), real_rmdir(path))
}

#define OURS \
    OUR(open), OUR(open64), OUR(write), OUR(fsync), OUR(fdatasync), OUR(rename), OUR(link), OUR(unlink), OUR(mkdir), OUR(rmdir), OUR(ftruncate)
#include "dlsym.h"
