/* SPDX-License-Identifier: MIT */
#include "proto/status.h"

#define STATUSES(X)                          \
    X(200, "OK")                             \
    X(201, "Created")                        \
    X(202, "Accepted")                       \
    X(203, "Non-Authoritative Information")  \
    X(204, "No Content")                     \
    X(205, "Reset Content")                  \
    X(206, "Partial Content")                \
    X(207, "Multi-Status")                   \
    X(300, "Multiple Choices")               \
    X(301, "Moved Permanently")              \
    X(302, "Found")                          \
    X(303, "See Other")                      \
    X(304, "Not Modified")                   \
    X(307, "Temporary Redirect")             \
    X(308, "Permanent Redirect")             \
    X(400, "Bad Request")                    \
    X(401, "Unauthorized")                   \
    X(402, "Payment Required")               \
    X(403, "Forbidden")                      \
    X(404, "Not Found")                      \
    X(405, "Method Not Allowed")             \
    X(406, "Not Acceptable")                 \
    X(407, "Proxy Authentication Required")  \
    X(408, "Request Timeout")                \
    X(409, "Conflict")                       \
    X(410, "Gone")                           \
    X(411, "Length Required")                \
    X(412, "Precondition Failed")            \
    X(413, "Content Too Large")              \
    X(414, "URI Too Long")                   \
    X(415, "Unsupported Media Type")         \
    X(416, "Range Not Satisfiable")          \
    X(417, "Expectation Failed")             \
    X(418, "I'm a teapot")                   \
    X(421, "Misdirected Request")            \
    X(422, "Unprocessable Content")          \
    X(423, "Locked")                         \
    X(424, "Failed Dependency")              \
    X(425, "Too Early")                      \
    X(426, "Upgrade Required")               \
    X(428, "Precondition Required")          \
    X(429, "Too Many Requests")              \
    X(431, "Request Header Fields Too Large") \
    X(451, "Unavailable For Legal Reasons")  \
    X(500, "Internal Server Error")          \
    X(501, "Not Implemented")                \
    X(502, "Bad Gateway")                    \
    X(503, "Service Unavailable")            \
    X(504, "Gateway Timeout")                \
    X(505, "HTTP Version Not Supported")     \
    X(507, "Insufficient Storage")           \
    X(508, "Loop Detected")                  \
    X(511, "Network Authentication Required")

#define STATUS_MIN 200
#define STATUS_MAX 511

#define ROW(number, text) [number - STATUS_MIN] = UC_STR("HTTP/1.1 " #number " " text "\r\n"),
static const struct uc_str lines[STATUS_MAX - STATUS_MIN + 1] = {STATUSES(ROW)};
#undef ROW

struct uc_str uc_status_line(int status)
{
    if (status < STATUS_MIN || status > STATUS_MAX)
        return uc_str_of(NULL, 0);
    return lines[status - STATUS_MIN];
}

struct uc_str uc_status_text(int status)
{
    const size_t before = sizeof("HTTP/1.1 200 ") - 1;
    struct uc_str line = uc_status_line(status);

    if (!line.data)
        return uc_str("Unknown");
    return uc_str_of(line.data + before, line.len - before - 2);
}
