// SPDX-License-Identifier: MIT
//
// schema.js BILL PACKAGES - a bill of materials against CycloneDX 1.6's schema, and that each of its libraries is told
// whole; prints TAP. The same bill with a fault is judged as well: where that is not noticed, nothing is checked.
'use strict';
const fs = require('fs'),
    path = require('path');
const [file, packages] = process.argv.slice(2);
const Ajv = require(path.join(packages, 'ajv/dist/ajv7.min.js'));
const read = (name) => JSON.parse(fs.readFileSync(name));
const schema = (name) => read(path.join(packages, 'cyclonedx/res/schema', `${name}.SNAPSHOT.schema.json`));
let count = 0;

function tell(ok, name, lines = []) {
    console.log(`${ok ? 'ok' : 'not ok'} ${++count} - ${name}`);
    if (ok) return;
    process.exitCode = 1;
    for (const line of lines.slice(0, 20)) console.log('# ' + line);
}

// Formats are of another package; what is said by `format` alone (addresses, dates) is not judged.
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(schema('spdx'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json');
ajv.addSchema(schema('jsf-0.82'), 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json');
const validate = ajv.compile(schema('bom-1.6'));
const faults = (bill) => (validate(bill) ? [] : validate.errors.map((e) => `${e.instancePath || '/'}: ${e.message}`));

const bill = read(file);
tell(!faults(bill).length, 'the bill is one of CycloneDX 1.6', faults(bill));
for (const [name, spoil] of Object.entries({
    'a key of nobody': (b) => (b.keyOfNobody = 1),
    'a component without a name': (b) => delete b.components[1].name,
    'a hash that is too short': (b) => (b.metadata.component.hashes[0].content = '00'),
    'a hash of an unknown kind': (b) => (b.metadata.component.hashes[0].alg = 'SHA-257'),
    'a licence that SPDX does not list': (b) => (b.components[0].licenses[0].license.id = 'MIIT'),
    'a kind of reference that there is not': (b) =>
        (b.components.find((c) => c.externalReferences).externalReferences[0].type = 'sources'),
})) {
    const copy = structuredClone(bill);
    spoil(copy);
    tell(faults(copy).length, `${name} is noticed`);
}
for (const c of bill.components) {
    const hashes = c.hashes || c.externalReferences?.[0].hashes || [];
    tell(
        c.version && c.licenses?.length && c.purl?.startsWith('pkg:') && (hashes.length || c.name === 'ucompose'),
        `${c.name} has version, licence, package URL and checksum`,
        [JSON.stringify(c)],
    );
}
const names = bill.components.map((c) => c.name);
for (const name of ['bearssl', 'cjson', 'http-parser', 'libgcc', 'libuv', 'lwip', 'musl', 'ucompose'])
    tell(names.includes(name), `${name} is in it`);
console.log(`1..${count}`);
