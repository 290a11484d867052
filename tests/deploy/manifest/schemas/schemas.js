// SPDX-License-Identifier: MIT
//
// schemas.js CASES PACKAGES - every file of CASES that has a schema, against it; prints TAP.
//
// Two kinds of schemas: types, which TypeScript judges (Kubernetes and KubeVirt as their OpenAPI documents have them; the
// Google, OpenStack and Hetzner providers of Terraform as Pulumi has them), and JSON Schemas (Compose's own; documents.js
// for what has none on npm). Each file is judged once more for every mapping in it, with a key that nobody knows: where that
// is not noticed, nothing is checked, and only maps of the user's own names may be so.
'use strict';
const fs = require('fs'),
    path = require('path'),
    Module = require('module');
const [cases, packages] = process.argv.slice(2);
const ts = require(path.join(packages, 'typescript/lib/typescript.js'));
const yaml = require(path.join(packages, 'yaml'));
const Ajv = require(path.join(packages, 'ajv/dist/ajv7.min.js'));
const documents = require('./documents.js');

// hcl2json wants fs-extra, and of it one function alone.
const load = Module._load;
Module._load = (name, ...rest) =>
    name === 'fs-extra' ? { ...fs, readFile: fs.promises.readFile } : load(name, ...rest);
const hcl = require(path.join(packages, 'hcl2json'));

const STRANGE = 'keyOfNobody';
// Where a key of nobody passes: maps of the user's own names, what another schema judges, and empty structures of KubeVirt,
// which are any object in its types.
const ending = (...names) => new RegExp(`(^|\\.)(${names.join('|')})$`);
const open = {
    kubernetes: ending(
        'data',
        'stringData',
        'labels',
        'matchLabels',
        'annotations',
        'selector',
        'limits',
        'requests',
        'rng',
        'masquerade',
    ),
    compose: ending('services', 'environment', 'labels', 'depends_on'),
    terraform: /^(variable|provider|provider\.\w+\.0|resource|resource\..*|terraform\.0\.required_providers\.0)$/,
    resource: /^(metadata|properties)$/,
    nomad: ending('job', 'group', 'task', 'port'),
    firecracker: ending('nothing'),
};
let count = 0;

// Every check tells what it found: to TAP, or to whoever planted a fault.
function tell(ok, name, lines = []) {
    count++;
    console.log(`${ok ? 'ok' : 'not ok'} ${count} - ${name}`);
    if (!ok) {
        process.exitCode = 1;
        for (const line of lines.slice(0, 20)) console.log('# ' + line);
    }
}

const isMapping = (value) => value && typeof value === 'object' && !Array.isArray(value);

// Every mapping in it: [["spec", "template"], ...].
function mappings(value, at = []) {
    if (!value || typeof value !== 'object') return [];
    const inner = Object.entries(value).flatMap(([key, item]) => mappings(item, [...at, key]));
    return isMapping(value) ? [at, ...inner] : inner;
}

function withStrangeKey(value, at) {
    const copy = structuredClone(value);
    at.reduce((node, key) => node[key], copy)[STRANGE] = 'x';
    return copy;
}

// ---- the types ----

const stub = `export type Input<T> = T; export type Inputs = any; export type Output<T> = any; export type ID = string;
export interface CustomResourceOptions {} export interface ResourceOptions {} export interface InvokeOptions {}
export class CustomResource { id: any; urn: any } export class ProviderResource extends CustomResource {}
export class ComponentResource {} export namespace asset { type Asset = any; type Archive = any; type AssetArchive = any }`;
const modules = {
    kubernetes: 'kubevirt/dist/kubernetes/index.d.ts',
    kubevirt: 'kubevirt/dist/kubevirt/index.d.ts',
};
const sources = []; // { name, text, judge(messages) }

// A value as TypeScript writes it; an expression of Terraform is of any type.
function literal(value) {
    if (Array.isArray(value)) return '[' + value.map(literal).join(', ') + ']';
    if (isMapping(value))
        return (
            '{' +
            Object.entries(value)
                .map(([k, v]) => JSON.stringify(k) + ': ' + literal(v))
                .join(', ') +
            '}'
        );
    return typeof value === 'string' && value.includes('${') ? '(null as any)' : JSON.stringify(value);
}

function compile() {
    const texts = new Map(sources.map((source) => [source.name, source.text]));
    texts.set('/pulumi.d.ts', stub);
    const options = {
        noEmit: true,
        strict: true,
        skipLibCheck: true,
        types: [],
        moduleResolution: ts.ModuleResolutionKind.Node10,
        target: ts.ScriptTarget.ES5,
        lib: ['lib.es5.d.ts'],
        noErrorTruncation: true,
        ignoreDeprecations: '5.0',
    };
    const host = ts.createCompilerHost(options);
    const inherited = { file: host.getSourceFile, exists: host.fileExists };
    host.fileExists = (name) => texts.has(name) || inherited.exists(name);
    host.getSourceFile = (name, ...rest) => {
        const text = texts.get(name) ?? (name.endsWith(modules.kubevirt) && amended(fs.readFileSync(name, 'utf8')));
        return text ? ts.createSourceFile(name, text, options.target) : inherited.file(name, ...rest);
    };
    host.resolveModuleNames = (names, from) =>
        names.map((name) => {
            const beside = path.join(path.dirname(from), name + '.d.ts');
            const file =
                name === '@pulumi/pulumi'
                    ? '/pulumi.d.ts'
                    : path.isAbsolute(name)
                      ? name
                      : name.startsWith('.') && fs.existsSync(beside)
                        ? beside
                        : undefined;
            return file && { resolvedFileName: file };
        });
    const program = ts.createProgram(
        sources.map((source) => source.name),
        options,
        host,
    );
    for (const source of sources) {
        const file = program.getSourceFile(source.name);
        const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
        source.judge(found.map((one) => ts.flattenDiagnosticMessageText(one.messageText, ' ').replace(/\s+/g, ' ')));
    }
}

// KubeVirt's document says of this port that it is an integer or a text, and the package leaves it out.
const amended = (text) => text.replace('interface K8sIoApiCoreV1HTTPGetAction {', '$& port: string;');

// `type` of a module of the packages; `value` is judged, and once more with a key of nobody in each mapping.
function expectType(say, name, file, type, value, open) {
    const head = `import * as m from ${JSON.stringify(path.join(packages, file))};\n`;
    const source = (text, judge) => sources.push({ name: `/check${sources.length}.ts`, text: head + text, judge });
    const places = say === tell ? mappings(value) : [];
    const unnoticed = [];

    source(`export const value: m.${type} = ${literal(value)};\n`, (messages) => say(!messages.length, name, messages));
    places.forEach((at, i) =>
        source(`export const value: m.${type} = ${literal(withStrangeKey(value, at))};\n`, (messages) => {
            if (!messages.some((message) => message.includes(STRANGE)) && !open.test(at.join('.')))
                unnoticed.push(at.join('.') || 'the whole');
            if (i === places.length - 1) say(!unnoticed.length, `${name}: a key of nobody is noticed`, unnoticed);
        }),
    );
}

// ---- JSON Schemas ----

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, allowUnionTypes: true });

function expectSchema(say, name, schema, value, open) {
    const validate = ajv.compile(schema);
    const errors = (candidate) =>
        validate(candidate)
            ? []
            : validate.errors.map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
    const unnoticed = mappings(value).filter(
        (at) => !open.test(at.join('.')) && !errors(withStrangeKey(value, at)).length,
    );

    say(!errors(value).length, name, errors(value));
    say(
        !unnoticed.length,
        `${name}: a key of nobody is noticed`,
        unnoticed.map((at) => at.join('.') || 'the whole'),
    );
}

// ---- the files ----

const capital = (word) => word[0].toUpperCase() + word.slice(1);

// What may be an integer or a text, in Kubernetes, is a text in these types.
const integerOrText = new Set(['targetPort', 'maxUnavailable', 'maxSurge', 'minAvailable']);
const asTyped = (value, key, above) =>
    Array.isArray(value)
        ? value.map((item) => asTyped(item))
        : isMapping(value)
          ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asTyped(item, name, key)]))
          : typeof value === 'number' && (integerOrText.has(key) || (key === 'port' && above === 'httpGet'))
            ? String(value)
            : value;

// "apps/v1", "Deployment": the file and the name of the type.
function kubernetesType(version, kind) {
    const [group, number] = version.includes('/') ? version.split('/') : ['core', version];
    return group === 'kubevirt.io'
        ? ['kubevirt', capital(number) + kind]
        : ['kubernetes', 'IoK8sApi' + capital(group) + capital(number) + kind];
}

function checkKubernetes(say, file, content) {
    for (const document of yaml.parseAllDocuments(content)) {
        const value = document.toJS();

        if (document.errors.length) say(false, `${file}: it is YAML`, document.errors.map(String));
        if (!value) continue; // the comment on top
        const [module, type] = kubernetesType(value.apiVersion, value.kind);
        expectType(
            say,
            `${file}: ${value.apiVersion} ${value.kind}`,
            modules[module],
            type,
            asTyped(value),
            open.kubernetes,
        );
    }
}

// Blocks that may be there once are objects in Pulumi, others lists in the plural.
const once = new Set(['raw_disk', 'boot_disk', 'initialize_params']);
const camel = (name) => name.replace(/_([a-z0-9])/g, (all, letter) => letter.toUpperCase());

function pulumi(value) {
    const out = {};
    for (const [name, item] of Object.entries(value)) {
        const isBlock = Array.isArray(item) && item.every(isMapping) && item.length;
        const list = isBlock && item.map(pulumi);
        if (!isBlock) out[camel(name)] = item;
        else if (once.has(name)) out[camel(name)] = list[0];
        else out[camel(name) + (name.endsWith('s') ? '' : 's')] = list;
    }
    return out;
}

// Of each provider: where the types of a resource are.
const providers = {
    google: {
        google_storage_bucket_object: ['google/storage/bucketObject.d.ts', 'BucketObject'],
        google_compute_image: ['google/compute/image.d.ts', 'Image'],
        google_compute_firewall: ['google/compute/firewall.d.ts', 'Firewall'],
        google_compute_instance: ['google/compute/instance.d.ts', 'Instance'],
    },
    openstack: {
        openstack_images_image_v2: ['openstack/images/image.d.ts', 'Image'],
        openstack_networking_secgroup_v2: ['openstack/networking/secGroup.d.ts', 'SecGroup'],
        openstack_networking_secgroup_rule_v2: ['openstack/networking/secGroupRule.d.ts', 'SecGroupRule'],
        openstack_compute_instance_v2: ['openstack/compute/instance.d.ts', 'Instance'],
    },
    hcloud: {
        hcloud_firewall: ['hcloud/firewall.d.ts', 'Firewall'],
        hcloud_server: ['hcloud/server.d.ts', 'Server'],
    },
};

const expressions = (value) =>
    typeof value === 'string'
        ? [...value.matchAll(/\$\{([^}]*)\}/g)].map((found) => found[1])
        : value && typeof value === 'object'
          ? Object.values(value).flatMap(expressions)
          : [];

// "var.zone" and "hcloud_server.orders.id" must be declared, and the attribute be one.
function checkReferences(say, file, module, types) {
    for (const text of new Set(expressions([module.resource, module.provider])))
        for (const [word] of text.matchAll(/(?<![\w.])[a-z]\w*\.[\w-]+(\[[^\]]*\])?(\.\w+)*/g)) {
            const [type, name, attribute] = word.replace(/\[[^\]]*\]/, '').split('.');
            if (type === 'path' || type === 'count') continue;
            say(
                type === 'var' ? name in (module.variable ?? {}) : name in (module.resource[type] ?? {}),
                `${file}: ${word} is declared`,
            );
            if (types[type])
                sources.push({
                    name: `/check${sources.length}.ts`,
                    text:
                        `import * as m from ${JSON.stringify(path.join(packages, types[type][0]))};\n` +
                        `export const value: any = (null as any as m.${types[type][1]}).${camel(attribute)};\n`,
                    judge: (messages) => say(!messages.length, `${file}: ${word} is an attribute`, messages),
                });
        }
}

async function checkTerraform(say, file, content) {
    const module = await hcl.parse(file, content);
    const provider = Object.keys(module.provider)[0],
        types = providers[provider] ?? {};

    expectSchema(say, `${file}: blocks, variables and what is required`, documents.terraform, module, open.terraform);
    if (providers[provider])
        expectType(
            say,
            `${file}: provider ${provider}`,
            `${provider}/provider.d.ts`,
            'ProviderArgs',
            pulumi(module.provider[provider][0]),
            open.resource,
        );
    else
        expectSchema(
            say,
            `${file}: provider ${provider}`,
            documents[provider].provider,
            module.provider[provider][0],
            open.resource,
        );
    for (const [type, named] of Object.entries(module.resource))
        for (const [name, [{ count: instances, lifecycle, ...body }]] of Object.entries(named)) {
            const title = `${file}: ${type} ${name}`;

            if (lifecycle) expectSchema(say, `${title}: lifecycle`, documents.lifecycle, lifecycle, open.terraform);
            if (types[type])
                expectType(say, title, types[type][0], types[type][1] + 'Args', pulumi(body), open.resource);
            else if (documents[provider]?.[type])
                expectSchema(say, title, documents[provider][type], body, open.resource);
            else say(false, `${title}: there is a schema for it`);
        }
    checkReferences(say, file, module, types);
}

const { $schema, $id, ...compose } = JSON.parse(
    fs.readFileSync(path.join(packages, 'dclint/schemas/compose.schema.json')),
);
const checks = [
    // of the first that fits the file's name
    [/^kubernetes.*\.yaml$/, checkKubernetes],
    [/^terraform.*\.tf$/, checkTerraform],
    [
        /^compose\/.*\.yaml$/,
        (say, file, content) =>
            expectSchema(say, `${file}: the Compose Specification`, compose, yaml.parse(content), open.compose),
    ],
    [
        /^nomad.*\.hcl$/,
        async (say, file, content) =>
            expectSchema(say, `${file}: a job`, documents.nomad, await hcl.parse(file, content), open.nomad),
    ],
    [
        /^firecracker.*-\d+\.json$/,
        (say, file, content) =>
            expectSchema(say, `${file}: a microVM`, documents.firecracker, JSON.parse(content), open.firecracker),
    ],
];

// Slips as one makes them: each must be noticed.
const faults = [
    ['kubernetes/orders.yaml', 'minReplicas: 3', 'minReplicas: three'],
    ['kubernetes/orders.yaml', 'volumeLabel:', 'label:'],
    ['kubernetes/orders.yaml', 'targetPort:', 'targetport:'],
    ['kubernetes-urunc/orders.yaml', 'configMapRef:', 'configMap:'],
    ['kubernetes-urunc/orders.yaml', 'selector:\n    matchLabels:', 'matchLabels:'],
    ['terraform/google/main.tf', 'machine_type = var.machine_type', ''],
    ['terraform/google/main.tf', 'google_compute_image.orders.self_link', 'google_compute_image.order.self_link'],
    ['terraform/hetzner/main.tf', '[hcloud_firewall.orders.id]', 'true'],
    ['terraform/openstack/main.tf', 'port_range_min    = 8080', 'port_range_min = "http"'],
    ['terraform/openstack/main.tf', 'create_before_destroy', 'created_before_destroy'],
    ['terraform/openstack/main.tf', '[openstack_images_image_v2.orders.id]', '[openstack_images_image_v2.order.id]'],
    ['terraform/google/main.tf', 'var.network, var.zone', 'var.network, var.place'],
    ['terraform/libvirt/main.tf', 'target_port = "0"', ''],
    ['terraform/libvirt/main.tf', 'var.pool', 'var.pol'],
    ['compose/compose.yaml', 'condition: service_healthy', 'condition: healthy'],
    ['nomad/shop.nomad.hcl', 'health_check     = "checks"', 'health_check = "check"'],
    ['nomad/shop.nomad.hcl', 'image_path =', 'image ='],
    ['firecracker/shop-orders-1.json', '"vcpu_count": 1', '"vcpu_count": "1"'],
];

const read = (file) => fs.readFileSync(path.join(cases, file), 'utf8');

async function main() {
    const files = fs.readdirSync(cases, { recursive: true }).sort();
    const planted = [];

    for (const file of files) {
        const [, check] = checks.find(([pattern]) => pattern.test(file)) ?? [];

        if (check) await check(tell, file, read(file));
    }
    for (const [file, right, wrong] of faults) {
        const fault = { name: `${file}: "${right}" as "${wrong}" is noticed`.replace(/\s+/g, ' '), noticed: false };
        const [, check] = checks.find(([pattern]) => pattern.test(file));

        planted.push(fault);
        if (!read(file).includes(right)) tell(false, `${file}: there is "${right}"`);
        await check((ok) => (fault.noticed ||= !ok), file, read(file).replaceAll(right, wrong));
    }
    compile();
    for (const fault of planted) tell(fault.noticed, fault.name);
    console.log(`1..${count}`);
    process.exit(); // the parser of HCL would wait for more
}
main();
