# The framework's sources, named once. Lowest floor first: a file includes only
# headers of its own floor or of one that stands above it in this list.
set(UC_FRAMEWORK_BASE
    src/base/arena.c
    src/base/buf.c
    src/base/date.c
    src/base/escape.c
    src/base/log.c
    src/base/random.c
    src/base/str.c)
set(UC_FRAMEWORK_PROTO
    src/proto/http1_response.c
    src/proto/http1_response_chunks.c
    src/proto/http1_response_head.c
    src/proto/json_members.c
    src/proto/json_number.c
    src/proto/json_place.c
    src/proto/json_reader.c
    src/proto/json_text.c
    src/proto/json_writer.c
    src/proto/utf8.c
    src/proto/violation.c)
set(UC_FRAMEWORK_IO)
set(UC_FRAMEWORK_APP)
