// SPDX-License-Identifier: MIT
//
// documents.js - JSON Schemas of what has none on npm, written from the documents that are named. They have every key of
// the parts that we write, or may come to write soon, and let no other pass.
'use strict';

const text = { type: 'string' },
    whole = { type: 'integer' },
    flag = { type: 'boolean' },
    texts = { type: 'array', items: text };
const any = {};
const oneOf = (...words) => ({ enum: words });
const duration = { type: 'string', pattern: '^([0-9.]+(ns|us|ms|s|m|h))+$' };
const names = (keys) => Object.fromEntries(keys.split(' ').map((key) => [key, any]));

// Keys that end with "!" are required.
function closed(properties) {
    const required = Object.keys(properties)
        .filter((key) => key.endsWith('!'))
        .map((key) => key.slice(0, -1));
    const plain = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key.replace('!', ''), value]));
    return { type: 'object', properties: plain, required, additionalProperties: false };
}

// HCL as hcl2json has it: a block is a list of its bodies; one with a label is below it.
const blocks = (body) => ({ type: 'array', items: body });
const block = (body) => ({ type: 'array', items: body, minItems: 1, maxItems: 1 });
const labelled = (body) => ({ type: 'object', additionalProperties: block(body) });
// In Terraform a number or a flag may be an expression.
const or = (schema) => ({ anyOf: [schema, { type: 'string', pattern: '\\$\\{' }] });

// ---- Terraform: https://developer.hashicorp.com/terraform/language, "Terraform block", "Input variables" ----

exports.terraform = closed({
    'terraform!': block(
        closed({
            required_version: text,
            'required_providers!': block({
                type: 'object',
                minProperties: 1,
                additionalProperties: closed({
                    'source!': { type: 'string', pattern: '^[\\w-]+/[\\w-]+$' },
                    'version!': text,
                    configuration_aliases: any,
                }),
            }),
        }),
    ),
    variable: labelled(
        closed({
            type: any,
            default: any,
            description: text,
            sensitive: flag,
            nullable: flag,
            ephemeral: flag,
            validation: any,
        }),
    ),
    'provider!': { type: 'object', additionalProperties: blocks({ type: 'object' }) }, // judged by the provider's own
    'resource!': { type: 'object', additionalProperties: labelled({ type: 'object' }) },
});

// ---- The libvirt provider 0.7: https://registry.terraform.io/providers/dmacvicar/libvirt/0.7.6/docs ----

exports.libvirt = {
    provider: closed({ uri: text }),
    libvirt_volume: closed({
        'name!': text,
        pool: text,
        source: text,
        size: or(whole),
        base_volume_id: text,
        base_volume_name: text,
        base_volume_pool: text,
        format: oneOf('qcow2', 'raw'),
        xml: any,
    }),
    libvirt_cloudinit_disk: closed({
        'name!': text,
        pool: text,
        user_data: text,
        meta_data: text,
        network_config: text,
    }),
    libvirt_domain: closed({
        'name!': text,
        memory: or(whole),
        vcpu: or(whole),
        ...names(
            'description metadata running cloudinit autostart emulator machine arch type firmware nvram kernel initrd cmdline ' +
                'coreos_ignition fw_cfg_name filesystem graphics video cpu boot_device qemu_agent tpm xml',
        ),
        disk: blocks({
            ...closed({ volume_id: text, url: text, file: text, block_device: text, scsi: flag, wwn: text }),
            minProperties: 1,
        }),
        network_interface: blocks(
            closed({
                network_name: text,
                network_id: text,
                bridge: text,
                vepa: text,
                macvtap: text,
                passthrough: text,
                hostname: text,
                mac: text,
                addresses: texts,
                wait_for_lease: flag,
            }),
        ),
        console: blocks(
            closed({
                'type!': oneOf('pty', 'tcp', 'udp'),
                'target_port!': text,
                target_type: oneOf('serial', 'virtio'),
                source_path: text,
                source_host: text,
                source_service: text,
            }),
        ),
    }),
};

// ---- Nomad: https://developer.hashicorp.com/nomad/docs/job-specification (1.4 and later), its pages by the names below ----

const check = closed({
    name: text,
    'type!': oneOf('http', 'tcp', 'grpc', 'script'),
    port: text,
    path: { type: 'string', pattern: '^/' },
    'interval!': duration,
    'timeout!': duration,
    ...names(
        'address_mode args check_restart command expose failures_before_critical failures_before_warning grpc_service ' +
            'grpc_use_tls header initial_status method body notes on_update protocol success_before_passing task tls_server_name ' +
            'tls_skip_verify',
    ),
});
const service = closed({
    name: { type: 'string', pattern: '^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$', maxLength: 63 },
    provider: oneOf('consul', 'nomad'),
    port: text,
    check: blocks(check),
    ...names(
        'tags canary_tags address address_mode tagged_addresses connect enable_tag_override identity meta canary_meta on_update ' +
            'task check_restart cluster weights kind',
    ),
});
const update = closed({
    max_parallel: whole,
    health_check: oneOf('checks', 'task_states', 'manual'),
    min_healthy_time: duration,
    healthy_deadline: duration,
    progress_deadline: duration,
    auto_revert: flag,
    auto_promote: flag,
    canary: whole,
    stagger: duration,
});
const network = closed({
    mode: text,
    hostname: text,
    dns: any,
    cni: any,
    port: labelled(
        closed({
            static: { type: 'integer', minimum: 1, maximum: 65535 },
            to: whole,
            host_network: text,
            ignore_collision: flag,
        }),
    ),
});
const template = closed({
    'destination!': text,
    data: { type: 'string', minLength: 1 },
    change_mode: oneOf('noop', 'restart', 'signal', 'script'),
    left_delimiter: text,
    right_delimiter: text,
    perms: text,
    env: flag,
    ...names('source change_signal change_script splay wait error_on_missing_key uid gid once'),
});
const resources = closed({
    cpu: whole,
    cores: whole,
    memory: { type: 'integer', minimum: 10 },
    memory_max: whole,
    ...names('device numa secrets'),
});
// https://developer.hashicorp.com/nomad/docs/drivers/qemu (now /docs/deploy/task-driver/qemu), "Task Configuration"
const qemu = closed({
    'image_path!': text,
    drive_interface: oneOf('ide', 'scsi', 'sd', 'mtd', 'floppy', 'pflash', 'virtio', 'none'),
    accelerator: text,
    graceful_shutdown: flag,
    guest_agent: flag,
    port_map: any,
    args: texts,
    emulator: text,
    machine_type: text,
});
const task = closed({
    'driver!': oneOf('qemu'),
    'config!': block(qemu),
    kill_timeout: duration,
    template: blocks(template),
    resources: block(resources),
    ...names(
        'action affinity artifact constraint consul csi_plugin dispatch_payload env identity kill_signal leader lifecycle logs meta ' +
            'restart scaling schedule secret service shutdown_delay user vault volume_mount',
    ),
});
const group = closed({
    count: whole,
    network: block(network),
    update: block(update),
    service: blocks(service),
    'task!': { ...labelled(task), minProperties: 1 },
    ...names(
        'affinity constraint consul disconnect ephemeral_disk meta migrate prevent_reschedule_on_lost reschedule restart scaling ' +
            'shutdown_delay spread stop_after_client_disconnect max_client_disconnect vault volume',
    ),
});

exports.nomad = closed({
    'job!': labelled(
        closed({
            type: oneOf('service', 'batch', 'system', 'sysbatch'),
            datacenters: texts,
            'group!': { ...labelled(group), minProperties: 1 },
            ...names(
                'affinity all_at_once constraint consul id meta migrate name namespace node_pool parameterized periodic priority region ' +
                    'reschedule spread ui update vault',
            ),
        }),
    ),
    variable: any,
    locals: any,
});

// "The lifecycle Meta-Argument"
exports.lifecycle = block(
    closed({
        create_before_destroy: flag,
        prevent_destroy: flag,
        ignore_changes: any,
        replace_triggered_by: { type: 'array', items: or({ type: 'null' }) },
        precondition: any,
        postcondition: any,
    }),
);

// ---- Firecracker: definitions of src/firecracker/swagger/firecracker.yaml (1.7 and later); docs/getting-started.md of the
// configuration's file, whose keys are the paths of the API ----

const limiter = any;
exports.firecracker = closed({
    'boot-source!': closed({
        'kernel_image_path!': text,
        initrd_path: text,
        boot_args: { type: 'string', maxLength: 2047 },
    }),
    'drives!': {
        type: 'array',
        items: closed({
            'drive_id!': text,
            'is_root_device!': flag,
            path_on_host: text,
            is_read_only: flag,
            cache_type: oneOf('Unsafe', 'Writeback'),
            io_engine: oneOf('Sync', 'Async'),
            partuuid: text,
            rate_limiter: limiter,
            socket: text,
        }),
    },
    'machine-config!': closed({
        'vcpu_count!': { type: 'integer', minimum: 1, maximum: 32 },
        'mem_size_mib!': { type: 'integer', minimum: 1 },
        smt: flag,
        track_dirty_pages: flag,
        huge_pages: oneOf('None', '2M'),
        cpu_template: text,
    }),
    entropy: closed({ rate_limiter: limiter }),
    'network-interfaces': {
        type: 'array',
        items: closed({
            'iface_id!': text,
            'host_dev_name!': { type: 'string', maxLength: 15 },
            guest_mac: { type: 'string', pattern: '^([0-9a-f]{2}:){5}[0-9a-f]{2}$' },
            mtu: whole,
            rx_rate_limiter: limiter,
            tx_rate_limiter: limiter,
        }),
    },
    'mmds-config': closed({
        'network_interfaces!': { type: 'array', items: text, minItems: 1 },
        version: oneOf('V1', 'V2'),
        ipv4_address: text,
        imds_compat: flag,
    }),
    ...names('balloon cpu-config logger metrics vsock serial pmem memory-hotplug'),
});
