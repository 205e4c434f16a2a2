/* A folder that can be told to forget names: LD_PRELOAD it, and what was made, moved or deleted below NAMES_FOLDER can
 * be taken back as long as nobody has synced the folder in which it happened. Each folder has a log,
 * NAMES_LOG/<device>-<inode>, with a line for each change, which fsync of the folder empties; what was deleted or
 * replaced is kept beside it. Folders themselves stay, and so does what moves from one folder into another. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

struct place { char folder[PATH_MAX], name[NAME_MAX + 1], log[PATH_MAX]; };

/* Where a path leads; 0 if that is none of the folder's. */
static int find(const char *path, struct place *found) {
    const char *below = getenv("NAMES_FOLDER"), *logs = getenv("NAMES_LOG");
    char folder[PATH_MAX], name[PATH_MAX];
    struct stat about;
    if (!below || !logs || strlen(path) >= PATH_MAX) return 0;
    strcpy(folder, path);
    strcpy(name, path);
    if (!realpath(dirname(folder), found->folder) || stat(found->folder, &about)) return 0;
    size_t prefix = strlen(below);
    if (strncmp(found->folder, below, prefix) || (found->folder[prefix] && found->folder[prefix] != '/')) return 0;
    snprintf(found->name, sizeof found->name, "%s", basename(name));
    unsigned long device = about.st_dev, inode = about.st_ino;
    return snprintf(found->log, PATH_MAX, "%s/%lu-%lu", logs, device, inode) < PATH_MAX;
}

static void note(const struct place *at, const char *what, const char *name, const char *other, const char *kept) {
    static int (*plain_open)(const char *, int, ...);
    if (!plain_open) plain_open = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
    char line[3 * NAME_MAX];
    int length = snprintf(line, sizeof line, "%s\t%s\t%s\t%s\n", what, name, other, kept);
    int log = plain_open(at->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (log < 0 || length >= (int)sizeof line || write(log, line, (size_t)length) != length) abort();
    close(log);
}

/* Keeps what this name stands for now, so that it can come back; its name among the logs, empty if there is nothing. */
static void keep(const struct place *at, const char *name, char *kept) {
    static int (*plain_link)(const char *, const char *);
    if (!plain_link) plain_link = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "link");
    char old[PATH_MAX + NAME_MAX + 2], beside[PATH_MAX];
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(kept, NAME_MAX, "kept-%d-%ld-%ld", getpid(), (long)now.tv_sec, now.tv_nsec);
    snprintf(old, sizeof old, "%s/%s", at->folder, name);
    snprintf(beside, sizeof beside, "%s/%s", getenv("NAMES_LOG"), kept);
    if (plain_link(old, beside)) kept[0] = 0;
}

int unlink(const char *path) {
    REAL(int, unlink, const char *);
    struct place at;
    char kept[NAME_MAX] = "";
    int ours = find(path, &at);
    if (ours) keep(&at, at.name, kept);
    int failed = real(path);
    if (ours && !failed && kept[0]) note(&at, "-", at.name, "", kept);
    return failed;
}

int rename(const char *from, const char *to) {
    REAL(int, rename, const char *, const char *);
    struct place was, at;
    char kept[NAME_MAX] = "";
    int ours = find(from, &was) && find(to, &at) && !strcmp(was.folder, at.folder);
    if (ours) keep(&at, at.name, kept);
    int failed = real(from, to);
    if (ours && !failed) note(&at, ">", was.name, at.name, kept);
    return failed;
}

int link(const char *from, const char *to) {
    REAL(int, link, const char *, const char *);
    struct place at;
    int failed = real(from, to);
    if (!failed && find(to, &at)) note(&at, "+", at.name, "", "");
    return failed;
}

#define OPEN(name_) \
    int name_(const char *path, int flags, ...) { \
        REAL(int, name_, const char *, int, ...); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | __O_TMPFILE)) { \
            va_list more; \
            va_start(more, flags); \
            mode = va_arg(more, mode_t); \
            va_end(more); \
        } \
        struct place at; \
        int is_new = (flags & O_CREAT) && access(path, F_OK) && find(path, &at); \
        int fd = real(path, flags, mode); \
        if (fd >= 0 && is_new) note(&at, "+", at.name, "", ""); \
        return fd; \
    }
OPEN(open)
OPEN(open64)

/* From here on the names in this folder stay as they are. */
#define SYNC(name_) \
    int name_(int fd) { \
        REAL(int, name_, int); \
        struct stat about; \
        char log[PATH_MAX]; \
        int failed = real(fd); \
        if (!failed && getenv("NAMES_LOG") && !fstat(fd, &about) && S_ISDIR(about.st_mode)) { \
            unsigned long device = about.st_dev, inode = about.st_ino; \
            snprintf(log, sizeof log, "%s/%lu-%lu", getenv("NAMES_LOG"), device, inode); \
            truncate(log, 0); \
        } \
        return failed; \
    }
SYNC(fsync)
SYNC(fdatasync)
