/* SPDX-License-Identifier: MIT */
/*
 * What each target writes for one project with hostile values: cases/TARGET/FILE holds the bytes.
 * With UC_GOLDEN_WRITE set, the files are made anew for a reader to review.
 */
#include "../tap.h"

#include "manifest/manifest_internal.h"
#include "manifest/registry.h"
#include "manifest/text.h"
#include "plan/systemd_word.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 1 << 16);

    if (file && fread(text, 1, (1 << 16) - 1, file) == 0)
        text[0] = '\0';
    if (file)
        fclose(file);
    return text;
}

static struct deploy_variable variables[] = {
    {"GREETING", "say \"hi\", 100% of $HOME & <b>it's</b>", true},
    {"PATH_LIKE", "a\\b c", true},
    {"UNICODE", "gr\xc3\xbc\xc3\x9f", false},
    {"EMPTY", "", false},
};
static struct deploy_port ports[] = {{"127.0.0.1", 8080, 8080}};
static struct deploy_dependency after_orders = {"orders", DEPLOY_HEALTHY, true};

static struct deploy_service orders(void)
{
    return (struct deploy_service){
        .name = "orders",
        .image = "/built/orders.elf",
        .config_hash = "0123456789abcdef-fedcba9876543210",
        .listen_port = 8080,
        .memory_bytes = 16 << 20,
        .replicas = 1,
        .stop_grace_ms = 7500,
        .environment = variables,
        .environment_count = 4,
        .ports = ports,
        .port_count = 1,
        .health = {.path = DEPLOY_HEALTH_PATH,
                   .port = 9090,
                   .interval_ms = 5000,
                   .timeout_ms = 2000,
                   .retries = 3,
                   .start_period_ms = 10000},
    };
}

static const char *project = "shop";
static const char *folder = "/srv/100% \"of\" $it & <us>";
static const char *registry = "registry.example/shop";
static unsigned replicas_max = 8;
static const char *salt = "00112233445566778899aabbccddeeff";

static int write_target(const char *target, struct deploy_service *services, size_t count,
                        struct manifest *manifest, struct deploy_error *error)
{
    static struct deploy_spec spec;

    spec = (struct deploy_spec){.project = (char *)(size_t)project, .services = services, .service_count = count};
    *manifest = (struct manifest){.spec = &spec,
                                  .folder = folder,
                                  .registry = registry,
                                  .salt = salt,
                                  .replicas_max = replicas_max};
    return manifest_write(manifest_find(target), manifest, error);
}

static void compare(const char *target, const struct manifest_file *file)
{
    char path[512], name[256], *want;

    snprintf(path, sizeof(path), "%s/cases/%s/%s", UC_TEST_DIR, target, file->name);
    if (getenv("UC_GOLDEN_WRITE")) {
        FILE *out = fopen(path, "w");

        if (out) {
            fputs(file->text, out);
            fclose(out);
        }
    }
    want = read_all(path);
    snprintf(name, sizeof(name), "%s writes %s", target, file->name);
    tap_text(name, file->text, want);
    free(want);
}

static void targets_write_their_files(const char *target, struct deploy_service *services,
                                      size_t count)
{
    struct deploy_error error = {""};
    struct manifest manifest, again;

    tap_okf(!write_target(target, services, count, &manifest, &error), "%s says it all%s", target,
            error.text);
    tap_okf(!write_target(target, services, count, &again, &error) &&
                again.file_count == manifest.file_count,
            "%s, once more", target);
    for (size_t i = 0; i < manifest.file_count; i++) {
        compare(target, &manifest.files[i]);
        tap_okf(!strcmp(manifest.files[i].text, again.files[i].text), "%s is the same bytes again",
                manifest.files[i].name);
        tap_okf(!strstr(manifest.files[i].text, "it's") || (manifest.files[i].mode & 077) == 0,
                "%s: the environment is its owner's", manifest.files[i].name);
    }
    manifest_deinit(&manifest);
    manifest_deinit(&again);
}

static void refuses(const char *target, struct deploy_service service, const char *words)
{
    struct deploy_error error = {""};
    struct manifest manifest;
    int err = write_target(target, &service, 1, &manifest, &error);

    tap_okf(err == -ENOTSUP && strstr(error.text, words) && strstr(error.text, service.name),
            "%s refuses: %s", target, error.text);
    manifest_deinit(&manifest);
}

static void what_cannot_be_said_is_refused(void)
{
    struct deploy_port any = {"0.0.0.0", 0, 8080};
    struct deploy_service service = orders();

    service.replicas = 2;
    refuses("systemd", service, "cannot lead to 2 machines");
    refuses("libvirt", service, "cannot lead to 2 machines");
    refuses("compose", service, "for 2 machines");
    service = orders();
    service.ports = &any;
    refuses("systemd", service, "needs to know where port 8080 is published");
    service = orders();
    service.depends_on = &after_orders;
    service.depends_on_count = 1;
    refuses("systemd", service, "write condition: service_started");
    refuses("libvirt", service, "it depends on orders");
    service = orders();
    service.restart.policy = DEPLOY_RESTART_ALWAYS;
    refuses("libvirt", service, "restart: \"no\"");
    service = orders();
    service.listen_port = 0;
    service.port_count = 0;
    refuses("compose", service, "which port its image listens on");
    service = orders();
    refuses("kubernetes", service, "with its port alone");
    service.port_count = 0;
    refuses("kubernetes-urunc", service, "GREETING cannot be on a kernel's command line");
    service.name = "7up";
    refuses("kubernetes", service, "begins with a letter");
    service = orders();
    refuses("gcp", service, "reached at port 8080 as it is; write ports: [\"8080:8080\"]");
    service.port_count = 0;
    service.name = "two_words";
    refuses("openstack", service, "has no '_'");
    service = orders();
    service.port_count = 0;
    service.replicas = 254;
    refuses("libvirt-network", service, "more than 253");
    service.replicas = 1;
    service.port_count = 1;
    service.replicas = 2;
    refuses("nomad", service, "and Nomad chooses one for each");
    folder = "/srv/a,b";
    refuses("nomad", service, "in /srv/a,b, and Nomad's driver hands that to QEMU");
    folder = "/srv/100% \"of\" $it & <us>";
}

/* 40 letters, the most. */
#define LONG_NAME "orders-that-many-customers-will-wait-for"

static void names_that_an_engine_does_not_take_are_refused(void)
{
    struct deploy_service service = orders();

    service.port_count = 0;
    project = "my_shop";
    refuses("gcp", service, "calls it my_shop-orders, and a name there has no '_'; give the project another name");
    refuses("firecracker", service, "calls it my_shop-orders");
    refuses("nomad", service, "calls it my_shop-orders");
    project = "shop_";
    refuses("kubernetes", service, "ends with a letter or a digit");
    project = "7shop";
    refuses("terraform", service, "begins with the project's name, 7shop, and with a letter");
    service.name = LONG_NAME;
    project = "shoppe";
    refuses("openstack", service, "calls it shoppe-" LONG_NAME ", 64 characters");
    project = "shop-of-very-many-things";
    refuses("firecracker", service, ", 68 characters with what follows, and a name there has 64 at most");
    refuses("nomad", service, ", 65 characters with what follows, and a name there has 63 at most; give the service, or the project");
    project = "shop";
}

/* The text of a file that `target` writes; the caller frees it. */
static char *text_of(const char *target, struct deploy_service service, const char *file)
{
    struct deploy_error error = {""};
    struct manifest manifest;
    char *text = NULL;

    if (write_target(target, &service, 1, &manifest, &error))
        printf("# %s\n", error.text);
    for (size_t i = 0; i < manifest.file_count; i++)
        if (!strcmp(manifest.files[i].name, file))
            text = strdup(manifest.files[i].text);
    manifest_deinit(&manifest);
    return text ? text : strdup("");
}

static struct deploy_service scaled(unsigned replicas)
{
    struct deploy_service service = orders();

    service.port_count = 0;
    service.environment_count = 0;
    service.restart.policy = DEPLOY_RESTART_ALWAYS;
    service.replicas = replicas;
    return service;
}

static void what_urunc_puts_on_a_command_line(void)
{
    static const struct {
        const char *name, *value;
        bool good;
    } rows[] = {
        {"A_1", "x", true}, {"dns", "10.96.0.10", true}, {"dns", "10.96.0.10,10.96.0.11", true}, {"dns", "", false},
        {"dns", "kube-dns", false}, {"dns", "10.96.0.10 ip=1.2.3.4", false}, {"ip", "10.96.0.10", false}, {"A", "x y", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct deploy_variable variable = {(char *)(size_t)rows[i].name, (char *)(size_t)rows[i].value, true};
        struct deploy_service service = scaled(1);
        char *text;

        service.environment = &variable;
        service.environment_count = 1;
        text = text_of("kubernetes-urunc", service, "orders.yaml");
        tap_okf((*text != '\0') == rows[i].good, "urunc, %s=%s: it is taken, or refused", rows[i].name, rows[i].value);
        free(text);
    }
}

/* An autoscaler's number is nobody else's; the budget of machines must not ask for what they do not have. */
static void numbers_of_machines(void)
{
    static const struct {
        const char *target;
        unsigned replicas, most;
        const char *number, *budget, *begin;
    } rows[] = {
        {"kubernetes", 3, 0, "\n  replicas: 3\n", "\n  minAvailable: 2\n", NULL},
        {"kubernetes", 3, 3, "\n  replicas: 3\n", "\n  minAvailable: 2\n", NULL},
        {"kubernetes", 3, 4, NULL, "\n  minAvailable: 2\n", "\nbegin 'orders' 3\n"},
        {"kubernetes", 1, 4, NULL, NULL, "\nbegin 'orders' 1\n"},
        {"kubernetes", 1, 0, "\n  replicas: 1\n", NULL, NULL},
        {"kubernetes", 0, 4, "\n  replicas: 0\n", NULL, NULL},
        {"kubernetes-urunc", 3, 0, "\n  replicas: 3\n", "\n  maxUnavailable: 1\n", NULL},
        {"kubernetes-urunc", 1, 4, NULL, "\n  maxUnavailable: 1\n", NULL},
        {"kubernetes-urunc", 1, 0, "\n  replicas: 1\n", NULL, NULL},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char *text, *script;

        replicas_max = rows[i].most;
        text = text_of(rows[i].target, scaled(rows[i].replicas), "orders.yaml");
        script = text_of(rows[i].target, scaled(rows[i].replicas), "replace.sh");
        tap_okf(rows[i].number ? strstr(text, rows[i].number) && !strstr(text, "Autoscaler")
                               : !strstr(text, "\n  replicas:") && strstr(text, "Autoscaler"),
                "%s, %u to %u: the number is the file's or the autoscaler's", rows[i].target, rows[i].replicas, rows[i].most);
        tap_okf(rows[i].budget ? strstr(text, rows[i].budget) != NULL : !strstr(text, "DisruptionBudget"), "and its budget is");
        tap_okf(rows[i].begin ? strstr(script, rows[i].begin) != NULL : !strstr(script, "\nbegin '"), "and what it begins with");
        free(text);
        free(script);
    }
    replicas_max = 2;
    refuses("kubernetes", scaled(3), "it has 3 machines, and --max-replicas 2 allows fewer; give 3 or more");
    refuses("kubernetes-urunc", scaled(3), "--max-replicas 2 allows fewer");
    replicas_max = 8;
}

static void registries_are_checked(void)
{
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"registry.example/shop", true}, {"registry.example", true}, {"Registry.Example:5000/a/b-c/d_e/f__g/h.i/j---k", true},
        {"localhost/x", true}, {"localhost:5000/x", true}, {"127.0.0.1:5000/x", true}, {"shop", true}, {"me/shop", true},
        {"x y", false}, {"x\ty", false}, {"https://registry.example/shop", false}, {"a$(id)/b", false}, {"a;id", false},
        {"registry.example/Shop", false}, {"Shop", false}, {"registry.example/", false}, {"/shop", false},
        {"registry.example//shop", false}, {"registry.example/shop:1", false}, {"registry.example/shop@sha256:0", false},
        {"registry.example/a___b", false}, {"registry.example/a..b", false}, {"registry.example/-a", false},
        {"registry.example/a-", false}, {"registry.example:/a", false}, {"registry.example:a/a", false}, {"-a.example/b", false},
        {"a-.example/b", false}, {"a..b/c", false}, {".a/b", false}, {"a.b.", false}, {"", false}, {"r.example/\xc3\xbc", false},
        {"[::1]:5000/a", false},
    };
    struct deploy_service service = scaled(1);
    struct deploy_error error = {""};
    struct manifest manifest;
    char path[300] = "r.example/", *text;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        tap_okf(manifest_is_registry(rows[i].text) == rows[i].good, "a registry, or none: %s", rows[i].text);
    registry = "https://registry.example/shop";
    tap_okf(write_target("kubernetes", &service, 1, &manifest, &error) == -ENOTSUP &&
                strstr(error.text, "without https:// and without a tag"),
            "it is refused: %s", error.text);
    registry = path;
    while (strlen(path) + strlen("/orders") < 255)
        strcat(path, "a");
    text = text_of("kubernetes", service, "orders.yaml");
    tap_ok(strstr(text, path), "a name of 255 characters is one");
    free(text);
    strcat(path, "a");
    refuses("kubernetes-urunc", scaled(1), "a name of more than 255 characters");
    registry = "registry.example/shop";
}

/* Of the version that `target` writes into `file`, the text behind `mark`. */
static void find_version(const char *target, struct deploy_service service, const char *file, const char *mark, char version[40])
{
    struct deploy_error error = {""};
    struct manifest manifest;

    version[0] = '\0';
    write_target(target, &service, 1, &manifest, &error);
    for (size_t i = 0; i < manifest.file_count; i++) {
        const char *at = strcmp(manifest.files[i].name, file) ? NULL : strstr(manifest.files[i].text, mark);

        if (at)
            snprintf(version, 40, "%.32s", at + strlen(mark));
    }
    tap_okf(strspn(version, "0123456789abcdef") == 32, "%s has a version: %s", target, version);
    manifest_deinit(&manifest);
}

#define MACHINE_NAME "-${count.index + 1}-${substr(sha256(join(\" \", [\"" /* of terraform's */

/* It lies open, and the environment does not: so it differs with the environment, and says nothing without the salt. */
static void versions_are_salted(void)
{
    static const struct {
        const char *target, *file, *mark;
    } rows[] = {
        {"kubernetes", "orders.yaml", "ucompose.org/version: \""},
        {"kubernetes", "replace.sh", "\nreplace 'orders' "},
        {"kubernetes-urunc", "orders.yaml", "ucompose.org/environment: \""},
        {"compose", "compose.yaml", "org.ucompose.environment: \""},
        {"openstack", "openstack.sh", "'orders.user-data' "},
        {"proxmox", "proxmox.sh", "'shop-orders-fedcba9876543210-"},
        {"firecracker", "start.sh", "'images/orders.elf' "},
        {"terraform", "google/main.tf", MACHINE_NAME},
        {"terraform", "libvirt/main.tf", MACHINE_NAME},
        {"terraform", "hetzner/main.tf", MACHINE_NAME},
    };
    struct deploy_variable one[] = {{"TOKEN", "1234", false}}, other[] = {{"TOKEN", "1235", false}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct deploy_service service = orders();
        char first[40], second[40], third[40];

        service.config_hash = "0123456789abcdef-fedcba9876543210";
        service.port_count = 0;
        service.restart.policy = strncmp(rows[i].target, "kube", 4) ? DEPLOY_RESTART_NO : DEPLOY_RESTART_ALWAYS;
        service.environment = one;
        service.environment_count = 1;
        find_version(rows[i].target, service, rows[i].file, rows[i].mark, first);
        service.environment = other;
        find_version(rows[i].target, service, rows[i].file, rows[i].mark, second);
        salt = "ffeeddccbbaa99887766554433221100";
        find_version(rows[i].target, service, rows[i].file, rows[i].mark, third);
        salt = "00112233445566778899aabbccddeeff";
        tap_okf(strcmp(first, second) && strcmp(second, third), "%s: it differs with environment and salt", rows[i].target);
    }
}

/* A file that firecracker has for the instance; the caller frees it. NULL: there is none. */
static char *configuration(const char *file, unsigned replicas)
{
    struct deploy_service services[] = {orders(), orders()};
    struct deploy_error error = {""};
    struct manifest manifest;
    char *text = NULL;

    for (size_t i = 0; i < 2; i++) {
        services[i].name = i ? "b" : "a";
        services[i].config_hash = "0123456789abcdef-fedcba9876543210";
        services[i].port_count = 0;
    }
    services[0].replicas = replicas;
    write_target("firecracker", services, 2, &manifest, &error);
    for (size_t i = 0; i < manifest.file_count; i++)
        if (!strcmp(manifest.files[i].name, file))
            text = strdup(manifest.files[i].text);
    manifest_deinit(&manifest);
    return text;
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static char *address_of(const char *file, unsigned replicas)
{
    char *text = configuration(file, replicas);
    char *at = text ? strstr(text, " ip=") : NULL, *address = at ? strndup(at, strcspn(at + 1, " ") + 1) : NULL;

    free(text);
    return address;
}

static void machines_of_firecracker_keep_their_place(void)
{
    char *one = configuration("shop-b-1.json", 1), *two = configuration("shop-b-1.json", 2);
    char *here = address_of("shop-a-1.json", 1), *there;

    tap_text("a machine keeps tap and address when another service grows", two, one);
    project = "shop2";
    there = address_of("shop2-a-1.json", 1);
    project = "shop";
    tap_okf(here && there && strcmp(here, there), "another project has others:%s,%s", here ? here : "", there ? there : "");
    free(one);
    free(two);
    free(here);
    free(there);
}

/* So many that some of the names lead to one number: of 32,768 there are. */
static void machines_of_firecracker_have_places_of_their_own(void)
{
    struct deploy_service service = orders();
    struct deploy_error error = {""};
    struct manifest manifest;
    char **addresses;
    size_t count = 0, same = 0;

    service.config_hash = "0123456789abcdef-fedcba9876543210";
    service.port_count = 0;
    service.replicas = 1500;
    write_target("firecracker", &service, 1, &manifest, &error);
    addresses = calloc(manifest.file_count + 1, sizeof(*addresses));
    for (size_t i = 0; i < manifest.file_count; i++) {
        char *at = strstr(manifest.files[i].text, " ip=");

        if (at && strcmp(manifest.files[i].name, "start.sh") != 0)
            addresses[count++] = strndup(at, strcspn(at + 1, " "));
    }
    qsort(addresses, count, sizeof(*addresses), by_text);
    for (size_t i = 1; i < count; i++)
        same += !strcmp(addresses[i - 1], addresses[i]);
    tap_okf(count == 1500 && !same, "%zu machines have addresses, %zu of them twice", count, same);
    for (size_t i = 0; i < count; i++)
        free(addresses[i]);
    free(addresses);
    manifest_deinit(&manifest);
}

/* Where the proxy of "shop-orders-1-80" leads, or what QEMU forwards to port 8080: "127.1.2.3", which stands before `after`. */
static void private_address(struct deploy_port *published, size_t count, const char *file, const char *after, char address[32])
{
    struct deploy_service service = orders();
    char *text, *at, *end;

    service.ports = published;
    service.port_count = count;
    text = text_of("systemd", service, file);
    end = strstr(text, after);
    for (at = end; end && strchr("0123456789.", at[-1]); at--)
        ;
    snprintf(address, 32, "%.*s", (int)(end - at), end ? at : "");
    free(text);
}

static void a_proxy_leads_to_its_port_or_nowhere(void)
{
    struct deploy_port published[] = {{"0.0.0.0", 80, 8080}, {"127.0.0.1", 9999, 9999}, {"0.0.0.0", 81, 8080}};
    char proxy[32], both[32], other[32], alone[32], second[32], none[32];

    private_address(published, 3, "shop-orders-1-80.service", ":12700 127.", proxy);
    private_address(published, 3, "shop-orders-1-81.service", ":12700 127.", second);
    private_address(published, 3, "shop-orders-1.service", ":12700-:8080", both);
    private_address(published, 3, "shop-orders-1.service", ":12700-:9999", other);
    private_address(published + 1, 1, "shop-orders-1.service", ":12700-:9999", alone);
    private_address(published + 1, 1, "shop-orders-1.service", ":12700-:8080", none);
    tap_text("a proxy leads where QEMU forwards its port", proxy, both);
    tap_text("so does another one to the same port", second, both);
    tap_okf(*both && *other && strcmp(both, other) != 0, "two ports have two addresses: %s, %s", both, other);
    tap_text("a port keeps its address when the one before it goes", alone, other);
    tap_text("and nothing is where that was", none, "");
}

static void names_that_meet_are_refused(void)
{
    struct deploy_port ssh = {"0.0.0.0", 22, 8080};
    struct deploy_service services[] = {orders(), orders()};
    struct deploy_error error = {""};
    struct manifest manifest;
    int err;

    services[0].name = "api";
    services[0].ports = &ssh;
    services[1].name = "api-1";
    services[1].port_count = 0;
    services[1].replicas = 22;
    err = write_target("systemd", services, 2, &manifest, &error);
    tap_okf(err == -ENOTSUP && strstr(error.text, "shop-api-1-22.service would be written twice"), "refused: %s",
            error.text);
    manifest_deinit(&manifest);
}

static void units_that_are_left_are_ended(void)
{
    struct deploy_service service = orders();
    struct deploy_error error = {""};
    struct manifest manifest;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);

    write_target("systemd", &service, 1, &manifest, &error);
    manifest.left = "gone.env\nshop-orders-1-80.socket\nshop-orders-1-80.service\nimages/gone.elf\n";
    manifest_find("systemd")->commands(&manifest, out);
    fclose(out);
    tap_text("units that are left are ended when the machines have drained", text,
             "systemctl enable ./shop-*.socket ./shop-*.service\n"
             "systemctl stop shop-orders-1.service\n"
             "systemctl stop shop-orders-1-80.socket && systemctl disable shop-orders-1-80.socket && rm shop-orders-1-80.socket\n"
             "systemctl stop shop-orders-1-80.service && systemctl disable shop-orders-1-80.service && rm shop-orders-1-80.service\n"
             "systemctl start shop-orders-1.service\n");
    free(text);
    manifest_deinit(&manifest);
}

/* Terraform compares names, and never what a file holds. */
static void terraform_sees_another_image_by_its_name(void)
{
    static const char *const files[] = {"google/main.tf", "libvirt/main.tf"};
    struct deploy_service service = orders();

    service.port_count = 0;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char digits[40], first[40], second[40];

        service.config_hash = "0123456789abcdef-fedcba9876543210";
        find_version("terraform", service, files[i], MACHINE_NAME, first);
        service.config_hash = "0123456789abcdef-00000000000000000000000000000000";
        find_version("terraform", service, files[i], "/../images/orders-", digits);
        find_version("terraform", service, files[i], MACHINE_NAME, second);
        tap_okf(!strncmp(digits, "0000", 4) && strcmp(first, second), "%s: so have its machines", files[i]);
    }
}

static char told[2048];

static void tell(const char *format, ...)
{
    size_t len = strlen(told);
    va_list args;

    va_start(args, format);
    vsnprintf(told + len, sizeof(told) - len, format, args);
    va_end(args);
}

static void tell_of(const char *target, struct deploy_service *service)
{
    told[0] = '\0';
    manifest_tell_unheeded(manifest_find(target), &(struct deploy_spec){.services = service, .service_count = 1}, tell);
}

static bool tells(const char *key)
{
    char words[128];

    snprintf(words, sizeof(words), "orders: %s means nothing with \"deploy ", key);
    return strstr(told, words) != NULL;
}

/* Where a key is neither heeded nor refused, that is told. */
static void keys_that_mean_nothing_are_told(void)
{
    static const struct {
        const char *target;
        bool asks, waits;        /* by healthcheck, for stop_grace_period */
        enum deploy_order order; /* of which it has nothing to tell */
        bool tells_other_order, tells_depends;
        bool again, never; /* a machine that ended is started, whatever `restart` says */
    } rows[] = {
        {"systemd", true, true, DEPLOY_STOP_FIRST, true, false, false, false},
        {"libvirt", false, false, DEPLOY_STOP_FIRST, true, false, false, false},
        {"libvirt-network", false, false, DEPLOY_STOP_FIRST, true, true, false, true},
        {"compose", true, true, DEPLOY_STOP_FIRST, true, false, false, false},
        {"kubernetes", true, true, DEPLOY_START_FIRST, true, true, true, false},
        {"kubernetes-urunc", true, true, DEPLOY_START_FIRST, true, true, true, false},
        {"nomad", true, true, DEPLOY_STOP_FIRST, true, true, true, false},
        {"firecracker", false, true, DEPLOY_STOP_FIRST, true, true, false, true},
        {"proxmox", false, false, DEPLOY_STOP_FIRST, true, true, false, true},
        {"openstack", false, true, DEPLOY_STOP_FIRST, true, true, false, true},
        {"gcp", false, false, DEPLOY_STOP_FIRST, true, true, false, true},
        {"terraform", false, false, DEPLOY_START_FIRST, true, true, false, true},
    };
    struct deploy_service service = orders();

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        service = orders();
        service.stop_grace_ms = DEPLOY_STOP_GRACE_MS;
        service.restart.policy = rows[i].again ? DEPLOY_RESTART_ALWAYS : DEPLOY_RESTART_NO;
        service.order = rows[i].order;
        tell_of(rows[i].target, &service);
        tap_text(rows[i].target, told, "");
        service.order = rows[i].order == DEPLOY_STOP_FIRST ? DEPLOY_START_FIRST : DEPLOY_STOP_FIRST;
        service.health.retries = 5;
        service.stop_grace_ms = 500;
        tell_of(rows[i].target, &service);
        tap_okf(tells("healthcheck") != rows[i].asks && tells("stop_grace_period") != rows[i].waits &&
                    tells(service.order == DEPLOY_START_FIRST ? "deploy.update_config.order: start-first"
                                                              : "deploy.update_config.order: stop-first") == rows[i].tells_other_order,
                "%s: %s", rows[i].target, told);
        service.depends_on = &(struct deploy_dependency){.service = "stock"};
        service.depends_on_count = 1;
        service.restart.policy = rows[i].again ? DEPLOY_RESTART_NO : DEPLOY_RESTART_ALWAYS;
        tell_of(rows[i].target, &service);
        tap_okf(tells("depends_on") == rows[i].tells_depends && tells("restart: \"no\"") == rows[i].again && tells("restart") == rows[i].never,
                "%s: in no order, and again or not", rows[i].target);
        service.restart.policy = DEPLOY_RESTART_ON_FAILURE;
        tell_of(rows[i].target, &service);
        tap_okf(tells("restart: on-failure") == rows[i].again && tells("restart") == rows[i].never, "%s: on failure", rows[i].target);
    }
}

/* Which version is first, and whether what was asked for and is not so is told. */
static void orders_of_nomad(void)
{
    static const struct {
        const char *name;
        enum deploy_order order;
        bool at_host_port, asked;
        const char *canary; /* NULL: the job says nothing, and Nomad makes none */
        bool is_told;
    } rows[] = {
        {"nothing is said", DEPLOY_ORDER_UNSAID, false, true, "canary           = 2\n      max_parallel     = 2\n", false},
        {"start-first", DEPLOY_START_FIRST, false, true, "canary           = 2\n", false},
        {"stop-first", DEPLOY_STOP_FIRST, false, true, "canary           = 0\n      max_parallel     = 1\n", false},
        {"a port of the host", DEPLOY_ORDER_UNSAID, true, true, "canary           = 0\n", false},
        {"start-first at a port of the host", DEPLOY_START_FIRST, true, true, "canary           = 0\n", true},
        {"start-first, and nobody asks", DEPLOY_START_FIRST, false, false, NULL, true},
        {"stop-first, and nobody asks", DEPLOY_STOP_FIRST, false, false, NULL, false},
    };
    struct deploy_port chosen = {"0.0.0.0", 0, 8080}, at_host = {"0.0.0.0", 80, 8080};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct deploy_service service = orders();
        char *text;

        service.restart.policy = DEPLOY_RESTART_ALWAYS;
        service.order = rows[i].order;
        service.ports = rows[i].at_host_port ? &at_host : &chosen;
        service.replicas = rows[i].at_host_port ? 1 : 2;
        service.health.disabled = !rows[i].asked;
        text = text_of("nomad", service, "shop.nomad.hcl");
        tap_okf(rows[i].canary ? strstr(text, rows[i].canary) != NULL : *text && !strstr(text, "canary"), "nomad: %s", rows[i].name);
        tell_of("nomad", &service);
        tap_okf(tells("deploy.update_config.order: start-first") == rows[i].is_told && !tells("deploy.update_config.order: stop-first"),
                "and what is told is: %s", told);
        free(text);
    }
}

static void ports_of_nomad_have_labels_of_their_own(void)
{
    struct deploy_port twice[] = {{"0.0.0.0", 80, 8080}, {"127.0.0.1", 81, 8080}, {"0.0.0.0", 82, 9443}}, sixth = {"::1", 80, 8080};
    struct deploy_service service = orders();
    char *text;

    service.ports = twice;
    service.port_count = 3;
    text = text_of("nomad", service, "shop.nomad.hcl");
    tap_ok(strstr(text, "port \"published-8080\" { static = 80 }\n      port \"published-8080-2\" { static = 81 }\n"
                        "      port \"published-9443\" { static = 82 }\n"),
           "a port that is published twice has two labels");
    tap_ok(strstr(text, "hostfwd=tcp::${NOMAD_PORT_published_8080}-:8080,hostfwd=tcp:127.0.0.1:${NOMAD_PORT_published_8080_2}-:8080,"),
           "by which it is forwarded");
    free(text);
    service.ports = &sixth;
    service.port_count = 1;
    refuses("nomad", service, "published at ::1, and QEMU's user network");
}

static void sizes_follow_the_largest_machine(void)
{
    struct deploy_service services[] = {orders(), orders()};
    struct deploy_spec spec = {.services = services, .service_count = 2};
    static const struct {
        unsigned long long bytes;
        const char *flavor, *type;
    } rows[] = {{512ull << 20, "m1.tiny", "e2-micro"}, {(512ull << 20) + 1, "m1.small", "e2-micro"}, {1ull << 30, "m1.small", "e2-micro"},
                {2ull << 30, "m1.small", "e2-small"}, {3ull << 30, "m1.medium", "e2-medium"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        services[1].memory_bytes = rows[i].bytes;
        tap_text("flavor", manifest_flavor(&spec), rows[i].flavor);
        tap_text("machine type", manifest_machine_type(&spec), rows[i].type);
    }
}

static void bytes_that_are_no_text_are_refused(void)
{
    static const char *const no_texts[] = {"\xff",         "\xc2",         "\xc0\x80",         "a\xe0\x9f\xbf",
                                           "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\x80"};

    for (size_t i = 0; i < sizeof(no_texts) / sizeof(no_texts[0]); i++) {
        struct deploy_variable variable = {"KEY", (char *)(size_t)no_texts[i], false};
        struct deploy_service service = orders();

        service.environment = &variable;
        service.environment_count = 1;
        refuses("systemd", service, "the value of KEY is not UTF-8");
    }
    tap_ok(manifest_is_utf8("a\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), "the first and last of each length are text");
}

static const struct {
    const char *name, *text, *shell, *hcl, *user_data;
} more_texts[] = {
    {"plain", "abc", "'abc'", "\"abc\"", "\"abc\""},
    {"quotes", "\"'", "'\"'\\'''", "\"\\\"'\"", "\"\\\"'\""},
    {"backslash", "\\", "'\\'", "\"\\\\\"", "\"\\\\\""},
    {"line break", "a\nb", "'a\nb'", "\"a\\nb\"", "\"a\\nb\""},
    {"templates", "${a} %{b} $c %d", "'${a} %{b} $c %d'", "\"$${a} %%{b} $c %d\"", "\"\\${a} %{b} \\$c %d\""},
};

static const struct {
    const char *name, *text, *xml, *quoted, *compose, *systemd;
} texts[] = {
    {"plain", "abc", "abc", "\"abc\"", "\"abc\"", "\"abc\""},
    {"empty", "", "", "\"\"", "\"\"", "\"\""},
    {"quotes", "\"'", "&quot;&apos;", "\"\\\"'\"", "\"\\\"'\"", "\"\\\"'\""},
    {"markup", "<&>", "&lt;&amp;&gt;", "\"<&>\"", "\"<&>\"", "\"<&>\""},
    {"backslash", "\\", "\\", "\"\\\\\"", "\"\\\\\"", "\"\\\\\""},
    {"line break", "a\nb", "a&#10;b", "\"a\\nb\"", "\"a\\nb\"", "\"a\\x0ab\""},
    {"control", "\x01", "\x01", "\"\\u0001\"", "\"\\u0001\"", "\"\\x01\""},
    {"variables", "$a %n", "$a %n", "\"$a %n\"", "\"$$a %n\"", "\"$$a %%n\""},
    {"no text for YAML", "\xc2\x85\xe2\x80\xa8\xef\xbb\xbf\xe2\x82\xac\xc2", "\xc2\x85\xe2\x80\xa8\xef\xbb\xbf\xe2\x82\xac\xc2",
     "\"\\u0085\\u2028\\ufeff\xe2\x82\xac\xc2\"", "\"\\u0085\\u2028\\ufeff\xe2\x82\xac\xc2\"",
     "\"\xc2\x85\xe2\x80\xa8\xef\xbb\xbf\xe2\x82\xac\xc2\""},
    {"unicode", "\xc3\xbc", "\xc3\xbc", "\"\xc3\xbc\"", "\"\xc3\xbc\"", "\"\xc3\xbc\""},
};

static const struct {
    const char *name, *text, *want;
} blocks[] = {
    {"lines", "a: 'b'\n c\n\n#d\n", "|\n  a: 'b'\n   c\n  \n  #d\n"},
    {"no line", "", "\"\"\n"},
    {"a line that does not end", "a", "\"a\"\n"},
    {"an empty line at the end", "a\n\n", "\"a\\n\\n\"\n"},
    {"blanks in front", " a\n", "\" a\\n\"\n"},
    {"a tabulator", "a\tb\n", "\"a\\tb\\n\"\n"},
    {"letters of elsewhere", "\xc3\xbc\n", "\"\xc3\xbc\\n\"\n"},
};

static void print_block(FILE *out, const char *text)
{
    manifest_block(out, 2, text);
}

static void quotes(const char *row, void (*print)(FILE *, const char *), const char *text,
                   const char *want)
{
    char *got = NULL;
    size_t len;
    FILE *out = open_memstream(&got, &len);

    print(out, text);
    fclose(out);
    tap_text(row, got, want);
    free(got);
}

int main(void)
{
    struct deploy_service shop[2] = {orders(), orders()};
    struct deploy_service alone = orders();
    struct deploy_port public = {"0.0.0.0", 80, 8080}, chosen = {"0.0.0.0", 0, 8080}, as_it_is = {"0.0.0.0", 8080, 8080}, inside = {"127.0.0.1", 80, 8080};
    struct deploy_variable plain[] = {{"LIKE", "\"a\\b\":#{%$'", true}, {"TOKEN", "0xcafe", false}, {"dns", "10.96.0.10", true}};
    struct deploy_service cloud = orders(), jobs[2], units[3];
    struct deploy_port many[] = {{"127.0.0.1", 8080, 8080}, {"::1", 80, 9443}, {"10.1.2.3", 8080, 9443}};
    struct deploy_dependency after_both[] = {{"orders", DEPLOY_STARTED, true}, {"cache", DEPLOY_STARTED, false}};

    cloud.config_hash = "0123456789abcdef-fedcba9876543210";
    cloud.replicas = 3;
    cloud.ports = &public;
    cloud.environment = plain;
    cloud.environment_count = 3;
    cloud.restart.policy = DEPLOY_RESTART_UNLESS_STOPPED;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        quotes(texts[i].name, manifest_xml, texts[i].text, texts[i].xml);
        quotes(texts[i].name, manifest_quoted, texts[i].text, texts[i].quoted);
        quotes(texts[i].name, manifest_compose_quoted, texts[i].text, texts[i].compose);
        quotes(texts[i].name, deploy_systemd_word, texts[i].text, texts[i].systemd);
    }
    for (size_t i = 0; i < sizeof(more_texts) / sizeof(more_texts[0]); i++) {
        quotes(more_texts[i].name, manifest_shell_word, more_texts[i].text, more_texts[i].shell);
        quotes(more_texts[i].name, manifest_hcl_quoted, more_texts[i].text, more_texts[i].hcl);
        quotes(more_texts[i].name, manifest_user_data_quoted, more_texts[i].text, more_texts[i].user_data);
    }
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
        quotes(blocks[i].name, print_block, blocks[i].text, blocks[i].want);
    alone.restart = (struct deploy_restart){DEPLOY_RESTART_ON_FAILURE, 3};
    units[0] = units[1] = units[2] = alone;
    units[0].name = "gateway";
    units[0].ports = &public;
    units[0].health.disabled = true;
    units[0].depends_on = after_both;
    units[0].depends_on_count = 2;
    units[1].ports = many;
    units[1].port_count = 3;
    units[2].name = "cache";
    units[2].port_count = 0;
    units[2].replicas = 2;
    targets_write_their_files("systemd", units, 3);
    alone.restart.policy = DEPLOY_RESTART_NO;
    targets_write_their_files("libvirt", &alone, 1);
    shop[1].name = "gateway";
    shop[1].depends_on = &after_orders;
    shop[1].depends_on_count = 1;
    shop[0].port_count = 0;
    shop[0].replicas = 2;
    targets_write_their_files("compose", shop, 2);
    targets_write_their_files("kubernetes-urunc", &cloud, 1);
    cloud.environment = variables;
    cloud.environment_count = 4;
    targets_write_their_files("kubernetes", &cloud, 1);
    cloud.ports = &chosen;
    jobs[0] = jobs[1] = cloud;
    jobs[1].name = "edge";
    jobs[1].ports = &inside;
    jobs[1].replicas = 1;
    jobs[1].environment_count = 0;
    targets_write_their_files("nomad", jobs, 2);
    cloud.restart.policy = DEPLOY_RESTART_NO;
    cloud.ports = &as_it_is;
    targets_write_their_files("openstack", &cloud, 1);
    targets_write_their_files("gcp", &cloud, 1);
    targets_write_their_files("proxmox", &cloud, 1);
    targets_write_their_files("libvirt-network", &cloud, 1);
    jobs[0] = jobs[1] = cloud;
    jobs[1].name = "worker";
    jobs[1].replicas = 1;
    jobs[1].port_count = 0;
    targets_write_their_files("terraform", jobs, 2);
    cloud.port_count = 0;
    targets_write_their_files("firecracker", &cloud, 1);
    what_cannot_be_said_is_refused();
    names_that_an_engine_does_not_take_are_refused();
    numbers_of_machines();
    what_urunc_puts_on_a_command_line();
    registries_are_checked();
    versions_are_salted();
    terraform_sees_another_image_by_its_name();
    a_proxy_leads_to_its_port_or_nowhere();
    names_that_meet_are_refused();
    units_that_are_left_are_ended();
    machines_of_firecracker_keep_their_place();
    machines_of_firecracker_have_places_of_their_own();
    keys_that_mean_nothing_are_told();
    orders_of_nomad();
    ports_of_nomad_have_labels_of_their_own();
    sizes_follow_the_largest_machine();
    bytes_that_are_no_text_are_refused();
    return tap_end();
}
