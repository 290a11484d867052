/* SPDX-License-Identifier: MIT */
/*
 * driver.c - runs a fuzz target for a bounded time, the same way each time.
 *
 *     TARGET FOLDER...      every file of the folders, then changes of them for $UC_FUZZ_SECONDS
 * (5) TARGET FILE           that file alone: to look at a crash
 *
 * Changes are made from a fixed seed ($UC_FUZZ_SEED), so a failure comes again. The input at which
 * the target dies is left in $UC_TEST_TMP, or the working folder, as crash-NAME; it belongs
 * into tests/fuzz/regression/NAME/. Built with clang's -fsanitize=fuzzer the same
 * targets run under libFuzzer, without this file.
 */
#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define INPUT_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));

struct input {
    uint8_t *bytes;
    size_t len;
};

static struct input *corpus;
static size_t corpus_count;
static uint8_t current[INPUT_MAX];
static size_t current_len;
static const char *target_name;
static uint64_t random_state;

static void keep_current(void)
{
    const char *folder = getenv("UC_TEST_TMP");
    char path[512];
    FILE *out;

    snprintf(path, sizeof(path), "%s/crash-%s", folder ? folder : ".", target_name);
    out = fopen(path, "wb");
    if (!out)
        return;
    fwrite(current, 1, current_len, out);
    fclose(out);
    printf("# the input is in %s\n", path);
    fflush(stdout);
}

static void on_abort(int signal_number)
{
    keep_current();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static size_t below(size_t limit)
{
    return limit ? next_random() % limit : 0;
}

static void run_current(void)
{
    /* Exactly as long as it is, so that the sanitizer sees a read behind the end. */
    uint8_t *exact = malloc(current_len ? current_len : 1);

    if (!exact)
        abort();
    memcpy(exact, current, current_len);
    LLVMFuzzerTestOneInput(exact, current_len);
    free(exact);
}

static void load_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    struct input *input;

    if (!in)
        return;
    corpus = realloc(corpus, (corpus_count + 1) * sizeof(*corpus));
    if (!corpus)
        abort();
    input = &corpus[corpus_count++];
    input->bytes = malloc(INPUT_MAX);
    if (!input->bytes)
        abort();
    input->len = fread(input->bytes, 1, INPUT_MAX, in);
    fclose(in);
}

static void load(const char *path)
{
    struct dirent **entries;
    struct stat st;
    char inner[1024];
    int count;

    if (stat(path, &st))
        return;
    if (!S_ISDIR(st.st_mode)) {
        load_file(path);
        return;
    }
    count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        snprintf(inner, sizeof(inner), "%s/%s", path, entries[i]->d_name);
        if (entries[i]->d_name[0] != '.')
            load(inner);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

static void cut(void)
{
    size_t at = below(current_len + 1), len = below(current_len - at + 1);

    memmove(current + at, current + at + len, current_len - at - len);
    current_len -= len;
}

/* A piece of some file, put in at some place. */
static void splice(void)
{
    const struct input *from = &corpus[below(corpus_count)];
    size_t start = below(from->len), len = below(from->len - start + 1);
    size_t at = below(current_len + 1);

    if (len > 512)
        len = 1 + below(512);
    if (len > INPUT_MAX - current_len)
        return;
    memmove(current + at + len, current + at, current_len - at);
    memcpy(current + at, from->bytes + start, len);
    current_len += len;
}

static void change_once(void)
{
    static const char *const words[] = {"\"",      "{",    "}",   "[",  "]",
                                        ":",       ",",    "&a ", "*a", "\n",
                                        "  ",      "null", "0",   "-1", "9223372036854775808",
                                        "\\u0000", "\xff", "%"};
    const char *word = words[below(sizeof(words) / sizeof(words[0]))];
    size_t at = below(current_len + 1), len = strlen(word);

    switch (below(5)) {
    case 0:
        if (current_len)
            current[below(current_len)] ^= (uint8_t)(1u << below(8));
        break;
    case 1:
        if (current_len)
            current[below(current_len)] = (uint8_t)next_random();
        break;
    case 2:
        cut();
        break;
    case 3:
        splice();
        break;
    default:
        if (len <= INPUT_MAX - current_len) {
            memmove(current + at + len, current + at, current_len - at);
            memcpy(current + at, word, len);
            current_len += len;
        }
        break;
    }
}

static unsigned long run_changed(unsigned seconds)
{
    time_t end = time(NULL) + (time_t)seconds;
    unsigned long runs = 0;

    while (corpus_count && time(NULL) < end) {
        const struct input *input = &corpus[below(corpus_count)];

        memcpy(current, input->bytes, input->len);
        current_len = input->len;
        for (size_t changes = 1 + below(6); changes; changes--)
            change_once();
        run_current();
        runs++;
    }
    return runs;
}

static unsigned number_from(const char *variable, unsigned fallback)
{
    const char *text = getenv(variable);

    return text ? (unsigned)strtoul(text, NULL, 10) : fallback;
}

int main(int argc, char **argv)
{
    unsigned long changed = 0;

    target_name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
    random_state = 0x9e3779b97f4a7c15u + number_from("UC_FUZZ_SEED", 1);
    signal(SIGABRT, on_abort);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(keep_current);
    for (int i = 1; i < argc; i++)
        load(argv[i]);
    for (size_t i = 0; i < corpus_count; i++) {
        memcpy(current, corpus[i].bytes, corpus[i].len);
        current_len = corpus[i].len;
        run_current();
    }
    printf("%sok 1 - %zu inputs of the corpus\n", corpus_count ? "" : "not ", corpus_count);
    if (corpus_count > 1 || argc > 2)
        changed = run_changed(number_from("UC_FUZZ_SECONDS", 5));
    printf("ok 2 - %lu changed inputs\n1..2\n", changed);
    for (size_t i = 0; i < corpus_count; i++)
        free(corpus[i].bytes);
    free(corpus);
    return corpus_count == 0;
}
