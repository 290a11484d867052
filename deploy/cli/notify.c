/* SPDX-License-Identifier: MIT */
#include "notify.h"

#include "command.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A path, or with '@' in front a name without a file. 0 or a negative errno. */
static int address_of(const char *name, struct sockaddr_un *address, socklen_t *len)
{
    size_t name_len = strlen(name);

    if (*name != '/' && *name != '@')
        return -EAFNOSUPPORT;
    if (name_len >= sizeof(address->sun_path))
        return -ENAMETOOLONG;
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(address->sun_path, name, name_len);
    *len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + name_len + (*name == '/'));
    if (*name == '@')
        address->sun_path[0] = '\0';
    return 0;
}

static int send_text(const char *name, const char *text)
{
    struct sockaddr_un address;
    socklen_t len;
    int err = address_of(name, &address, &len);
    int fd;

    if (err)
        return err;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    if (sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address, len) < 0)
        err = -errno;
    close(fd);
    return err;
}

bool cmd_notify_wanted(void)
{
    const char *name = getenv("NOTIFY_SOCKET");

    return name && *name;
}

void cmd_notify(const char *format, ...)
{
    const char *name = getenv("NOTIFY_SOCKET");
    char text[1024];
    va_list args;
    int err;

    if (!cmd_notify_wanted())
        return;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    err = send_text(name, text);
    if (err)
        cmd_warn("cannot tell the service manager at %s: %s", name, strerror(-err));
}
