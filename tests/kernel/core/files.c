/* SPDX-License-Identifier: MIT */
/* files.c - the read-only tree. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tap.h"

static ssize_t read_file(const char *path, char *out, size_t bytes)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, out, bytes - 1);

    if (got >= 0)
        out[got] = '\0';
    if (fd >= 0)
        close(fd);
    return got;
}

static void texts(void)
{
    char text[512], again[512];
    int fd;

    ok(read_file("/etc/hosts", text, sizeof text) > 0 && strstr(text, "127.0.0.1 localhost"),
       "/etc/hosts knows localhost");
    ok(read_file("/etc/hostname", text, sizeof text) > 0 && !strcmp(text, "test\n"),
       "/etc/hostname is the name on the command line");
    ok(read_file("etc/hostname", again, sizeof again) > 0 && !strcmp(text, again),
       "a relative path begins at the root");
    ok(read_file("/proc/cpuinfo", text, sizeof text) > 0 && strstr(text, "processor"),
       "/proc/cpuinfo tells of a processor");
    FILE *stream = fopen("/etc/services", "r");
    ok(stream && fgets(text, sizeof text, stream) && !strcmp(text, "http 80/tcp\n"),
       "stdio reads a file line by line");
    if (stream)
        fclose(stream);
    fd = open("/etc/hostname", O_RDONLY);
    ok(lseek(fd, 2, SEEK_SET) == 2 && read(fd, text, 2) == 2 && !memcmp(text, "st", 2),
       "a file can be read from its middle");
    ok(read(fd, text, 10) == 1 && read(fd, text, 10) == 0, "and ends");
    close(fd);
}

static void devices(void)
{
    unsigned char a[32], b[32] = {0};
    int fd = open("/dev/null", O_RDWR);

    ok(write(fd, "x", 1) == 1 && read(fd, a, 1) == 0, "/dev/null takes all and gives nothing");
    close(fd);
    memset(a, 1, sizeof a);
    fd = open("/dev/zero", O_RDONLY);
    ok(read(fd, a, sizeof a) == sizeof a && !memcmp(a, b, sizeof a), "/dev/zero gives zeros");
    close(fd);
    fd = open("/dev/urandom", O_RDONLY);
    ok(read(fd, a, sizeof a) == sizeof a && read(fd, b, sizeof b) == sizeof b && memcmp(a, b, sizeof a),
       "/dev/urandom gives something else each time");
    close(fd);
}

static void refusals(void)
{
    struct stat st;
    char text[64];

    ok(open("/etc/shadow", O_RDONLY) == -1 && errno == ENOENT, "other files are not there");
    ok(open("/tmp/new", O_RDWR | O_CREAT, 0600) == -1 && errno == EROFS, "no file can be made");
    ok(open("/etc/hosts", O_RDWR) == -1 && errno == EROFS, "no text can be opened for writing");
    ok(access("/etc/hosts", R_OK) == 0 && access("/etc/hosts", W_OK) == -1, "access says the same");
    ok(stat("/etc/hosts", &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0, "stat tells the size");
    ok(stat("/etc", &st) == 0 && S_ISDIR(st.st_mode), "and knows folders");
    ok(fstat(1, &st) == 0 && S_ISCHR(st.st_mode), "the output is a device");
    ok(getcwd(text, sizeof text) && !strcmp(text, "/"), "the working folder is the root");
    ok(readlink("/proc/self/exe", text, sizeof text) == 5 && !memcmp(text, "/test", 5),
       "/proc/self/exe names the service");
}

int main(void)
{
    texts();
    devices();
    refusals();
    return tap_end();
}
