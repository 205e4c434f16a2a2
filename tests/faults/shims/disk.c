/* A disk that can be told to forget: LD_PRELOAD it, and everything under DISK_FOLDER that no fsync has reached can be
 * taken back after the processes were killed, as a power cut would. Before each change what was there is written into
 * a log of the file (DISK_UNDO/<device>-<inode>); fsync empties it. `tests/faults/disk.py` takes back what the logs hold.
 *
 * DISK_SYNC_MS makes each fsync take that long. While the file that DISK_FULL names exists, no file grows any more.
 * What is written through stdio or mmap is not seen, and stays. Names stay too: see names.c. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

struct change { uint64_t at, was, kept; }; /* where, how large the file was, how many bytes follow that stood there */

static ssize_t (*plain_write)(int, const void *, size_t);
static int (*plain_open)(const char *, int, ...);
static const char *folder, *undo, *full;
static long sync_ms;

/* PostgreSQL writes its title over the environment that it was started with. */
static const char *told(const char *name) { return getenv(name) ? strdup(getenv(name)) : NULL; }

__attribute__((constructor)) static void begin(void) {
    plain_write = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    plain_open = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
    folder = told("DISK_FOLDER");
    undo = told("DISK_UNDO");
    full = told("DISK_FULL");
    sync_ms = getenv("DISK_SYNC_MS") ? atol(getenv("DISK_SYNC_MS")) : 0;
}

static void broken(const char *what) {
    fprintf(stderr, "the forgetful disk cannot %s: %s\n", what, strerror(errno));
    abort();
}

/* Whether this is a file of the folder that somebody can still find there. */
static int is_ours(int fd, struct stat *about) {
    char link[64], path[PATH_MAX];
    if (!folder || fstat(fd, about) || !S_ISREG(about->st_mode) || !about->st_nlink) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    size_t prefix = strlen(folder);
    return length > (ssize_t)prefix && !strncmp(path, folder, prefix) && path[prefix] == '/';
}

static void name_of_log(char *path, const struct stat *about) {
    snprintf(path, PATH_MAX, "%s/%lu-%lu", undo, (unsigned long)about->st_dev, (unsigned long)about->st_ino);
}

/* The log of a file, locked: whoever changes or syncs the file does so while holding it. */
static int log_of(const struct stat *about) {
    char path[PATH_MAX];
    name_of_log(path, about);
    int log = plain_open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (log < 0) broken("open a log");
    while (flock(log, LOCK_EX)) if (errno != EINTR) broken("lock a log");
    return log;
}

static void note(int log, int fd, uint64_t at, uint64_t kept, uint64_t was) {
    struct change head = {at, was, kept};
    char *said = malloc(sizeof head + kept);
    if (!said) broken("remember so much");
    memcpy(said, &head, sizeof head);
    char own[64];
    snprintf(own, sizeof own, "/proc/self/fd/%d", fd); /* it may be open for writing only */
    for (uint64_t got = 0; got < kept;) {
        int reading = plain_open(own, O_RDONLY | O_CLOEXEC);
        ssize_t n = pread(reading, said + sizeof head + got, kept - got, (off_t)(at + got));
        close(reading);
        if (n <= 0) broken("read what was there");
        got += (uint64_t)n;
    }
    for (uint64_t put = 0; put < sizeof head + kept;) {
        ssize_t n = plain_write(log, said + put, sizeof head + kept - put);
        if (n <= 0) broken("write a log");
        put += (uint64_t)n;
    }
    free(said);
}

/* Before `length` bytes go to `at` (-1: where the file stands): a locked log, -1 if nobody asked, -2 if it is full. */
static int before(int fd, int64_t at, uint64_t length) {
    struct stat about;
    int failed = errno, log = -1;
    if (is_ours(fd, &about)) {
        if (undo) {
            log = log_of(&about);
            fstat(fd, &about);
        }
        if (fcntl(fd, F_GETFL) & O_APPEND) at = about.st_size;
        if (at < 0) at = lseek(fd, 0, SEEK_CUR);
        if (full && at + (int64_t)length > about.st_size && !access(full, F_OK)) {
            if (log >= 0) close(log);
            errno = ENOSPC;
            return -2;
        }
        int64_t end = at + (int64_t)length < about.st_size ? at + (int64_t)length : about.st_size;
        if (log >= 0) note(log, fd, (uint64_t)at, end > at ? (uint64_t)(end - at) : 0, (uint64_t)about.st_size);
    }
    errno = failed;
    return log;
}

static void after(int log) {
    int failed = errno;
    if (log >= 0) close(log);
    errno = failed;
}

#define CHANGING(type, fd, at, length, call) \
    int log = before(fd, at, length); \
    if (log == -2) return -1; \
    type done = call; \
    after(log); \
    return done

static uint64_t sum(const struct iovec *parts, int count) {
    uint64_t all = 0;
    for (int n = 0; n < count; n++) all += parts[n].iov_len;
    return all;
}

ssize_t write(int fd, const void *bytes, size_t length) {
    if (!plain_write) begin();
    CHANGING(ssize_t, fd, -1, length, plain_write(fd, bytes, length));
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, writev, int, const struct iovec *, int);
    CHANGING(ssize_t, fd, -1, sum(parts, count), real(fd, parts, count));
}

#define PWRITE(name) \
    ssize_t name(int fd, const void *bytes, size_t length, off_t at) { \
        REAL(ssize_t, name, int, const void *, size_t, off_t); \
        CHANGING(ssize_t, fd, at, length, real(fd, bytes, length, at)); \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

#define PWRITEV(name) \
    ssize_t name(int fd, const struct iovec *parts, int count, off_t at) { \
        REAL(ssize_t, name, int, const struct iovec *, int, off_t); \
        CHANGING(ssize_t, fd, at, sum(parts, count), real(fd, parts, count, at)); \
    }
PWRITEV(pwritev)
PWRITEV(pwritev64)

/* What lies behind the new end is lost if the file becomes shorter. */
#define FTRUNCATE(name) \
    int name(int fd, off_t size) { \
        REAL(int, name, int, off_t); \
        struct stat about; \
        uint64_t lost = is_ours(fd, &about) && about.st_size > size ? (uint64_t)(about.st_size - size) : 0; \
        CHANGING(int, fd, size, lost, real(fd, size)); \
    }
FTRUNCATE(ftruncate)
FTRUNCATE(ftruncate64)

#define FALLOCATE(name) \
    int name(int fd, off_t at, off_t length) { \
        REAL(int, name, int, off_t, off_t); \
        int log = before(fd, at, (uint64_t)length); \
        if (log == -2) return ENOSPC; \
        int done = real(fd, at, length); \
        after(log); \
        return done; \
    }
FALLOCATE(posix_fallocate)
FALLOCATE(posix_fallocate64)

/* A file that is opened empty loses what stood in it. */
static int opened(int fd, int flags) {
    struct stat about;
    if (fd >= 0 && (flags & O_TRUNC) && (flags & O_ACCMODE) != O_RDONLY && !fstat(fd, &about) && about.st_size)
        if (S_ISREG(about.st_mode) && ftruncate(fd, 0)) broken("empty a file");
    return fd;
}

#define MODE_OF(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list more; \
        va_start(more, flags); \
        mode = va_arg(more, mode_t); \
        va_end(more); \
    }

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(int, name, const char *, int, ...); \
        MODE_OF(flags) \
        return opened(real(path, flags & ~O_TRUNC, mode), flags); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int at, const char *path, int flags, ...) { \
        REAL(int, name, int, const char *, int, ...); \
        MODE_OF(flags) \
        return opened(real(at, path, flags & ~O_TRUNC, mode), flags); \
    }
OPENAT(openat)
OPENAT(openat64)

/* What is gone leaves no log to whoever gets its inode next. */
static void gone(int at, const char *path) {
    struct stat about;
    int failed = errno;
    if (undo && !fstatat(at, path, &about, AT_SYMLINK_NOFOLLOW) && S_ISREG(about.st_mode) && about.st_nlink == 1) {
        char log[PATH_MAX];
        name_of_log(log, &about);
        truncate(log, 0);
    }
    errno = failed;
}

int unlink(const char *path) {
    REAL(int, unlink, const char *);
    gone(AT_FDCWD, path);
    return real(path);
}

int unlinkat(int at, const char *path, int flags) {
    REAL(int, unlinkat, int, const char *, int);
    if (!(flags & AT_REMOVEDIR)) gone(at, path);
    return real(at, path, flags);
}

int rename(const char *from, const char *to) {
    REAL(int, rename, const char *, const char *);
    gone(AT_FDCWD, to);
    return real(from, to);
}

int renameat(int at, const char *from, int there, const char *to) {
    REAL(int, renameat, int, const char *, int, const char *);
    gone(there, to);
    return real(at, from, there, to);
}

/* From here on it cannot be taken back. The real disk need not be asked: the machine does not die, it only seems so. */
static int synced(int fd) {
    struct stat about;
    if (is_ours(fd, &about)) {
        struct timespec pause = {sync_ms / 1000, sync_ms % 1000 * 1000000};
        if (sync_ms) nanosleep(&pause, NULL);
        if (undo) {
            int log = log_of(&about);
            if (ftruncate(log, 0)) broken("empty a log");
            close(log);
        }
    }
    return 0;
}

int fsync(int fd) { return synced(fd); }
int fdatasync(int fd) { return synced(fd); }
